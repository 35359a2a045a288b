import { z } from 'zod';

/**
 * Every id is a UUID; ids made by a client double as idempotency keys. Some platforms write them in capitals, the database
 * never does: they are compared as text.
 */
export const Id = z.uuid().toLowerCase();
export type Id = string;

/** An instant on the wire: ISO 8601, UTC, milliseconds. */
export const Instant = z.iso.datetime({ precision: 3 });
export type Instant = string;

export const ActorKind = z.enum(['staff', 'customer', 'assistant', 'system']);
export type ActorKind = z.infer<typeof ActorKind>;

/**
 * Who did something, as recorded at that time. A later change of name does not rewrite history.
 * The system acts under the nil UUID.
 */
export const ActorRef = z.strictObject({ kind: ActorKind, id: Id, name: z.string() });
export type ActorRef = z.infer<typeof ActorRef>;

export const SYSTEM_ACTOR: ActorRef = {
  kind: 'system',
  id: '00000000-0000-0000-0000-000000000000',
  name: 'Alongside',
};
