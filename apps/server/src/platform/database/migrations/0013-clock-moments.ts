import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const clockMoments: Migration = {
  number: 13,
  name: 'clock-moments',
  async up(db) {
    // A warning or a breach of a promise is recorded once, whoever noticed it. A second one of the same promise comes
    // only at another instant: of a fresh budget, or of a past that was judged anew.
    await sql`
      create unique index ticket_event_moment on ticket_event (ticket_id, type, (body ->> 'cycleId'), at)
      where type in ('clock.warned', 'clock.breached')`.execute(db);
    // In the very order the queue is read in: "nobody waits" comes last as a value, for a page begins behind one.
    await sql`drop index ticket_queue`.execute(db);
    await sql`
      create index ticket_queue on ticket (
        coalesce(next_due_at, 'infinity'), priority, coalesce(unanswered_since, 'infinity'), opened_at, number
      ) where state = 'open'`.execute(db);
  },
};
