import {
  type ActorRef,
  AppError,
  type Call,
  type CallQuality,
  type CallState,
  RING_TIMEOUT_MS,
  SYSTEM_ACTOR,
  type TicketEventBody,
} from '@alongside/contracts';
import { finishCall, foldRecording, isOver, joinCall, leaveCall, type Reader, rightsOf } from '@alongside/desk';
import type { Db } from '../platform/database/database.ts';
import type { Jobs } from '../platform/jobs/jobs.ts';
import type { Log } from '../platform/log/logger.ts';
import { lockTicketFor } from '../tickets/access.ts';
import { changeTickets, type TicketLog } from '../tickets/log.actions.ts';
import type { TicketRow } from '../tickets/tables.ts';
import { newConsent } from './consent.ts';
import { callBeyondPlanNow, isCallRequested } from './entitlement.queries.ts';
import type { Media, MediaParticipant, MediaPerson } from './media.ts';
import { presentCall } from './present.ts';
import { findActiveCall, findCall, findParticipants, hasLeftTheTeam, isAnybodyLeftToAnswer } from './queries.ts';
import { admit, setCall, setPerson } from './rows.actions.ts';
import { settleQueue } from './settle-queue.ts';
import type { CallParticipantRow, CallRow } from './tables.ts';

/** Whoever drops out of the media room has this long to come back: a reload, ten seconds without network. */
export const AWAY_MS = 20_000;
/** After our own restart: browsers must notice first, and connect anew. */
export const AWAY_AFTER_RESTART_MS = 60_000;
/** Someone who answered in the last moment gets to enter the room. */
const ENTERING_MS = 10_000;

export type CallsDeps = { db: Db; log: Log; jobs: Pick<Jobs, 'send'>; media: Media; now(): Date };

/** Who acts: a person as the route knows them. */
export type CallActor = Reader & { name: string };

/** A call under change: its ticket is locked, and so is the call with it. */
type Change = {
  deps: CallsDeps;
  log: TicketLog;
  /** As it is after all that was appended so far. */
  ticket: Readonly<TicketRow>;
  call: CallRow;
  people: CallParticipantRow[];
  now: Date;
  /** What the media server is to do once all this is committed. */
  afterwards: (() => Promise<unknown>)[];
};

/**
 * Rings the other side of a ticket. The same call again changes nothing; of several at once one comes about.
 * @throws AppError `not_found`, `ticket_closed`, `call_active`, `call_over`, `id_conflict`, `media_unavailable`,
 *   `beyond_plan` for a customer whose plan does not include it; the team may call all the same, on record
 */
export async function startCall(
  deps: CallsDeps,
  actor: CallActor,
  input: { ticketId: string; callId: string; video: boolean },
): Promise<Call> {
  if (!deps.media.isUp()) throw new AppError('media_unavailable');
  return changeTickets(
    deps.db,
    async (log) => {
      const ticket = await lockTicketFor(log, actor, input.ticketId);
      const repeated = await findCall(log.trx, input.callId);
      if (repeated) {
        if (repeated.ticketId !== ticket.id || repeated.startedBy.id !== actor.id) throw new AppError('id_conflict');
        if (isOver(repeated)) throw new AppError('call_over');
        return presentCall(repeated, await findParticipants(log.trx, repeated.id));
      }
      if (ticket.state === 'closed') throw new AppError('ticket_closed');
      const { call: mayCall } = rightsOf(actor, {
        state: ticket.state,
        contact: { id: ticket.contactId, name: ticket.contactName, anonymous: ticket.contactAnonymous },
      });
      if (!mayCall) throw new AppError('forbidden');
      const active = await findActiveCall(log.trx, ticket.id);
      if (active) throw new AppError('call_active', { callId: active.id });

      const now = deps.now();
      const beyond = await callBeyondPlanNow(log.trx, ticket, now);
      if (beyond && actor.kind === 'customer') throw new AppError('beyond_plan', beyond);
      const startedBy = actorRef(actor);
      const row: CallRow = {
        id: input.callId,
        ticketId: ticket.id,
        state: 'ringing',
        startedBy,
        rings: actor.kind === 'staff' ? 'customer' : 'staff',
        video: input.video,
        startedAt: now,
        answeredAt: null,
        endedAt: null,
        requested: actor.kind === 'staff' && (await isCallRequested(log.trx, ticket.id)),
        beyondPlan: beyond !== null,
      };
      await log.trx
        .insertInto('call')
        .values({ ...row, startedBy: JSON.stringify(startedBy) })
        .execute();
      await admit(log, row.id, actor);
      const { id: callId, rings, video, beyondPlan } = row;
      const body = { type: 'call.started', callId, rings, video, ...(beyondPlan ? { beyondPlan } : {}) } as const;
      log.append(ticket.id, startedBy, body, { activeCall: presentCall(row, []) }, now);
      await wakeAt(deps, log, row.id, new Date(now.getTime() + RING_TIMEOUT_MS));
      return presentCall(row, []);
    },
    () => deps.now(),
  );
}

