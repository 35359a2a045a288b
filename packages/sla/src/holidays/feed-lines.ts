import { SlaInputError, type SlaIssue } from '../input.ts';

/** An event's own lines, BEGIN and END included, and the number of its first line, from 1. */
export type EventLines = { text: string; line: number };

/** What a feed consists of, before anything in it is understood. */
export type FeedLines = { events: EventLines[] /** The feed's own properties, outside all events. */; head: string };

/** Deeper than this nothing in a calendar lies. */
const DEPTH_MAX = 8;

/**
 * Takes a feed apart by its BEGIN and END lines, so that a broken event can be told from its neighbours and named by
 * its line.
 * @throws SlaInputError naming the line: what is no calendar, ends too early, or closes what was not opened
 */
export function takeApart(icsText: string, eventsMax: number): FeedLines {
  const lines = icsText.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const open: { name: string; line: number }[] = [];
  const events: EventLines[] = [];
  const head: string[] = [];
  let calendars = 0;
  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    const mark = /^(BEGIN|END):\s*([\w-]+)\s*$/i.exec(text);
    const name = mark?.[2]?.toUpperCase() ?? '';
    if (mark?.[1]?.toUpperCase() === 'BEGIN') {
      if (open.length === 0 && name !== 'VCALENDAR') refuse(line, `begins ${name}, which is no calendar`);
      if (open.length >= DEPTH_MAX) refuse(line, 'is nested too deep');
      if (open.length === 0) calendars += 1;
      open.push({ name, line });
    } else if (mark) {
      const begun = open.pop();
      if (begun?.name !== name) refuse(line, `ends ${name}, which has not begun`);
      if (begun?.name === 'VEVENT' && open.length === 1) {
        if (events.length >= eventsMax) refuse(begun.line, `is event ${eventsMax + 1}: more are not read`);
        events.push({ text: lines.slice(begun.line - 1, line).join('\r\n'), line: begun.line });
      }
    } else if (text.trim() !== '') {
      if (open.length === 0) refuse(line, 'is outside any calendar: this is not an iCalendar feed');
      if (open.length === 1) head.push(text);
    }
  }
  const unclosed = open.at(-1);
  if (unclosed) refuse(unclosed.line, `begins ${unclosed.name}, which does not end`);
  if (calendars === 0) throw new SlaInputError([{ field: 'icsText', problem: 'is empty' }]);
  return { events, head: head.join('\r\n') };
}

/** The field a line of the feed is named by. */
export function lineField(line: number): string {
  return `lines.${line}`;
}

function refuse(line: number, problem: string): never {
  const issue: SlaIssue = { field: lineField(line), problem };
  throw new SlaInputError([issue]);
}
