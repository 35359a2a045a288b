import type { Step, Story } from './story.ts';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** What somebody did, and how many minutes after the ticket was opened. */
export type PastStep = { after: number } & Without<Step, 'ago'>;

/** A conversation of an earlier month, on a day of it, by the clock of the customer. */
export type PastStory = Omit<Story, 'steps'> & {
  monthsAgo: 1 | 2;
  /** At most 27, so that it is over before any month is. */
  day: number;
  /** "09:12". */
  time: string;
  steps: [{ after: 0 } & Without<Story['steps'][0], 'ago'>, ...PastStep[]];
};