/**
 * Lets a person in: with their token they enter the media room, and only that answers the call.
 * @param agreesToRecording said by whoever enters a call that is, or may be about to be, recorded
 * @throws AppError `call_over`, `media_unavailable`, `recording_consent`
 */
export async function enterCall(
  deps: CallsDeps,
  actor: CallActor,
  callId: string,
  agreesToRecording = false,
): Promise<Call> {
  if (!deps.media.isUp()) throw new AppError('media_unavailable');
  return changeCall(deps, callId, async (change) => {
    if (isOver(change.call)) throw new AppError('call_over');
    const body = newConsent(change.ticket, callId, actor, agreesToRecording);
    const by = actorRef(actor);
    if (body) append(change, by, body, (call, at) => foldRecording(call, by, at, body));
    await admit(change.log, callId, actor);
    return presented(change);
  });
}

/**
 * The rung side does not want to. Of the team everybody must decline before the call is declined.
 * @throws AppError `forbidden` for the calling side
 */
export async function declineCall(deps: CallsDeps, actor: CallActor, callId: string): Promise<Call> {
  return changeCall(deps, callId, async (change) => {
    if (actor.kind !== change.call.rings) throw new AppError('forbidden');
    if (change.call.state !== 'ringing') return presented(change);
    if (actor.kind === 'staff') {
      await change.log.trx
        .insertInto('callDecline')
        .values({ callId, personId: actor.id, at: change.now })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      if (await isAnybodyLeftToAnswer(change.log.trx, callId)) return presented(change);
    }
    await finish(change, actorRef(actor), 'declined');
    return presented(change);
  });
}

/** Leaves with one's measured quality. The caller leaving a ringing call cancels it; the last one to leave ends it. */
export async function leaveCallAs(
  deps: CallsDeps,
  actor: CallActor,
  callId: string,
  quality: CallQuality | null,
): Promise<Call> {
  return changeCall(deps, callId, async (change) => {
    await setQuality(change, actor.id, quality);
    if (isOver(change.call)) return presented(change);
    const person = change.people.find((known) => known.personId === actor.id);
    if (person?.joinedAt && person.leftAt === null) await markLeft(change, person);
    else if (person) await setPerson(change, person, { mediaSid: null, awayUntil: null });
    change.afterwards.push(() => deps.media.remove(callId, actor));
    if (change.call.state === 'ringing' && change.call.startedBy.id === actor.id)
      await finish(change, actorRef(actor), 'cancelled');
    else await finishIfDeserted(change, actorRef(actor));
    return presented(change);
  });
}

/** Ends the call for everybody. */
export async function endCall(
  deps: CallsDeps,
  actor: CallActor,
  callId: string,
  quality: CallQuality | null,
): Promise<Call> {
  return changeCall(deps, callId, async (change) => {
    await setQuality(change, actor.id, quality);
    if (isOver(change.call)) return presented(change);
    const ringing = change.call.rings === actor.kind ? 'declined' : 'cancelled';
    await finish(change, actorRef(actor), change.call.state === 'live' ? 'ended' : ringing);
    return presented(change);
  });
}

