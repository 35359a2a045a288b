import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const catalogue: Migration = {
  number: 19,
  name: 'catalogue',
  async up(db) {
    await sql`
      create table known_error (
        id uuid primary key,
        code text not null,
        component text not null,
        audience text not null,
        says jsonb not null,
        updated_at timestamptz not null
      )`.execute(db);
    await sql`create unique index known_error_name on known_error (lower(code), lower(component))`.execute(db);
  },
};
