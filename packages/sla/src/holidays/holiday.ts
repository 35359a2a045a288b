import type { SlaIssue } from '../input.ts';

/** A date on which the week's ordinary hours do not hold. */
export type HolidayDay = {
  /** Local date, "2026-10-01". */
  date: string;
  name: string;
  /** workday: a weekend day that is worked to make up for a holiday. */
  kind: 'holiday' | 'workday';
};

/** What a holiday feed (.ics) says. */
export type HolidayFeed = {
  /** The feed's own name (X-WR-CALNAME); null when it has none. */
  name: string | null;
  /** By date; one entry for each date and kind. */
  days: HolidayDay[];
  /** What was left out and why, e.g. an event that is not all-day; the rest is still usable. */
  issues: SlaIssue[];
};

/** How far a feed is read. Nothing here reads a clock, so the range is said. */
export type HolidayFeedOptions = {
  /** First local date, "2026-01-01". */
  from: string;
  /** Last local date, included; at most 20 years after `from`. */
  to: string;
  /** A larger feed is refused; 2 MiB unless said. */
  maxBytes?: number;
  /** More events are refused; 10,000 unless said. */
  maxEvents?: number;
  /** More dates are refused; 5,000 unless said. */
  maxDays?: number;
};

/** The statutory holidays of a year, and where that is written. */
export type StatutoryYear = {
  year: number;
  /**
   * Whether the government had published the year's arrangement when this was checked. If not, `days` holds only what
   * the law itself fixes: no bridging days, no days in lieu of a weekend, no make-up workdays (R34).
   */
  announced: boolean;
  /** The day on which somebody last looked for the arrangement and compared it, "2026-11-21". */
  checkedOn: string;
  source: {
    title: string;
    /** The document's number, "国办发明电〔2025〕7号". */
    document: string;
    url: string;
    /** When it was published, "2025-11-04". */
    publishedOn: string;
  };
  days: HolidayDay[];
};
