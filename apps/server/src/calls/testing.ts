import type { Media, MediaEvent, MediaParticipant, MediaPerson } from './media.ts';
import type { OpenMediaServer } from './media-server.ts';

/**
 * A media server that does what a test says: who is in which room, what it reports and when. Everything that decides
 * about calls is the real thing; the rooms themselves are tested with real media servers elsewhere.
 */
export function createScriptedMedia() {
  const rooms = new Map<string, Map<string, MediaParticipant>>();
  const closed: string[] = [];
  let take: (event: MediaEvent) => Promise<void>;
  let lastSid = 0;
  const state = { isUp: true };

  const media: Media = {
    isUp: () => state.isUp,
    urlFor: (origin) => origin.replace(/^http/, 'ws'),
    token: async (callId, person) => `token for ${person.kind}:${person.id} in ${callId}`,
    list: async (callId) => [...(rooms.get(callId)?.values() ?? [])],
    async remove(callId, person) {
      rooms.get(callId)?.delete(person.id);
    },
    async close(callId) {
      closed.push(callId);
      rooms.delete(callId);
    },
  };
  const open: OpenMediaServer = async (_platform, taker) => {
    take = taker;
    return { media, apiKey: 'test', apiSecret: 'a secret of at least thirty-two characters', async close() {} };
  };

  return {
    open,
    media,
    state,
    closed,
    /** In the room; not reported. @returns the connection's id */
    enter(callId: string, person: MediaPerson): string {
      lastSid += 1;
      const room = rooms.get(callId) ?? new Map<string, MediaParticipant>();
      rooms.set(callId, room);
      room.set(person.id, { person, sid: `PA_${lastSid}` });
      return `PA_${lastSid}`;
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
