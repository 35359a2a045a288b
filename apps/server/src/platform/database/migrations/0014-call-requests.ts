import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

export const callRequests: Migration = {
  number: 14,
  name: 'call requests',
  async up(db) {
    // A call of the team's that the customer had asked for counts against their plan like one of their own.
    await sql`
      alter table call
        add column requested boolean not null default false,
        add column beyond_plan boolean not null default false`.execute(db);
    await sql`create index call_answered on call (answered_at) where answered_at is not null`.execute(db);
  },
};
