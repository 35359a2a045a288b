import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const platform: Migration = {
  number: 1,
  name: 'platform',
  async up(db) {
    // tx stands before position so that its default runs first: a transaction that holds a position has a number.
    await sql`
      create table feed (
        tx xid8 not null default pg_current_xact_id(),
        position bigint generated always as identity primary key,
        kind text not null,
        ticket_id uuid,
        payload jsonb not null,
        at timestamptz not null default now()
      )`.execute(db);
    await sql`create index feed_at on feed (at)`.execute(db);
    await sql`create table feed_follower (name text primary key, position bigint not null)`.execute(db);
    await sql`
      create table mail (
        id uuid primary key,
        recipient text not null,
        subject text not null,
        text text not null,
        html text,
        state text not null check (state in ('queued', 'sent', 'failed', 'kept')),
        error text,
        attempts integer not null default 0,
        created_at timestamptz not null default now(),
        sent_at timestamptz
      )`.execute(db);
    await sql`create index mail_newest on mail (created_at desc, id desc)`.execute(db);
    await sql`create index mail_queued on mail (created_at) where state = 'queued'`.execute(db);
    await sql`
      create table server_secret (
        name text primary key,
        value bytea not null,
        created_at timestamptz not null default now()
      )`.execute(db);
  },
};
