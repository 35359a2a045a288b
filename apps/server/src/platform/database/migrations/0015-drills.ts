import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const drills: Migration = {
  number: 15,
  name: 'drills',
  async up(db) {
    // In whose name a drill is filed: nobody, and in no list of customers.
    await sql`alter table contact add column mock boolean not null default false`.execute(db);
    await sql`
      create table drill_series (
        id uuid primary key,
        plan_id uuid not null references plan,
        topic text,
        text text not null,
        locale text not null,
        with_call boolean not null,
        repeat jsonb not null,
        time_zone text not null,
        window_from text not null,
        window_to text not null,
        starts_on text not null,
        by jsonb not null,
        created_at timestamptz not null,
        ended_at timestamptz
      )`.execute(db);
    // The row decides when it is filed and what becomes of it; jobs only wake.
    await sql`
      create table drill (
        id uuid primary key,
        series_id uuid references drill_series,
        plan_id uuid not null references plan,
        topic text,
        text text not null,
        locale text not null,
        with_call boolean not null,
        state text not null check (state in ('scheduled', 'running', 'finished', 'stopped', 'skipped')),
        window_from timestamptz,
        window_to timestamptz,
        time_zone text,
        file_at timestamptz not null,
        by jsonb not null,
        created_at timestamptz not null,
        ticket_id uuid unique references ticket,
        filed_at timestamptz,
        due_at timestamptz,
        limit_at timestamptz,
        ended_at timestamptz,
        stopped_by jsonb,
        note text not null default '',
        check ((window_from is null) = (window_to is null) and (window_from is null) = (time_zone is null)),
        check ((ticket_id is null) = (filed_at is null) and (ticket_id is null) = (limit_at is null)),
        check ((state in ('scheduled', 'running')) = (ended_at is null)),
        check (state <> 'scheduled' or ticket_id is null),
        check (state <> 'running' or ticket_id is not null),
        check ((state = 'stopped') = (stopped_by is not null))
      )`.execute(db);
    await sql`create index drill_newest on drill (created_at desc, id)`.execute(db);
    // However many workers plan at once, one drill of a schedule waits.
    await sql`create unique index drill_next on drill (series_id) where state = 'scheduled'`.execute(db);
    await sql`create index drill_waiting on drill (file_at) where state = 'scheduled'`.execute(db);
    await sql`create index drill_running on drill (limit_at) where state = 'running'`.execute(db);
  },
};