/** Keeps what a person's browser measured so far, so that it outlives a crash of the page. */
export async function recordQuality(
  deps: CallsDeps,
  personId: string,
  callId: string,
  quality: CallQuality,
): Promise<void> {
  await deps.db
    .updateTable('callParticipant')
    .set({ quality: JSON.stringify(quality) })
    .where('callId', '=', callId)
    .where('personId', '=', personId)
    .where('leftAt', 'is', null)
    .execute();
}

/** Somebody is in the media room: they join, come back, or replace their own earlier connection. */
export async function arrived(deps: CallsDeps, callId: string, { person, sid }: MediaParticipant): Promise<void> {
  await changeCall(deps, callId, async (change) => {
    const known = change.people.find((row) => row.personId === person.id && row.personKind === person.kind);
    // A token outlives its call: nobody talks on in a room that no ticket shows.
    if (isOver(change.call)) return void change.afterwards.push(() => deps.media.close(callId));
    if (!known || (await hasLeftTheTeam(change.log.trx, person)))
      return void change.afterwards.push(() => deps.media.remove(callId, person));
    const isNew = known.joinedAt === null || known.leftAt !== null;
    await setPerson(change, known, {
      mediaSid: sid,
      awayUntil: null,
      leftAt: null,
      joinedAt: known.joinedAt ?? change.now,
    });
    if (!isNew) return;
    const answers = change.call.state === 'ringing' && person.kind === change.call.rings;
    if (answers) await setCall(change, { state: 'live', answeredAt: change.now });
    const who = refOf(known);
    append(change, who, { type: 'call.joined', callId, who }, (call, at) => joinCall(call, who, at));
  });
}

/** A connection to the media room ended. Whoever does not come back in time has left. */
export async function departed(deps: CallsDeps, callId: string, { person, sid }: MediaParticipant): Promise<void> {
  await changeCall(deps, callId, async (change) => {
    const known = change.people.find((row) => row.personId === person.id && row.personKind === person.kind);
    // An earlier connection of someone who is in with another one.
    if (isOver(change.call) || !known || known.mediaSid !== sid || known.leftAt !== null) return;
    await setAway(change, known, AWAY_MS);
  });
}

/**
 * Does what time has made due: ringing too long, away too long, nobody left. Safe to run at any moment and twice.
 */
export async function settleCall(deps: CallsDeps, callId: string): Promise<void> {
  await changeCall(deps, callId, async (change) => {
    if (isOver(change.call)) return;
    for (const person of change.people)
      if (person.awayUntil !== null && person.awayUntil <= change.now) await markLeft(change, person);
    const ringsUntil = ringDeadline(change);
    if (ringsUntil !== null && ringsUntil <= change.now) return finish(change, SYSTEM_ACTOR, 'missed');
    if (await finishIfDeserted(change, SYSTEM_ACTOR)) return;
    // Woken early, by a clock ahead of ours or before somebody came back: look again when it is time.
    const pending = [ringsUntil, ...change.people.map((person) => person.awayUntil)].filter((at) => at !== null);
    if (pending.length > 0)
      await wakeAt(deps, change.log, callId, new Date(Math.min(...pending.map((at) => at.getTime()))));
  });
}

/** After a start of the server: nobody is known to be in a room until the media server says so. */
export async function suspectEverybody(deps: CallsDeps, callId: string): Promise<void> {
  await changeCall(deps, callId, async (change) => {
    if (isOver(change.call)) return;
    for (const person of change.people)
      if (person.joinedAt !== null && person.leftAt === null) await setAway(change, person, AWAY_AFTER_RESTART_MS);
    await wakeAt(deps, change.log, callId, ringDeadline(change) ?? change.now);
  });
}

async function changeCall<T>(deps: CallsDeps, callId: string, work: (change: Change) => Promise<T>): Promise<T> {
  const known = await findCall(deps.db, callId);
  if (!known) throw new AppError('not_found');
  const afterwards: Change['afterwards'] = [];
  const result = await changeTickets(
    deps.db,
    async (log) => {
      const ticket = (await log.lock(known.ticketId))!;
      const call = (await findCall(log.trx, callId))!;
      const people = await findParticipants(log.trx, callId);
      return work({ deps, log, ticket, call, people, now: deps.now(), afterwards });
    },
    () => deps.now(),
  );
  // The rows decide; a media server that does not answer now is asked again by the reconciliation.
  for (const step of afterwards)
    step().catch((error) => deps.log.warn({ err: error, callId }, 'the media server did not follow'));
  return result;
}

