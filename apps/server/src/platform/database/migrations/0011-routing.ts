import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const routing: Migration = {
  number: 11,
  name: 'routing',
  async up(db) {
    // A profile's photo came with no message, and is needed all the same.
    await sql`alter table file add column kept boolean not null default false`.execute(db);

    // One installation routes in one way: the check on the key lets no second row in.
    await sql`
      create table routing_setting (
        only_one boolean primary key default true check (only_one),
        mode text not null default 'assign' check (mode in ('off', 'suggest', 'assign')),
        skills_shipped boolean not null default false
      )`.execute(db);
    await sql`insert into routing_setting default values`.execute(db);

    // `topics`: tickets about these demand the skill; `keywords`: so do tickets that say one of these words.
    await sql`
      create table skill (
        id text primary key,
        kind text not null check (kind in ('product', 'platform', 'topic')),
        name jsonb not null,
        topics text[] not null default '{}',
        keywords text[] not null default '{}',
        place integer not null
      )`.execute(db);

    // Somebody without a row takes no part in routing. Without a calendar they work round the clock.
    await sql`
      create table engineer_profile (
        staff_id uuid primary key references staff on delete cascade,
        title jsonb not null,
        about jsonb not null,
        languages text[] not null default '{}',
        photo_file_id uuid references file on delete set null,
        calendar_id uuid references calendar on delete set null,
        plan_ids uuid[] not null default '{}',
        capacity integer not null check (capacity between 1 and 1000),
        away_since timestamptz,
        last_assigned_at timestamptz,
        updated_at timestamptz not null default now()
      )`.execute(db);
    await sql`
      create table engineer_skill (
        staff_id uuid not null references engineer_profile on delete cascade,
        skill_id text not null references skill on delete cascade,
        level integer not null check (level between 1 and 3),
        primary key (staff_id, skill_id)
      )`.execute(db);
    await sql`create index engineer_skill_skill on engineer_skill (skill_id)`.execute(db);

    // What routing last made of a ticket. A row with nobody in it is looked at again when somebody becomes free.
    await sql`
      create table ticket_route (
        ticket_id uuid primary key references ticket on delete cascade,
        outcome text not null check (outcome in ('assigned', 'suggested', 'nobody')),
        engineer_id uuid references staff on delete cascade,
        reasons jsonb not null default '[]',
        why text check (why in ('off_hours', 'away', 'full', 'handed_back')),
        skills jsonb not null default '[]',
        ticket_facts jsonb not null,
        next_at timestamptz,
        decided_at timestamptz not null,
        check ((outcome = 'nobody') = (engineer_id is null)),
        check ((outcome = 'nobody') = (why is not null))
      )`.execute(db);
    await sql`create index ticket_route_nobody on ticket_route (ticket_id) where outcome = 'nobody'`.execute(db);
    await sql`create index ticket_route_engineer on ticket_route (engineer_id) where engineer_id is not null`.execute(
      db,
    );
    // Who handed a ticket back: routing does not give it to them again.
    await sql`
      create table ticket_hand_back (
        ticket_id uuid not null references ticket on delete cascade,
        staff_id uuid not null references staff on delete cascade,
        reason text not null,
        at timestamptz not null,
        primary key (ticket_id, staff_id)
      )`.execute(db);
    // What an engineer has on their desk is counted for every decision.
    await sql`
      create index ticket_assignee_open on ticket (assignee_id)
      where assignee_id is not null and state not in ('solved', 'closed')`.execute(db);
  },
};
