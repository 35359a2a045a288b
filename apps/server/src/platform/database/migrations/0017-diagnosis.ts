import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const diagnosis: Migration = {
  number: 17,
  name: 'diagnosis',
  async up(db) {
    // A visitor who is forgotten takes along what their page measured.
    await sql`
      create table watched_session (
        id uuid primary key,
        contact_id uuid not null references contact on delete cascade,
        about jsonb not null,
        started_at timestamptz not null,
        last_sample_at timestamptz,
        ended_at timestamptz
      )`.execute(db);
    await sql`create index watched_session_contact on watched_session (contact_id, started_at)`.execute(db);
    await sql`
      create table watched_session_ticket (
        watched_session_id uuid not null references watched_session on delete cascade,
        -- The ticket's row is written last in the transaction that opens it.
        ticket_id uuid not null references ticket on delete cascade deferrable initially deferred,
        attached_at timestamptz not null,
        primary key (watched_session_id, ticket_id)
      )`.execute(db);
    await sql`create index watched_session_ticket_ticket on watched_session_ticket (ticket_id)`.execute(db);
    // Compressed rows of measurements; only whole batches are ever read.
    await sql`
      create table sample_batch (
        id bigint generated always as identity primary key,
        call_id uuid references call on delete cascade,
        watched_session_id uuid references watched_session on delete cascade,
        participant_id uuid not null,
        participant_kind text not null check (participant_kind in ('staff', 'customer', 'engine')),
        stay uuid not null,
        number integer not null,
        received_at timestamptz not null,
        received_offset_ms double precision not null,
        clock_offset_ms double precision,
        size_bytes integer not null,
        content bytea not null,
        check (num_nonnulls(call_id, watched_session_id) = 1),
        unique nulls not distinct (call_id, watched_session_id, participant_id, stay, number)
      )`.execute(db);
    await sql`alter table sample_batch alter column content set storage external`.execute(db);
    await sql`create index sample_batch_call on sample_batch (call_id, received_at)`.execute(db);
    await sql`create index sample_batch_watched on sample_batch (watched_session_id, received_at)`.execute(db);
    await sql`create index sample_batch_received on sample_batch (received_at)`.execute(db);
    await sql`
      create table diagnosis (
        id uuid primary key,
        ticket_id uuid not null references ticket on delete cascade,
        source jsonb not null,
        call_id uuid unique references call on delete cascade,
        watched_session_id uuid,
        file_id uuid,
        recorded_at timestamptz not null,
        diagnosis jsonb not null
      )`.execute(db);
    await sql`create index diagnosis_ticket on diagnosis (ticket_id)`.execute(db);
    await sql`
      create table watch_settings (
        one boolean primary key default true check (one),
        watch_calls boolean not null default true,
        watch_products boolean not null default true,
        retention_days integer default 30 check (retention_days > 0),
        keep_addresses boolean not null default false
      )`.execute(db);
    await sql`insert into watch_settings default values`.execute(db);
  },
};
