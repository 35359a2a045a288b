import { afterEach, describe, expect, it, vi } from 'vitest';
import { ALL, at, becomes, OFFICE, OFFICE_VERSION, opened, says } from './clock/testing.ts';
import * as sla from './index.ts';

const FEED = `BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20200101
RRULE:FREQ=YEARLY
SUMMARY:New Year
END:VEVENT
END:VCALENDAR`;
const rotationIn = (tz: string): sla.Rotation => ({
  tz,
  layers: [{ id: 'one', people: ['Ada', 'Grace'], handover: { every: 'week', at: '09:00' }, startsOn: '2026-01-05' }],
  overrides: [],
});

/** Everything that reckons, once, with objects of its own: nothing is remembered from before but the zone. */
function everything(tz: string): unknown {
  const office = { ...structuredClone(OFFICE), tz };
  const events = [opened('all'), says('engineer'), becomes('waiting_for_customer'), becomes('open', 'customer')];
  return [
    sla.dueAt(office, at('thu 09:00'), 3_600_000_000),
    sla.elapsedMs(office, at('thu 09:00'), at('fri 09:00')),
    sla.isOpenAt(office, at('thu 09:00')),
    sla.openIntervals(office, at('thu 09:00'), at('fri 12:00')),
    sla.evaluate({
      events: events.map((event, index) => ({ ...event, at: at(`thu 1${index}:00`), seq: index }) as sla.ClockEvent),
      policy: [structuredClone(ALL)],
      calendars: [{ ...OFFICE_VERSION, calendar: office }],
      now: at('fri 12:00'),
    }),
    sla.onCallAt(rotationIn(tz), at('thu 09:00')),
    sla.shifts(rotationIn(tz), at('thu 09:00'), at('+thu 09:00')),
    sla.readHolidays(FEED, { from: '2026-01-01', to: '2028-12-31' }),
    sla.calendarWith(office, sla.chinaHolidays(2026)!.days),
    sla.creditsOwed([{ below: 0.99, percent: 5 }], { met: 97, total: 99 }),
    sla.instantAt(tz, '2026-03-29', '00:30'),
    sla.localReading(tz, at('thu 09:00')),
    sla.startOfLocalDate(tz, '2026-03-29'),
  ];
}

describe('R7 time comes in as an argument', () => {
  const { TZ } = process.env;
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    if (TZ === undefined) delete process.env.TZ;
    else process.env.TZ = TZ;
  });

  it('R7 nothing reads a clock or makes randomness', () => {
    const never = (what: string) => () => {
      throw new Error(`asked for ${what}`);
    };
    const Timeless = new Proxy(Date, {
      construct: (target, values) => (values.length === 0 ? never('the time')() : Reflect.construct(target, values)),
      apply: never('the time'),
      get: (target, key) => (key === 'now' ? never('the time') : Reflect.get(target, key)),
    });
    vi.stubGlobal('Date', Timeless);
    vi.spyOn(performance, 'now').mockImplementation(never('the time'));
    vi.spyOn(Math, 'random').mockImplementation(never('chance'));
    expect(() => new Date()).toThrow('asked for the time');
    // Zones no other test asks for, so that their clocks have to be looked up here.
    const found = ['Africa/El_Aaiun', 'Asia/Gaza', 'America/Nuuk'].map(everything);
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    expect(['Africa/El_Aaiun', 'Asia/Gaza', 'America/Nuuk'].map(everything)).toEqual(found);
  });

  it('R7 the machine’s own zone makes no difference', () => {
    const expected = everything('Asia/Beirut');
    for (const zone of ['Pacific/Kiritimati', 'America/St_Johns', 'UTC']) {
      process.env.TZ = zone;
      expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(zone);
      expect(everything('Asia/Beirut')).toEqual(expected);
    }
  });
});
