import { localReading } from '@alongside/sla';
import { expect, it } from 'vitest';
import { CONTACTS } from './company.ts';
import { pastStories } from './past-months.ts';

const MINUTE_MS = 60_000;
// The first instant of a month, its last, both changes of the clock in Europe, and the turn of the year.
const NOWS = [
  '2026-11-01T00:00:00.000Z',
  '2026-11-30T23:59:59.999Z',
  '2026-04-15T12:00:00.000Z',
  '2026-01-01T00:30:00.000Z',
].map((now) => new Date(now));

it.each(NOWS)('seen from %s all of it is over, in order, and in its month', (now) => {
  const stories = pastStories(now);
  expect(stories.length).toBeGreaterThan(15);
  for (const { key, contact, steps } of stories) {
    const ago = steps.map((step) => step.ago);
    expect(ago, key).toEqual(ago.toSorted((a, b) => b - a));
    expect(ago.at(-1), key).toBeGreaterThan(0);
    const { timeZone } = CONTACTS[contact].context;
    const months = steps.map((step) =>
      localReading(timeZone!, new Date(now.getTime() - step.ago * MINUTE_MS).toISOString()).wall.slice(0, 7),
    );
    expect(new Set(months).size, key).toBe(1);
    expect(months[0]! < now.toISOString().slice(0, 7), key).toBe(true);
  }
});

it('begins when the clock on the customer’s wall says so', () => {
  const now = new Date('2026-11-21T00:00:00.000Z');
  const night = pastStories(now).find(({ key }) => key === 'past-night-outage')!;
  const opened = new Date(now.getTime() - night.steps[0].ago * MINUTE_MS).toISOString();
  expect(localReading('Europe/London', opened).wall).toBe('2026-10-06T02:14:00.000');
});
