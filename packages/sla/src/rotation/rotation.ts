import type { Interval } from '../business-time.ts';
import type { Weekday } from '../calendar.ts';

/** When one turn passes to the next person: always at that local time, whatever the clocks did meanwhile (R24). */
export type Handover = {
  /** Every day, every week, or every so many days (a whole number, 1 to 366). */
  every: 'day' | 'week' | number;
  /** Local wall time, "09:00". */
  at: string;
  /** The weekday a weekly handover falls on; without it, the weekday of `startsOn`. Only for weekly ones. */
  on?: Weekday;
};

/** People who take turns. */
export type Layer = {
  id: string;
  /** Ids in the order of their turns; one person may come more than once. */
  people: string[];
  handover: Handover;
  /** Local date, "2026-01-05": the first turn begins at the first handover on or after it; before it nobody is on. */
  startsOn: string;
  /** Windows "09:00-21:00" per weekday in which the layer is on, as in a Calendar's week; absent = round the clock. */
  restrictions?: Partial<Record<Weekday, string[]>>;
  /** Its own IANA zone (follow the sun); absent = the rotation's. */
  tz?: string;
};

/** For this stretch this person is on, whatever the layers say. A swap is two of them. Of two that overlap the later in the list wins. */
export type Override = Interval & { person: string };

/** Who is on call when, as data. Later layers beat earlier ones where they are on; overrides beat layers. */
export type Rotation = {
  /** IANA name. */
  tz: string;
  layers: Layer[];
  overrides: Override[];
};

/** A stretch with one answer to "who is on call?". */
export type Shift = Interval & {
  /** Null = nobody is. */
  personId: string | null;
  /** Null for an override and for a gap. */
  layerId: string | null;
};

/** Who is on call at an instant. */
export type OnCall = {
  personId: string;
  /** Null = through an override. */
  layerId: string | null;
  /** The whole of the stretch around the instant; a turn that another layer or an override cuts ends there. */
  shift: Interval;
};
