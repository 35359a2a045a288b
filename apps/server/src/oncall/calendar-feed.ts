/** One stretch somebody is on call. */
export type CalendarEvent = {
  /** The same for the same shift, however often the calendar is fetched. */
  uid: string;
  from: string;
  to: string;
  summary: string;
  description?: string;
};

export type CalendarFeed = {
  name: string;
  /** When it is made, ISO: RFC 5545 wants it on every event. */
  madeAt: string;
  events: readonly CalendarEvent[];
};

/** How long a calendar program may show what it has before it looks again. */
const REFRESH = 'PT1H';
const LINE_MAX_OCTETS = 75;

/**
 * An iCalendar file (RFC 5545) for calendar programs to subscribe to. Instants are UTC, so that no program needs to know
 * our zones; texts are escaped and long lines folded.
 */
export function calendarFile({ name, madeAt, events }: CalendarFeed): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Alongside//On call//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${escaped(name)}`,
    `X-WR-CALNAME:${escaped(name)}`,
    `REFRESH-INTERVAL;VALUE=DURATION:${REFRESH}`,
    `X-PUBLISHED-TTL:${REFRESH}`,
    ...events.flatMap(({ uid, from, to, summary, description }) => [
      'BEGIN:VEVENT',
      `UID:${escaped(uid)}`,
      `DTSTAMP:${utc(madeAt)}`,
      `DTSTART:${utc(from)}`,
      `DTEND:${utc(to)}`,
      `SUMMARY:${escaped(summary)}`,
      ...(description ? [`DESCRIPTION:${escaped(description)}`] : []),
      // On call is no appointment: others may still be made for the time.
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** TEXT of RFC 5545, section 3.3.11. Control characters have no place in it. */
function escaped(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
      .replace(/[\\;,]/g, (character) => `\\${character}`)
      .replace(/\r\n?|\n/g, '\\n')
  );
}

/** Lines of at most 75 octets; what follows begins with a space. No character is cut in two. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > LINE_MAX_OCTETS) {
      parts.push(part);
      part = '';
      // The space that continues a line counts.
      octets = 1;
    }
    part += character;
    octets += size;
  }
  return [...parts, part].join('\r\n ');
}

/** `20260514T030000Z` */
function utc(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}
