import type { Locale } from '@alongside/contracts';

/** A time zone as one looks for it. */
export type TimeZone = {
  /** IANA name. */
  id: string;
  /** What it is called in the reader's language, "Central European Time", "中国标准时间". */
  name: string;
  /** How far it is from UTC now, "UTC+08:00". */
  offset: string;
};

/** All zones the browser knows, and UTC, in the order of their names. */
export function timeZones(locale: Locale, atMs: number): TimeZone[] {
  const ids = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC']);
  return [...ids].sort().map((id) => zoneOf(id, locale, atMs));
}

/** One zone in words. One that is unknown keeps its name and has no offset. */
export function zoneOf(id: string, locale: Locale, atMs: number): TimeZone {
  try {
    const offset = partOf('en', id, 'longOffset', atMs).replace('GMT', 'UTC');
    return { id, name: partOf(locale, id, 'longGeneric', atMs), offset: offset === 'UTC' ? 'UTC+00:00' : offset };
  } catch {
    return { id, name: '', offset: '' };
  }
}

function partOf(locale: Locale, timeZone: string, timeZoneName: 'longOffset' | 'longGeneric', atMs: number): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName }).formatToParts(atMs);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
}

/** Whether every word of a search is somewhere in a zone's name, place or offset. */
export function isZoneMatch(zone: TimeZone, query: string): boolean {
  const text = `${zone.id.replaceAll('_', ' ')} ${zone.name} ${zone.offset}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/[\s_]+/)
    .every((word) => text.includes(word));
}
