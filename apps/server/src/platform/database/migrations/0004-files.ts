import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const files: Migration = {
  number: 4,
  name: 'files',
  async up(db) {
    // What is stored, once per content. The bytes lie in the content store under the same hash.
    await sql`
      create table blob (
        sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
        size_bytes bigint not null,
        width integer,
        height integer,
        has_thumbnail boolean not null,
        stored_at timestamptz not null default now()
      )`.execute(db);
    // What a person uploaded: a name for some content, and since its message, a place in a ticket.
    await sql`
      create table file (
        id uuid primary key,
        sha256 text not null references blob,
        name text not null,
        media_type text not null,
        preview text not null,
        uploader_kind text not null check (uploader_kind in ('staff', 'customer')),
        uploader_id uuid not null,
        ticket_id uuid,
        message_id uuid,
        internal boolean not null default false,
        uploaded_at timestamptz not null default now(),
        check ((ticket_id is null) = (message_id is null))
      )`.execute(db);
    await sql`create index file_content on file (sha256)`.execute(db);
    await sql`create index file_message on file (message_id) where message_id is not null`.execute(db);
    await sql`create index file_unclaimed on file (uploaded_at) where message_id is null`.execute(db);
    // Uploads that are not complete. The bytes so far lie in the staging folder under the same id.
    await sql`
      create table upload (
        id uuid primary key,
        name text not null,
        size_bytes bigint not null check (size_bytes >= 0),
        uploader_kind text not null check (uploader_kind in ('staff', 'customer')),
        uploader_id uuid not null,
        started_at timestamptz not null default now()
      )`.execute(db);
    await sql`create index upload_uploader on upload (uploader_id)`.execute(db);
    await sql`create index upload_started on upload (started_at)`.execute(db);
  },
};
