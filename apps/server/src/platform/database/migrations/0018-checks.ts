import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const checks: Migration = {
  number: 18,
  name: 'checks',
  async up(db) {
    await sql`
      create table check_ask (
        id uuid primary key,
        ticket_id uuid not null references ticket,
        by jsonb not null,
        created_at timestamptz not null
      )`.execute(db);
    await sql`
      create table pre_call_check (
        id uuid primary key,
        report jsonb not null,
        created_at timestamptz not null,
        ask_id uuid references check_ask on delete set null,
        ticket_id uuid references ticket
      )`.execute(db);
    await sql`create index pre_call_check_ask on pre_call_check (ask_id)`.execute(db);
    await sql`create index pre_call_check_kept on pre_call_check (created_at) where ticket_id is null`.execute(db);
  },
};
