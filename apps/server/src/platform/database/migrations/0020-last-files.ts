import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const lastFiles: Migration = {
  number: 20,
  name: 'last files',
  async up(db) {
    // A last message that is nothing but files is told by the first one's name; public ones only, as the message itself.
    await sql`
      update ticket set last_message = last_message || jsonb_build_object('firstFile', (
        select case when first is null then 'null'::jsonb
          else jsonb_build_object('name', first -> 'name', 'mediaType', first -> 'mediaType') end
        from (
          select body -> 'files' -> 0 as first
          from ticket_event
          where ticket_id = ticket.id and type = 'message.posted' and public_seq is not null
          order by seq desc
          limit 1
        ) as said
      ))
      where last_message is not null`.execute(db);
  },
};
