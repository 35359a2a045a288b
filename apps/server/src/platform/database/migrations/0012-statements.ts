import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const statements: Migration = {
  number: 12,
  name: 'statements',
  async up(db) {
    // Whose a ticket was, and when: by the log, since a ticket can come to another organisation.
    await sql`
      create index ticket_event_organisation on ticket_event ((body -> 'organisation' ->> 'id'))
      where type in ('ticket.opened', 'ticket.contact_claimed')`.execute(db);

    // The names on a statement, as they were when it was first made: a later change of name is no other statement.
    await sql`
      create table statement_heading (
        organisation_id uuid not null references organisation on delete cascade,
        month text not null,
        organisation_name text not null,
        issuer text not null,
        primary key (organisation_id, month)
      )`.execute(db);

    // What follows is derived from the log and can be made anew from it at any time.
    await sql`
      create table ticket_measure (
        ticket_id uuid primary key references ticket on delete cascade,
        version integer not null,
        seq integer not null,
        counted boolean not null,
        organisation_id uuid,
        priority text not null,
        topic text,
        assignee_id uuid,
        opened_at timestamptz not null,
        first_solved_at timestamptz,
        solved_at timestamptz,
        resolve_ms bigint,
        answers_to_solve integer not null,
        reopened integer not null,
        score integer,
        rated_at timestamptz
      )`.execute(db);
    await sql`create index ticket_measure_opened on ticket_measure (opened_at)`.execute(db);
    await sql`create index ticket_measure_solved on ticket_measure (solved_at) where solved_at is not null`.execute(db);
    await sql`
      create index ticket_measure_first_solved on ticket_measure (first_solved_at)
      where first_solved_at is not null`.execute(db);
    await sql`create index ticket_measure_rated on ticket_measure (rated_at) where rated_at is not null`.execute(db);
    await sql`
      create table ticket_turn (
        ticket_id uuid not null references ticket_measure on delete cascade,
        n integer not null,
        kind text not null check (kind in ('first', 'next')),
        answered_at timestamptz not null,
        wait_ms bigint not null,
        answered_by uuid not null,
        primary key (ticket_id, n)
      )`.execute(db);
    await sql`create index ticket_turn_answered on ticket_turn (answered_at)`.execute(db);
    await sql`
      create table ticket_open_span (
        ticket_id uuid not null references ticket_measure on delete cascade,
        n integer not null,
        from_at timestamptz not null,
        to_at timestamptz,
        primary key (ticket_id, n)
      )`.execute(db);
    await sql`create index ticket_open_span_times on ticket_open_span (from_at, to_at)`.execute(db);
    await sql`
      create table ticket_cycle (
        ticket_id uuid not null references ticket_measure on delete cascade,
        cycle_id text not null,
        target text not null,
        priority text not null,
        decided_at timestamptz not null,
        met boolean not null,
        kept_by uuid,
        primary key (ticket_id, cycle_id)
      )`.execute(db);
    await sql`create index ticket_cycle_decided on ticket_cycle (decided_at)`.execute(db);
  },
};
