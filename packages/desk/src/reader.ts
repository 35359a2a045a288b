import type { StaffRole } from '@alongside/contracts';

/** For whom something is decided or shown. */
export type Reader =
  | { kind: 'staff'; id: string; role: StaffRole }
  | { kind: 'customer'; id: string; organisationId: string | null };

/** Whether the reader sees internal notes and counts all events; customers count only public ones. */
export function seesInternal(reader: Reader): boolean {
  return reader.kind === 'staff';
}
