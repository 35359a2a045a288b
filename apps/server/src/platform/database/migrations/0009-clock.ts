import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const clock: Migration = {
  number: 9,
  name: 'clock',
  async up(db) {
    // `public_clock` is the clock after the last public event: what customers' copies show, who hear of no other.
    await sql`
      alter table ticket
        add column clock jsonb,
        add column public_clock jsonb,
        add column plan_version_id uuid,
        add column requested jsonb,
        add column drill boolean not null default false,
        add column excluded text check (excluded in ('spam', 'drill', 'merged', 'lead')),
        add column merged_into jsonb,
        add column next_due_at timestamptz,
        add column next_moment_at timestamptz`.execute(db);
    await sql`alter table ticket_event add column clock_after jsonb`.execute(db);
    await sql`drop index ticket_queue`.execute(db);
    await sql`
      create index ticket_queue on ticket (coalesce(next_due_at, 'infinity'), priority, unanswered_since, opened_at, number)
      where state = 'open'`.execute(db);
    await sql`create index ticket_next_moment on ticket (next_moment_at) where next_moment_at is not null`.execute(db);
  },
};
