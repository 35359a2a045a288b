import type { ByteRange } from './content-store.ts';

/**
 * The one byte range a request asks for (RFC 9110, 14).
 * @returns null to send everything: nothing asked, several ranges asked, or not understood; `unsatisfiable` when it lies beyond the end
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | null | 'unsatisfiable' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const [, from, to] = match;
  if (from === '') {
    const last = Math.min(Number(to), sizeBytes);
    return last === 0 ? 'unsatisfiable' : { start: sizeBytes - last, end: sizeBytes - 1 };
  }
  const start = Number(from);
  if (start >= sizeBytes) return 'unsatisfiable';
  const end = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  return end < start ? null : { start, end };
}
