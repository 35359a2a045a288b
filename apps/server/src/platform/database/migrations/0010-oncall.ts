import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Migration } from '../migrate.ts';

/** The policy every installation begins with. Its name reads the same in every language. */
const SHIPPED_POLICY = {
  name: 'P0 / P1',
  rules: [
    {
      causes: ['opened', 'priority', 'breach', 'reopened'],
      priorities: ['P0'],
      topics: [],
      planIds: [],
      targets: [],
    },
    { causes: ['breach'], priorities: ['P1'], topics: [], planIds: [], targets: ['first_response'] },
  ],
  delayMs: 0,
  steps: [
    { targets: [{ kind: 'default_rotation' }], waitMs: 5 * 60_000 },
    { targets: [{ kind: 'everyone' }], waitMs: 10 * 60_000 },
  ],
  repeats: 2,
};

export const oncall: Migration = {
  number: 10,
  name: 'oncall',
  async up(db) {
    await sql`
      create table rotation (
        id uuid primary key,
        is_default boolean not null default false,
        archived_at timestamptz,
        created_at timestamptz not null default now()
      )`.execute(db);
    await sql`create unique index rotation_default on rotation (is_default) where is_default`.execute(db);
    // Who was on call when is answered by the version in force then: none is ever changed.
    await sql`
      create table rotation_version (
        rotation_id uuid not null references rotation,
        version integer not null check (version > 0),
        valid_from timestamptz not null,
        content jsonb not null,
        by jsonb,
        saved_at timestamptz not null,
        withdrawn boolean not null default false,
        primary key (rotation_id, version)
      )`.execute(db);
    await sql`
      create table shift_swap (
        id uuid primary key,
        rotation_id uuid not null references rotation,
        asker_id uuid not null references staff,
        colleague_id uuid not null references staff,
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        back_starts_at timestamptz,
        back_ends_at timestamptz,
        note text not null,
        state text not null check (state in ('asked', 'accepted', 'declined', 'withdrawn')),
        asked_at timestamptz not null,
        answered_at timestamptz,
        check (starts_at < ends_at),
        check ((back_starts_at is null) = (back_ends_at is null))
      )`.execute(db);
    await sql`create index shift_swap_asked on shift_swap (asked_at) where state = 'asked'`.execute(db);
    // One taken back before it began has no length; one taken back while it ran ends there.
    await sql`
      create table rotation_override (
        id uuid primary key,
        rotation_id uuid not null references rotation,
        staff_id uuid not null references staff,
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        note text not null,
        by jsonb not null,
        swap_id uuid references shift_swap,
        created_at timestamptz not null,
        check (starts_at <= ends_at)
      )`.execute(db);
    await sql`create index rotation_override_rotation on rotation_override (rotation_id, ends_at)`.execute(db);

    await sql`
      create table escalation_policy (
        id uuid primary key,
        place integer not null check (place > 0),
        enabled boolean not null,
        content jsonb not null,
        updated_by jsonb,
        updated_at timestamptz not null default now()
      )`.execute(db);
    await sql`
      insert into escalation_policy (id, place, enabled, content)
      values (${randomUUID()}, 1, true, ${JSON.stringify(SHIPPED_POLICY)})`.execute(db);
    await sql`
      create table page_hook (
        id uuid primary key,
        name text not null,
        url text not null,
        secret bytea not null,
        enabled boolean not null default true,
        deleted_at timestamptz,
        created_at timestamptz not null default now()
      )`.execute(db);

    // Somebody without a row has the defaults.
    await sql`
      create table page_setting (
        staff_id uuid primary key references staff on delete cascade,
        console boolean not null,
        email boolean not null,
        push boolean not null,
        off_duty boolean not null,
        calendar_key integer not null default 0
      )`.execute(db);
    await sql`
      create table push_device (
        id uuid primary key,
        staff_id uuid not null references staff on delete cascade,
        name text not null,
        endpoint text not null unique,
        p256dh text not null,
        auth text not null,
        quiet boolean not null default false,
        created_at timestamptz not null default now(),
        last_sent_at timestamptz
      )`.execute(db);
    await sql`create index push_device_staff on push_device (staff_id)`.execute(db);

    // How far a ticket's log has been looked through for what begins or ends a chain.
    await sql`create table escalation_cursor (ticket_id uuid primary key references ticket, seq integer not null)`.execute(
      db,
    );
    // A chain that runs or ran. It is the row that decides what is done and when; jobs only wake.
    await sql`
      create table escalation (
        id uuid primary key,
        kind text not null check (kind in ('policy', 'hand', 'test')),
        ticket_id uuid references ticket,
        policy_id uuid,
        chain jsonb not null,
        cause text not null,
        note text not null,
        started_by jsonb not null,
        state text not null check (
          state in ('running', 'exhausted', 'acknowledged', 'answered', 'solved', 'excluded', 'priority', 'person')
        ),
        step integer not null,
        round integer not null,
        next_step_at timestamptz,
        started_at timestamptz not null,
        ended_at timestamptz,
        ended_by jsonb,
        check ((kind = 'test') = (ticket_id is null)),
        check ((state = 'running') = (next_step_at is not null))
      )`.execute(db);
    // However many workers judge at once, one chain of policies runs on a ticket.
    await sql`
      create unique index escalation_running on escalation (ticket_id) where state = 'running' and kind = 'policy'`.execute(
      db,
    );
    await sql`create index escalation_ticket on escalation (ticket_id, started_at)`.execute(db);
    await sql`create index escalation_next on escalation (next_step_at) where state = 'running'`.execute(db);

    // One delivery to one console, mailbox, device or webhook. The key is what lets no restart repeat one.
    await sql`
      create table page (
        id uuid primary key,
        escalation_id uuid not null references escalation,
        step integer not null,
        round integer not null,
        channel text not null check (channel in ('console', 'email', 'push', 'webhook')),
        staff_id uuid references staff,
        device_id uuid,
        hook_id uuid references page_hook,
        state text not null check (
          state in ('waiting', 'sending', 'retrying', 'sent', 'failed', 'kept', 'cancelled')
        ),
        attempts integer not null default 0,
        due_at timestamptz not null,
        next_try_at timestamptz,
        late boolean not null,
        why text,
        detail text not null default '',
        mail_id uuid,
        claimed_at timestamptz,
        settled_at timestamptz,
        seen_at timestamptz,
        token_used_at timestamptz,
        created_at timestamptz not null,
        check ((channel = 'webhook') = (hook_id is not null)),
        check ((channel = 'webhook') = (staff_id is null)),
        unique nulls not distinct (escalation_id, round, step, channel, staff_id, device_id, hook_id)
      )`.execute(db);
    await sql`create index page_staff on page (staff_id, created_at) where channel = 'console'`.execute(db);
    await sql`create index page_mail on page (mail_id) where mail_id is not null`.execute(db);
    await sql`create index page_hook_last on page (hook_id, settled_at) where hook_id is not null`.execute(db);
  },
};
