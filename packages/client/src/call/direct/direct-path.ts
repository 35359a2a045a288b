import type { DirectMessage, DirectReturn, DirectSlot } from '@alongside/contracts';
import { newId } from '../../ids.ts';
import { createDirectJudge, type DirectJudge } from './direct-judge.ts';
import type { DirectLink, DirectReading } from './direct-link.ts';
import type { DirectRoom } from './direct-room.ts';

/** How often the path is looked at, ms. */
const LOOK_MS = 500;
/** Two have to be alone for so long before a direct path is tried, ms: a call that begins has better things to do. */
const SETTLED_MS = 2_000;
/** How often the way to the media server is measured, ms. */
const SERVER_RTT_EVERY_MS = 4_000;
const CONNECT_MS = 10_000;
/** Longest wait until everything comes from the media server again, ms; then it is played from there whatever comes. */
const RETURN_MS = 5_000;
/** After a path that failed or was worse, ms; twice as long after each further one. */
const PAUSE_MS = 60_000;
/** So much has come of a slot before it is played: one picture, a fifth of a second of sound. */
const LEAST_ARRIVED: Readonly<Record<DirectSlot, number>> = {
  microphone: 10,
  camera: 1,
  screen: 1,
  'screen-audio': 10,
};

/** After these it is not tried again at once. */
const FAULTS: ReadonlySet<DirectReturn> = new Set(['worse', 'stalled', 'failed']);
const NONE: ReadonlySet<DirectSlot> = new Set();

/** Sound and picture of two people alone in a call, past the media server. */
export type DirectPath = {
  /** Whether the partner is seen and heard directly now. */
  isDirect(): boolean;
  /** How loud the two are; null while the media server knows better. */
  levels(): { mine: number; theirs: number } | null;
  /** The connection to the partner, while there is one. */
  connection(): RTCPeerConnection | null;
  /** What is received or sent on a track of that connection. */
  slotOf(track: MediaStreamTrack): DirectSlot | null;
  /** Whether a slot of the partner's, or of one's own, goes directly and not through the media server. */
  carries(slot: DirectSlot, whose: 'mine' | 'theirs'): boolean;
  partner(): string | null;
  stop(): void;
};

export type DirectPathOptions = {
  room: DirectRoom;
  makeLink(onState: () => void): DirectLink;
  /** Why media must not go directly now; null where it may. Being alone is looked at here. */
  obstacle(): DirectReturn | null;
  /** Something a screen shows has changed. */
  onChange(): void;
};

type Attempt = {
  id: string;
  link: DirectLink;
  partner: string;
  sinceMs: number;
  judge: DirectJudge;
  /** Theirs that are played directly. */
  playing: Set<DirectSlot>;
  /** Mine that they play directly. */
  taken: Set<DirectSlot>;
  serverRttMs: { mine: number | null; theirs: number | null; atMs: number };
  level: { mine: number; theirs: number };
  /** Set on the way back to the media server. */
  back: { sinceMs: number; before: Map<DirectSlot, number | null>; served: boolean; theyAreServed: boolean } | null;
};

/**
 * Keeps a direct path between two people while they are alone and it is allowed. Media flows both ways twice for a moment:
 * each side plays what has arrived directly and says so, and only then the other side stops sending it to the media server.
 * On the way back each sends to the media server first, plays that when it comes, and says so, and only then the path ends.
 */
