import { randomUUID } from 'node:crypto';
import { encodeRows } from '@alongside/diagnosis';
import type { LookIntoRoom } from '../calls/media-server.ts';
import type { Db } from '../platform/database/database.ts';
import type { Log } from '../platform/log/logger.ts';
import { EngineRows } from './engine-rows.ts';
import { insertBatch } from './samples.actions.ts';
import { ENGINE_PARTICIPANT } from './stored-batch.ts';

const LOOK_EVERY_MS = 2_000;
/** Looks that make a batch, unless somebody of the team looks on: then each does. */
const LOOKS = 5;
/** Without a room for so many looks the call is over, or all are away: their next samples begin anew. */
const GONE_AFTER = 5;
/** The engine is nobody. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

type Follower = { rows: EngineRows; stay: string; number: number; looks: number; missed: number; afterMs: number };
type Deps = {
  db: Db;
  log: Log;
  now(): Date;
  roomView(): LookIntoRoom | null;
  isLookedAt(callId: string): boolean;
};

export type EngineFollower = {
  /** Keeps what the engine sees of a call from now on, until its room is gone. Once more changes nothing. */
  follow(callId: string): void;
  stop(): void;
};

/** Keeps the media engine's own view of calls as batches beside those of the people in them. */
export function createEngineFollower({
  db,
  log,
  now,
  roomView,
  isLookedAt,
}: Deps): EngineFollower & { look(): Promise<void> } {
  const calls = new Map<string, Follower>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | null = null;

  async function lookAt(callId: string, follower: Follower, lookInto: LookIntoRoom): Promise<void> {
    const view = await lookInto(callId);
    follower.missed = view ? 0 : follower.missed + 1;
    if (view) follower.rows.add(view);
    follower.looks += 1;
    const isOver = follower.missed >= GONE_AFTER;
    if (follower.looks % LOOKS === 0 || isOver || isLookedAt(callId)) await keep(callId, follower);
    if (isOver) calls.delete(callId);
  }

  async function keep(callId: string, follower: Follower): Promise<void> {
    const { builder } = follower.rows;
    const encoded = encodeRows(builder.build(), ENGINE_PARTICIPANT, follower.afterMs);
    if (!encoded) return;
    const { rows, upToMs } = encoded;
    follower.afterMs = upToMs;
    builder.forgetBefore(upToMs);
    const receivedAt = now();
    await insertBatch(
      db,
      { kind: 'call', id: callId },
      { kind: 'engine', id: NOBODY },
      { stay: follower.stay, number: follower.number++, receivedAt, receivedOffsetMs: 0, clockOffsetMs: 0 },
      { rows: rows as never, userAgent: null },
    );
  }

  async function lookAtAll(): Promise<void> {
    const lookInto = roomView();
    if (!lookInto) return calls.clear();
    for (const [callId, follower] of calls) {
      try {
        await lookAt(callId, follower, lookInto);
      } catch (error) {
        log.warn({ err: error, callId }, 'the media engine could not be looked into');
      }
    }
    if (calls.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  }

  function look(): Promise<void> {
    looking ??= lookAtAll().finally(() => {
      looking = null;
    });
    return looking;
  }

  return {
    look,
    follow(callId) {
      if (roomView() === null || calls.has(callId)) return;
      const rows = new EngineRows();
      calls.set(callId, {
        rows,
        stay: randomUUID(),
        number: 0,
        looks: 0,
        missed: 0,
        afterMs: Number.NEGATIVE_INFINITY,
      });
      timer ??= setInterval(() => void look(), LOOK_EVERY_MS).unref();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
      calls.clear();
    },
  };
}
