import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const calls: Migration = {
  number: 6,
  name: 'calls',
  async up(db) {
    await sql`
      create table call (
        id uuid primary key,
        ticket_id uuid not null references ticket,
        state text not null check (state in ('ringing', 'live', 'ended', 'missed', 'declined', 'cancelled')),
        started_by jsonb not null,
        rings text not null check (rings in ('customer', 'staff')),
        video boolean not null,
        started_at timestamptz not null,
        answered_at timestamptz,
        ended_at timestamptz
      )`.execute(db);
    // However many press the button at once, one call comes of it.
    await sql`create unique index call_active on call (ticket_id) where state in ('ringing', 'live')`.execute(db);
    await sql`create index call_unfinished on call (started_at) where state in ('ringing', 'live')`.execute(db);
    // A row comes with a person's first token; joined_at with their first arrival in the media room.
    await sql`
      create table call_participant (
        call_id uuid not null references call,
        person_kind text not null check (person_kind in ('staff', 'customer')),
        person_id uuid not null,
        person_name text not null,
        media_sid text,
        joined_at timestamptz,
        away_until timestamptz,
        left_at timestamptz,
        quality jsonb,
        primary key (call_id, person_id)
      )`.execute(db);
    await sql`
      create table call_decline (
        call_id uuid not null references call,
        person_id uuid not null,
        at timestamptz not null,
        primary key (call_id, person_id)
      )`.execute(db);
  },
};
