import type { Month } from '@alongside/contracts';
import { previousMonth } from '@alongside/desk';
import { localReading, startOfLocalDate } from '@alongside/sla';
import { CONTACTS } from './company.ts';
import { AURORA_EARLIER } from './past-stories-aurora.ts';
import { CHENXING_EARLIER } from './past-stories-chenxing.ts';
import { NORTHWIND_EARLIER } from './past-stories-northwind.ts';
import type { PastStep, PastStory } from './past-story.ts';
import type { Step, Story } from './story.ts';

const MINUTE_MS = 60_000;

/**
 * What the two months before the present one would have brought, so that reports and statements have something to tell:
 * promises kept, two that were not, and one ticket a lead took out of the figures.
 */
export function pastStories(now: Date): Story[] {
  const present = now.toISOString().slice(0, 7);
  const months: Record<PastStory['monthsAgo'], Month> = {
    1: previousMonth(present),
    2: previousMonth(previousMonth(present)),
  };
  return [...NORTHWIND_EARLIER, ...AURORA_EARLIER, ...CHENXING_EARLIER].map((story) =>
    told(story, months[story.monthsAgo], now),
  );
}

function told({ monthsAgo: _, day, time, steps, ...story }: PastStory, month: Month, now: Date): Story {
  const { timeZone } = CONTACTS[story.contact].context;
  const openedMs = instantOf(timeZone!, `${month}-${String(day).padStart(2, '0')}`, time);
  const at = ({ after, ...step }: PastStep): Step =>
    ({ ...step, ago: (now.getTime() - openedMs) / MINUTE_MS - after }) as Step;
  const [first, ...rest] = steps;
  const last = steps.at(-1)!;
  // Else the server would close it on the day of the seeding, and it would lie on top of all lists.
  if (!('state' in last && last.state === 'closed'))
    rest.push({ after: last.after + 30, by: story.contact, state: 'closed' });
  return { ...story, steps: [at(first) as Story['steps'][0], ...rest.map(at)] };
}

/** When the clock on the wall of a zone shows a time of a date; also on the days on which it is put forward or back. */
function instantOf(timeZone: string, date: string, time: string): number {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  const guess = Date.parse(startOfLocalDate(timeZone, date)) + (hours * 60 + minutes) * MINUTE_MS;
  const { wall } = localReading(timeZone, new Date(guess).toISOString());
  return guess + Date.parse(`${date}T${time}:00Z`) - Date.parse(`${wall}Z`);
}
