import type { KnownError, KnownErrorMark } from '@alongside/contracts';
import type { KnownErrorRow } from './tables.ts';

export function presentKnownError({ id, code, component, audience, says, updatedAt }: KnownErrorRow): KnownError {
  return { id, code, component, audience, ...says, updatedAt: updatedAt.toISOString() };
}

export function presentMark({ id, code, component, says }: KnownErrorRow): KnownErrorMark {
  return { id, code, component, meaning: says.meaning };
}
