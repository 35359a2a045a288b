import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const plans: Migration = {
  number: 8,
  name: 'plans',
  async up(db) {
    await sql`
      create function refuse_change_of_version() returns trigger language plpgsql as
      $$ begin raise exception 'what was promised is never changed; a new version is added'; end $$`.execute(db);

    await sql`
      create table calendar (
        id uuid primary key,
        preset text unique,
        created_at timestamptz not null default now()
      )`.execute(db);
    await sql`
      create table calendar_version (
        id uuid primary key,
        calendar_id uuid not null references calendar,
        version integer not null check (version > 0),
        valid_from timestamptz not null,
        name jsonb not null,
        content jsonb not null,
        saved_by jsonb,
        unique (calendar_id, version)
      )`.execute(db);

    await sql`
      create table plan (
        id uuid primary key,
        preset text unique,
        archived boolean not null default false,
        is_default boolean not null default false check (not (is_default and archived)),
        created_at timestamptz not null default now()
      )`.execute(db);
    await sql`create unique index plan_default on plan (is_default) where is_default`.execute(db);
    await sql`
      create table plan_version (
        id uuid primary key,
        plan_id uuid not null references plan,
        version integer not null check (version > 0),
        valid_from timestamptz not null,
        content jsonb not null,
        saved_by jsonb,
        unique (plan_id, version)
      )`.execute(db);

    // In force at an instant: the last saved of those that begin at it or before. Two never begin at once.
    await sql`
      create table contract (
        id uuid primary key,
        organisation_id uuid not null references organisation,
        version integer not null check (version > 0),
        plan_id uuid references plan,
        time_zone text not null,
        starts_on text not null,
        monthly_fee jsonb,
        named_contact_ids jsonb not null,
        manager_id uuid references staff,
        valid_from timestamptz not null,
        reason text not null,
        saved_by jsonb not null,
        saved_at timestamptz not null,
        unique (organisation_id, version),
        constraint contract_one_at_a_time unique (organisation_id, valid_from)
      )`.execute(db);
    await sql`create index contract_plan on contract (plan_id)`.execute(db);

    for (const table of ['calendar_version', 'plan_version', 'contract'])
      await sql`
        create trigger append_only before update or delete on ${sql.table(table)}
        for each row execute function refuse_change_of_version()`.execute(db);

    await sql`
      create table holiday_feed (
        id uuid primary key,
        calendar_id uuid not null references calendar,
        address text not null,
        name text,
        days jsonb not null,
        added_by jsonb not null,
        added_at timestamptz not null,
        tried_at timestamptz,
        read_at timestamptz,
        failure jsonb,
        unique (calendar_id, address)
      )`.execute(db);
  },
};
