import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const tickets: Migration = {
  number: 5,
  name: 'tickets',
  async up(db) {
    await sql`create sequence ticket_number as integer`.execute(db);
    // The row is the ticket now; names of people stand as they were recorded, like in the log.
    await sql`
      create table ticket (
        id uuid primary key,
        number integer not null unique,
        subject text not null,
        topic text,
        priority text not null check (priority in ('P0', 'P1', 'P2', 'P3')),
        state text not null check (state in ('open', 'waiting_for_customer', 'on_hold', 'solved', 'closed')),
        state_set_at timestamptz not null,
        channel text not null,
        context jsonb not null,
        contact_id uuid not null references contact,
        contact_name text not null,
        contact_anonymous boolean not null,
        organisation_id uuid references organisation,
        organisation_name text,
        assignee_id uuid references staff,
        assignee_name text,
        opened_at timestamptz not null,
        updated_at timestamptz not null,
        public_updated_at timestamptz not null,
        unanswered_since timestamptz,
        last_message jsonb,
        rating jsonb,
        active_call jsonb,
        seq integer not null,
        public_seq integer not null
      )`.execute(db);
    await sql`create index ticket_contact on ticket (contact_id)`.execute(db);
    await sql`create index ticket_organisation on ticket (organisation_id) where organisation_id is not null`.execute(
      db,
    );
    await sql`create index ticket_updated on ticket (updated_at desc, number desc)`.execute(db);
    await sql`create index ticket_queue on ticket (priority, unanswered_since, opened_at, number) where state = 'open'`.execute(
      db,
    );
    await sql`create index ticket_solved on ticket (state_set_at) where state = 'solved'`.execute(db);

    await sql`
      create table ticket_event (
        id uuid primary key,
        ticket_id uuid not null references ticket,
        seq integer not null check (seq > 0),
        public_seq integer check (public_seq > 0),
        at timestamptz not null,
        actor jsonb not null,
        type text not null,
        body jsonb not null,
        message_id uuid unique,
        state_after text not null,
        contact_after uuid not null,
        unique (ticket_id, seq),
        unique (ticket_id, public_seq)
      )`.execute(db);
    await sql`
      create function refuse_change_of_log() returns trigger language plpgsql as
      $$ begin raise exception 'the log of a ticket is only ever appended to'; end $$`.execute(db);
    await sql`
      create trigger ticket_event_append_only before update or delete on ticket_event
      for each row execute function refuse_change_of_log()`.execute(db);

    await sql`
      create table ticket_mark (
        ticket_id uuid not null references ticket,
        person_id uuid not null,
        person_kind text not null check (person_kind in ('staff', 'customer')),
        person_name text not null,
        delivered_seq integer not null,
        read_seq integer not null,
        primary key (ticket_id, person_id)
      )`.execute(db);
  },
};
