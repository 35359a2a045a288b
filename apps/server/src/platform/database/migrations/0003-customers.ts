import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const customers: Migration = {
  number: 3,
  name: 'customers',
  async up(db) {
    await sql`
      create table organisation (
        id uuid primary key,
        name text not null,
        created_at timestamptz not null default now()
      )`.execute(db);
    await sql`create unique index organisation_name on organisation (lower(name))`.execute(db);
    // A domain belongs to one organisation, or people would land in the wrong one.
    await sql`
      create table organisation_domain (
        domain text primary key check (domain = lower(domain)),
        organisation_id uuid not null references organisation on delete cascade
      )`.execute(db);
    await sql`create index organisation_domain_organisation on organisation_domain (organisation_id)`.execute(db);
    await sql`
      create table contact (
        id uuid primary key,
        name text not null,
        email text check (email = lower(email)),
        anonymous boolean not null,
        external_id text unique,
        organisation_id uuid references organisation,
        locale text not null default 'en',
        theme text not null default 'system',
        merged_into uuid references contact,
        created_at timestamptz not null default now()
      )`.execute(db);
    // A visitor's address proves nothing yet and may be anybody's; a known person's is theirs alone.
    await sql`create unique index contact_email on contact (email) where not anonymous and merged_into is null`.execute(
      db,
    );
    await sql`create index contact_newest on contact (created_at desc, id desc) where merged_into is null`.execute(db);
    await sql`create index contact_organisation on contact (organisation_id)`.execute(db);
    await sql`
      create table identity_key (
        id uuid primary key,
        name text not null,
        secret text not null,
        created_at timestamptz not null default now(),
        last_used_at timestamptz
      )`.execute(db);
  },
};