/** @param fold desk's step for this event, applied to the call that the ticket shows */
function append(change: Change, by: ActorRef, body: TicketEventBody, fold: (call: Call, at: string) => Call): void {
  const shown = change.ticket.activeCall;
  const folded = shown?.id === change.call.id ? fold(shown, change.now.toISOString()) : null;
  change.log.append(
    change.ticket.id,
    by,
    body,
    { activeCall: folded === null || isOver(folded) ? null : folded },
    change.now,
  );
}

async function markLeft(change: Change, person: CallParticipantRow): Promise<void> {
  const who = refOf(person);
  const { quality } = person;
  await setPerson(change, person, { leftAt: change.now, awayUntil: null, mediaSid: null });
  append(change, who, { type: 'call.left', callId: change.call.id, who, quality }, (call, at) =>
    leaveCall(call, who, at, quality),
  );
}

async function setAway(change: Change, person: CallParticipantRow, graceMs: number): Promise<void> {
  const awayUntil = new Date(change.now.getTime() + graceMs);
  await setPerson(change, person, { mediaSid: null, awayUntil });
  await wakeAt(change.deps, change.log, change.call.id, awayUntil);
}

/** Ends a live call nobody is in any more, and a ringing one its callers have left. @returns whether it did */
async function finishIfDeserted(change: Change, by: ActorRef): Promise<boolean> {
  const joined = change.people.filter((person) => person.joinedAt !== null);
  if (joined.length === 0 || joined.some((person) => person.leftAt === null)) return false;
  await finish(change, by, change.call.state === 'live' ? 'ended' : 'cancelled');
  return true;
}

async function finish(
  change: Change,
  by: ActorRef,
  outcome: Extract<CallState, 'ended' | 'missed' | 'declined' | 'cancelled'>,
): Promise<void> {
  const { call, people, now, deps } = change;
  const measured = people.filter((person) => person.joinedAt !== null && person.quality !== null);
  const qualities = Object.fromEntries(measured.map((person) => [person.personId, person.quality!]));
  await setCall(change, { state: outcome, endedAt: now });
  for (const person of people)
    if (person.joinedAt !== null && person.leftAt === null)
      await setPerson(change, person, { leftAt: now, awayUntil: null, mediaSid: null });
  const body = { type: 'call.finished', callId: call.id, outcome, qualities } as const;
  append(change, by, body, (shown, at) => finishCall(shown, at, body));
  change.afterwards.push(() => deps.media.close(call.id));
}

/** Until when it rings; null once it does not. Somebody who is just entering is waited for. */
function ringDeadline({ call, people }: Change): Date | null {
  if (call.state !== 'ringing') return null;
  const isEntering = people.some((person) => person.personKind === call.rings && person.joinedAt === null);
  return new Date(call.startedAt.getTime() + RING_TIMEOUT_MS + (isEntering ? ENTERING_MS : 0));
}

async function setQuality(change: Change, personId: string, quality: CallQuality | null): Promise<void> {
  const person = change.people.find((known) => known.personId === personId);
  if (quality === null || !person || person.leftAt !== null) return;
  await setPerson(change, person, { quality });
}

async function wakeAt(deps: CallsDeps, log: TicketLog, callId: string, at: Date): Promise<void> {
  await deps.jobs.send(settleQueue, { callId }, { trx: log.trx, at });
}

function presented({ call, people, ticket }: Change): Call {
  return presentCall(call, people, ticket.activeCall);
}

function refOf(person: CallParticipantRow): ActorRef {
  return { kind: person.personKind, id: person.personId, name: person.personName };
}

function actorRef(actor: MediaPerson & { name: string }): ActorRef {
  return { kind: actor.kind, id: actor.id, name: actor.name };
}
