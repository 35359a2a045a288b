import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const recordings: Migration = {
  number: 16,
  name: 'recordings',
  async up(db) {
    // What was agreed and by whom is in the ticket's log; the row is about the files.
    await sql`
      create table recording (
        id uuid primary key,
        ticket_id uuid not null references ticket,
        call_id uuid not null references call,
        asked_at timestamptz not null,
        started_at timestamptz,
        ended_at timestamptz,
        ready_at timestamptz,
        deleted_at timestamptz,
        duration_ms bigint,
        size_bytes bigint,
        tracks jsonb not null default '[]',
        composed text not null default 'none' check (composed in ('none', 'running', 'ready', 'failed', 'no_ffmpeg')),
        composed_progress double precision not null default 0,
        composed_bytes bigint
      )`.execute(db);
    await sql`create index recording_call on recording (call_id)`.execute(db);
    await sql`create index recording_unfinished on recording (asked_at) where ready_at is null`.execute(db);
    await sql`create index recording_kept on recording (ready_at) where deleted_at is null`.execute(db);
    await sql`
      create table recording_settings (
        one boolean primary key default true check (one),
        customers_may_watch boolean not null default true,
        retention_days integer default 90 check (retention_days > 0)
      )`.execute(db);
    await sql`insert into recording_settings default values`.execute(db);
  },
};
