import type { CallQuality, Priority, Rating, TicketChannel, TicketState } from '@alongside/contracts';
import type { ContactKey, StaffKey } from './company.ts';

/** A file somebody sends. */
export type StoryFile = { name: string; content: 'stutter-log' | 'ice-log' | 'black-screen' };

/** What somebody did, and how many minutes before the seeding. */
export type Step = { ago: number } & (
  | { by: StaffKey | ContactKey; says: string; files?: StoryFile[] }
  | { by: StaffKey; notes: string }
  | { by: StaffKey | ContactKey; state: TicketState }
  | { by: StaffKey; priority: Priority }
  | { by: StaffKey; assigns: StaffKey }
  | { by: StaffKey; excludes: 'lead'; note: string }
  /** What the escalation of the ticket did by itself. */
  | { chain: 'begins' | 'climbs' }
  | { by: StaffKey; acknowledges: true }
  | { by: ContactKey; rates: Rating }
  | { by: StaffKey | ContactKey; calls: StaffKey | ContactKey; minutes: number; qualities: CallQuality[] }
);

export type Story = {
  /** Names it for its id; never shown. */
  key: string;
  contact: ContactKey;
  channel: TicketChannel;
  topic: string;
  priority: Priority;
  subject: string;
  /** Oldest first; the first one is the message that opens it. */
  steps: [{ ago: number; by: ContactKey; says: string; files?: StoryFile[] }, ...Step[]];
};

/** A measured quality, of what people would say about it. */
export function measured(score: number, minutes: number): CallQuality {
  const badness = 5 - score;
  return {
    score,
    rttMs: 28 + badness * 45,
    jitterMs: 3 + badness * 9,
    lossRatio: badness * 0.012,
    bitrateBps: 1_900_000 - badness * 350_000,
    freezeMs: badness * 700,
    measuredMs: minutes * 60_000,
  };
}
