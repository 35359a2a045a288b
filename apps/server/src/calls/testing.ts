import type { CallQuality } from '@alongside/contracts';
import type { Client } from '../people/testing.ts';
import { everybodyHas } from '../plans/testing.ts';
import { startTestDesk } from '../tickets/testing.ts';
import type { CallsDeps } from './actions.ts';
import { createCallsFeature } from './feature.ts';
import type { Media, MediaEvent, MediaParticipant, MediaPerson } from './media.ts';
import type { OpenMediaServer } from './media-server.ts';

export type CallDesk = Awaited<ReturnType<typeof startCallDesk>>;

/** A desk where everybody may call, with rooms that do what a test says and a clock that can be put ahead. */
export async function startCallDesk() {
  const media = createScriptedMedia();
  const clock = { aheadMs: 0 };
  const now = () => new Date(Date.now() + clock.aheadMs);
  const desk = await startTestDesk([createCallsFeature(media.open, now)]);
  await everybodyHas(desk.platform, 'enterprise');
  const { db, log, jobs } = desk.platform;
  const deps: CallsDeps = { db, log, jobs, now, media: media.media };
  return { ...desk, deps, media, clock };
}

/** Who a person is in a media room. */
export const inMedia = (who: Client): MediaPerson => ({
  kind: who.me!.role === 'customer' ? 'customer' : 'staff',
  id: who.id,
});

/** What somebody reports of a minute, good but for the score. */
export const quality = (score: number): CallQuality => ({
  score,
  rttMs: 40,
  jitterMs: 3,
  lossRatio: 0.01,
  bitrateBps: 900_000,
  freezeMs: 0,
  measuredMs: 60_000,
});

/**
 * A media server that does what a test says: who is in which room, what it reports and when. Everything that decides
 * about calls is the real thing; the rooms themselves are tested with real media servers elsewhere.
 */
export function createScriptedMedia() {
  const rooms = new Map<string, Map<string, MediaParticipant>>();
  /** By call and connection: who stands by, and whether the connection is up. */
  const standbys = new Map<string, { participant: MediaParticipant; isConnected: boolean }>();
  const closed: string[] = [];
  /** Of those that are no calls: as if somebody entered at once. */
  const guestRooms = new Set<string>();
  let take: (event: MediaEvent) => Promise<void>;
  let lastSid = 0;
  const state = { isUp: true, isSilent: false };

  function enter(callId: string, participant: MediaParticipant): void {
    const room = rooms.get(callId) ?? new Map<string, MediaParticipant>();
    rooms.set(callId, room);
    room.set(participant.person.id, participant);
  }

  const media: Media = {
    isUp: () => state.isUp,
    urlFor: (origin) => origin.replace(/^http/, 'ws'),
    isOwn: true,
    backupUrls: [],
    token: async (callId, person, present) => {
      const place = present && ('sid' in present ? present.sid : present.connection);
      return `token for ${person.kind}:${person.id} in ${callId}${place ? ` in place of ${place}` : ''}`;
    },
    standbyToken: async (callId, person) => `standby token for ${person.kind}:${person.id} in ${callId}`,
    async admit(callId, person, connection) {
      if (state.isSilent) throw new Error('the media server does not answer');
      const standby = standbys.get(`${callId} ${connection}`);
      if (standby?.participant.person.id !== person.id) return null;
      standbys.delete(`${callId} ${connection}`);
      enter(callId, standby.participant);
      return standby;
    },
    list: async (callId) => [...(rooms.get(callId)?.values() ?? [])],
    async remove(callId, person) {
      rooms.get(callId)?.delete(person.id);
    },
    async close(callId) {
      closed.push(callId);
      rooms.delete(callId);
      guestRooms.delete(callId);
    },
    async guestToken(room, identity, may, bounds) {
      guestRooms.add(room);
      return JSON.stringify({ room, identity, may, bounds });
    },
    roomNames: async () => [...rooms.keys(), ...guestRooms],
  };
  const open: OpenMediaServer = async (_platform, taker) => {
    take = taker;
    const apiSecret = 'a secret of at least thirty-two characters';
    return { media, apiKey: 'test', apiSecret, metrics: null, recorder: null, roomView: null, async close() {} };
  };

  return {
    open,
    media,
    state,
    closed,
    /** In the room; not reported. @returns the connection's id */
    enter(callId: string, person: MediaPerson): string {
      lastSid += 1;
      enter(callId, { person, sid: `PA_${lastSid}` });
      return `PA_${lastSid}`;
    },
    /** In the room, but standing by. @returns the connection's id once it is let in */
    standBy(callId: string, person: MediaPerson, connection: string, isConnected = true): string {
      lastSid += 1;
      const participant = { person, sid: `PA_${lastSid}` };
      standbys.set(`${callId} ${connection}`, { participant, isConnected });
      return participant.sid;
    },
    /** Out of the room; not reported. */
    drop(callId: string, person: MediaPerson): void {
      rooms.get(callId)?.delete(person.id);
    },
    report: (type: 'joined' | 'left', callId: string, person: MediaPerson, sid: string) =>
      take({ type, callId, participant: { person, sid } }),
    async join(callId: string, person: MediaPerson): Promise<string> {
      const sid = this.enter(callId, person);
      await this.report('joined', callId, person, sid);
      return sid;
    },
    async leave(callId: string, person: MediaPerson, sid: string): Promise<void> {
      this.drop(callId, person);
      await this.report('left', callId, person, sid);
    },
    /** The server died: its rooms are gone, nothing was reported. */
    forgetRooms: () => rooms.clear(),
  };
}
