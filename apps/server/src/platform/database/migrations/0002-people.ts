import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const people: Migration = {
  number: 2,
  name: 'people',
  async up(db) {
    // One installation is one workspace: the check on the key lets no second row in.
    await sql`
      create table workspace (
        only_one boolean primary key default true check (only_one),
        name text not null,
        topics jsonb not null default '[]',
        widget_origins text[] not null default '{}',
        demo boolean not null default false
      )`.execute(db);
    await sql`insert into workspace (name) values ('Alongside')`.execute(db);
    await sql`
      create table staff (
        id uuid primary key,
        name text not null,
        email text not null unique check (email = lower(email)),
        role text not null check (role in ('engineer', 'lead', 'administrator')),
        password_hash text not null,
        disabled boolean not null default false,
        locale text not null default 'en',
        theme text not null default 'system',
        created_at timestamptz not null default now()
      )`.execute(db);
    // The person is a member of staff or a contact; contacts are a later step, so there is no foreign key on it.
    await sql`
      create table session (
        id uuid primary key,
        token_hash bytea not null unique,
        person_kind text not null check (person_kind in ('staff', 'customer')),
        person_id uuid not null,
        via text not null check (via in ('cookie', 'bearer')),
        created_at timestamptz not null default now(),
        seen_at timestamptz not null default now(),
        expires_at timestamptz not null
      )`.execute(db);
    await sql`create index session_person on session (person_id)`.execute(db);
    await sql`create index session_expiry on session (expires_at)`.execute(db);
    await sql`
      create table sign_in_link (
        token_hash bytea primary key,
        person_kind text not null check (person_kind in ('staff', 'customer')),
        staff_id uuid references staff on delete cascade,
        email text,
        locale text not null,
        visitor_id uuid,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null,
        used_at timestamptz,
        check ((person_kind = 'staff') = (staff_id is not null)),
        check ((person_kind = 'customer') = (email is not null))
      )`.execute(db);
    await sql`create index sign_in_link_email on sign_in_link (email, created_at) where email is not null`.execute(db);
    await sql`create index sign_in_link_expiry on sign_in_link (expires_at)`.execute(db);
  },
};