export function createDirectPath({ room, makeLink, obstacle, onChange }: DirectPathOptions): DirectPath {
  let attempt: Attempt | null = null;
  let aloneSinceMs: number | null = null;
  let notBeforeMs = 0;
  let failures = 0;
  let stopped = false;
  let looking = false;

  const why = (): DirectReturn | null => obstacle() ?? (room.partner() === null ? 'not-alone' : null);

  /** Which of my tracks go where, as things stand. */
  function place(mine: Attempt): void {
    mine.link.send(room.own());
    for (const slot of room.own().keys()) room.sendToServer(slot, mine.back !== null || !mine.taken.has(slot));
    for (const slot of mine.playing) room.play(mine.partner, slot, mine.link.track(slot));
  }

  function begin(id: string, partner: string): Attempt {
    const link = makeLink(() => {
      if (attempt?.id !== id) return;
      if (link.state() === 'failed') leave(attempt, 'failed');
      else void look();
    });
    const made: Attempt = {
      id,
      link,
      partner,
      sinceMs: performance.now(),
      judge: createDirectJudge(),
      playing: new Set(),
      taken: new Set(),
      serverRttMs: { mine: null, theirs: null, atMs: Number.NEGATIVE_INFINITY },
      level: { mine: 0, theirs: 0 },
      back: null,
    };
    attempt = made;
    link.send(room.own());
    return made;
  }

  /** Everything as if there had never been a direct path. */
  function end(mine: Attempt): void {
    if (attempt === mine) attempt = null;
    aloneSinceMs = null;
    for (const slot of room.own().keys()) room.sendToServer(slot, true);
    for (const slot of mine.playing) room.play(mine.partner, slot, null);
    mine.playing.clear();
    mine.link.close();
    onChange();
  }

  function pauseAfter(reason: DirectReturn): void {
    if (!FAULTS.has(reason)) return;
    failures += 1;
    notBeforeMs = performance.now() + PAUSE_MS * 2 ** (failures - 1);
  }

  function leave(mine: Attempt, reason: DirectReturn): void {
    if (mine.back && reason !== 'failed') return;
    pauseAfter(reason);
    // What carried nothing yet, or carries nothing any more, has nothing to wait for.
    if (mine.playing.size + mine.taken.size === 0 || reason === 'failed') {
      close(mine, reason);
    } else {
      room.send(mine.partner, { type: 'return', attempt: mine.id, reason });
      goBack(mine);
    }
  }

  function close(mine: Attempt, reason: DirectReturn): void {
    room.send(mine.partner, { type: 'close', attempt: mine.id, reason });
    end(mine);
  }

  function goBack(mine: Attempt): void {
    if (mine.back) return;
    const before = new Map<DirectSlot, number | null>();
    mine.back = { sinceMs: performance.now(), before, served: false, theyAreServed: false };
    place(mine);
  }

  /** Plays from the media server what comes from there again. */
  async function comeBack(mine: Attempt, back: NonNullable<Attempt['back']>): Promise<void> {
    const on = new Set(room.theirs(mine.partner));
    const isLate = performance.now() - back.sinceMs >= RETURN_MS;
    for (const slot of [...mine.playing]) {
      const served = await room.served(mine.partner, slot);
      if (!back.before.has(slot)) back.before.set(slot, served);
      const before = back.before.get(slot) ?? null;
      const comes = served !== null && before !== null && served >= before + LEAST_ARRIVED[slot];
      if (attempt !== mine || !(isLate || comes || !on.has(slot))) continue;
      mine.playing.delete(slot);
      room.play(mine.partner, slot, null);
    }
    if (attempt !== mine) return;
    if (mine.playing.size === 0 && !back.served) {
      back.served = true;
      room.send(mine.partner, { type: 'served', attempt: mine.id });
      onChange();
    }
    if (isLate || (back.served && back.theyAreServed)) end(mine);
  }

  /** Plays directly what comes directly. */
  function goOn(mine: Attempt, reading: DirectReading): void {
    const before = mine.playing.size;
    for (const slot of room.theirs(mine.partner))
      if ((reading.arrived.get(slot) ?? 0) >= LEAST_ARRIVED[slot]) mine.playing.add(slot);
    place(mine);
    if (mine.playing.size === before) return;
    const serverRttMs = mine.serverRttMs.mine;
    room.send(mine.partner, { type: 'playing', attempt: mine.id, slots: [...mine.playing], serverRttMs });
    onChange();
  }

  async function measureServer({ serverRttMs }: Attempt): Promise<void> {
    const now = performance.now();
    if (now - serverRttMs.atMs < SERVER_RTT_EVERY_MS) return;
    serverRttMs.atMs = now;
    serverRttMs.mine = await room.serverRttMs();
  }

  async function lookAt(mine: Attempt): Promise<void> {
    if (!room.isHere(mine.partner)) return end(mine);
    if (mine.back) return comeBack(mine, mine.back);
    const reason = why();
    if (reason) return leave(mine, reason);
    if (mine.link.state() === 'connecting') {
      if (performance.now() - mine.sinceMs >= CONNECT_MS) leave(mine, 'failed');
      return;
    }
    const reading = await mine.link.reading();
    if (attempt !== mine || mine.back || !reading) return;
    await measureServer(mine);
    const verdict = mine.judge.judge(reading, mine.serverRttMs);
    if (attempt !== mine || mine.back) return;
    if (verdict) return leave(mine, verdict);
    const level = { mine: reading.myLevel, theirs: reading.theirLevel };
    const isOther = level.mine !== mine.level.mine || level.theirs !== mine.level.theirs;
    mine.level = level;
    goOn(mine, reading);
    if (isOther) onChange();
  }

  async function lookForOne(): Promise<void> {
    const partner = room.partner();
    const now = performance.now();
    if (why() !== null || partner === null) {
      aloneSinceMs = null;
      return;
    }
    aloneSinceMs ??= now;
    // One of the two begins, always the same one: two offers at once would have to be told apart.
    if (room.me > partner || now - aloneSinceMs < SETTLED_MS || now < notBeforeMs) return;
    const mine = begin(newId(), partner);
    const sdp = await mine.link.offer();
    if (attempt === mine) room.send(mine.partner, { type: 'offer', attempt: mine.id, sdp });
  }

  async function look(): Promise<void> {
    if (looking || stopped) return;
    looking = true;
    const mine = attempt;
    try {
      await (mine ? lookAt(mine) : lookForOne());
    } catch {
      if (attempt) leave(attempt, 'failed');
    } finally {
      looking = false;
    }
  }

  async function answer(partner: string, id: string, sdp: string): Promise<void> {
    const reason = why() ?? (room.partner() === partner ? null : 'not-alone');
    if (reason) {
      room.send(partner, { type: 'close', attempt: id, reason });
      return;
    }
    // The same partner begins anew: what was before is over for them, as after a reload.
    if (attempt) end(attempt);
    const mine = begin(id, partner);
    try {
      const described = await mine.link.answer(sdp);
      if (attempt === mine) room.send(mine.partner, { type: 'answer', attempt: id, sdp: described });
    } catch {
      if (attempt === mine) leave(mine, 'failed');
    }
  }

  function take(from: string, message: DirectMessage): void {
    if (stopped) return;
    if (message.type === 'offer') return void answer(from, message.attempt, message.sdp);
    const mine = attempt;
    if (mine?.id !== message.attempt || mine.partner !== from) return;
    switch (message.type) {
      case 'answer':
        mine.link.accept(message.sdp).catch(() => attempt === mine && leave(mine, 'failed'));
        break;
      case 'playing':
        mine.taken = new Set(message.slots);
        mine.serverRttMs.theirs = message.serverRttMs;
        place(mine);
        break;
      case 'return':
        // Both may have found the same at once.
        if (!mine.back) pauseAfter(message.reason);
        goBack(mine);
        break;
      case 'served':
        if (mine.back) mine.back.theyAreServed = true;
        break;
      case 'close':
        pauseAfter(message.reason);
        end(mine);
        break;
    }
    void look();
  }

  function changed(): void {
    // A track that was off is on again, and the library has put it where it was: at once, not at the next look.
    if (attempt) place(attempt);
    void look();
  }

  const timer = setInterval(() => void look(), LOOK_MS);
  const stopListening = room.listen(take, changed);
  return {
    isDirect: () => attempt !== null && attempt.playing.size > 0,
    levels: () => (attempt && attempt.playing.size > 0 ? attempt.level : null),
    connection: () => attempt?.link.connection ?? null,
    slotOf: (track) => attempt?.link.slotOf(track) ?? null,
    carries: (slot, whose) =>
      attempt !== null && (whose === 'theirs' ? attempt.playing : attempt.back ? NONE : attempt.taken).has(slot),
    partner: () => attempt?.partner ?? null,
    stop() {
      if (stopped) return;
      stopped = true;
      clearInterval(timer);
      stopListening();
      if (attempt) close(attempt, 'not-allowed');
    },
  };
}
