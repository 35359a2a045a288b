import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const safety: Migration = {
  number: 7,
  name: 'safety',
  async up(db) {
    // A key that lost its organisation must not become one that signs for everybody: it goes with it.
    await sql`alter table identity_key add column organisation_id uuid references organisation on delete cascade`.execute(
      db,
    );
    // Which key vouched for the person: with the key, what it opened ends.
    await sql`alter table session add column identity_key_id uuid references identity_key on delete cascade`.execute(
      db,
    );
    await sql`create index session_identity_key on session (identity_key_id) where identity_key_id is not null`.execute(
      db,
    );
    // An organisation's own key counts its people by itself: its “1” is nobody else's “1”.
    await sql`
      alter table contact
        add column external_organisation_id uuid references organisation,
        add column email_proven boolean not null default true,
        drop constraint contact_external_id_key`.execute(db);
    await sql`
      create unique index contact_external on contact (external_id, external_organisation_id) nulls not distinct
      where external_id is not null`.execute(db);
    // What only an organisation's own key says about an address outside its domains keeps its owner from nothing.
    await sql`drop index contact_email`.execute(db);
    await sql`
      create unique index contact_email on contact (email)
      where not anonymous and merged_into is null and email_proven`.execute(db);
    // Without it, each visitor removed would cost a look at all contacts.
    await sql`create index contact_merged on contact (merged_into) where merged_into is not null`.execute(db);
    await sql`create index file_uploader on file (uploader_id)`.execute(db);
  },
};
