import { instantOfWall, localReading } from '@alongside/sla';

/** An instant as a `datetime-local` field shows it in a zone: `2026-05-14T09:30`. */
export function wallOf(instant: string, timeZone: string): string {
  return localReading(timeZone, instant).wall.slice(0, 16);
}

/**
 * The instant a `datetime-local` field names in a zone.
 * @returns null for a field that is not filled in
 */
export function instantOf(wall: string, timeZone: string): string | null {
  const wallMs = Date.parse(`${wall}Z`);
  return Number.isNaN(wallMs) ? null : new Date(instantOfWall(timeZone, wallMs)).toISOString();
}
