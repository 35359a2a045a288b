/**
 * Whom a signed identity names, as far as can be told without its key: proofs renewed for one person name the same.
 * @returns the identity itself where it cannot be read, null for nobody
 */
export function whoIs(identity: string | null): string | null {
  if (identity === null) return null;
  try {
    const payload = identity.split('.')[1]!.replaceAll('-', '+').replaceAll('_', '/');
    const { sub } = JSON.parse(atob(payload)) as { sub?: unknown };
    return typeof sub === 'string' && sub !== '' ? sub : identity;
  } catch {
    return identity;
  }
}
