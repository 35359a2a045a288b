import type { ColumnType, Generated } from 'kysely';

/** A jsonb column: read as the value itself, written as JSON text (`JSON.stringify`), so that arrays do not turn into SQL arrays. */
export type Json<T> = ColumnType<T, string, string>;

/** A timestamptz column set by the database or by us, read as a Date. */
export type Timestamp = ColumnType<Date, Date | string | undefined, Date | string>;

/** What the platform keeps for itself. Each feature has a tables.ts like this one. */
export type PlatformTables = {
  /** One row per thing that happened and others must hear of; read in order by the hub. */
  feed: {
    /** The writing transaction. First column on purpose: it gets its number before `position` does, see hub.ts. */
    tx: Generated<string>;
    position: Generated<number>;
    kind: string;
    ticketId: string | null;
    payload: Json<Record<string, unknown>>;
    at: Timestamp;
  };
  /** How far a durable follower of the feed has come. */
  feedFollower: { name: string; position: number };
  /** Outgoing mail; doubles as the outbox one can read where no mail server is configured. */
  mail: {
    id: string;
    recipient: string;
    subject: string;
    text: string;
    html: string | null;
    state: 'queued' | 'sent' | 'failed' | 'kept';
    error: string | null;
    attempts: Generated<number>;
    createdAt: Timestamp;
    sentAt: ColumnType<Date | null, Date | null | undefined, Date | null>;
  };
  /** Random keys of this installation, made at first use. */
  serverSecret: { name: string; value: Buffer; createdAt: Timestamp };
  schemaMigration: { number: number; name: string; appliedAt: Timestamp };
};
