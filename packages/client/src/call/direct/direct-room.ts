import { DIRECT_MESSAGE_MAX_BYTES, DIRECT_TOPIC, DirectMessage, type DirectSlot } from '@alongside/contracts';
import type { LocalTrack, RemoteParticipant, RemoteTrackPublication, Room } from 'livekit-client';
import { divert } from '../diversion.ts';
import type { LiveKit } from '../livekit.ts';
import { DIRECT_SLOTS, directSource } from './direct-slots.ts';
import { pairRttMs } from './selected-pair.ts';

/** What a direct path needs of the media room. */
export type DirectRoom = {
  readonly me: string;
  /** The only other one in the room, whoever stands by there included; null while there are none or more. */
  partner(): string | null;
  isHere(partner: string): boolean;
  /** One's own tracks that are on; null for those that are off. */
  own(): ReadonlyMap<DirectSlot, MediaStreamTrack | null>;
  /** Whether a track goes to the media server. Nothing is agreed anew for it: its sender only has nothing to send. */
  sendToServer(slot: DirectSlot, on: boolean): void;
  /** What the partner has on, and one could play. */
  theirs(partner: string): readonly DirectSlot[];
  /** Plays the partner's from this track; null: from the media server. */
  play(partner: string, slot: DirectSlot, track: MediaStreamTrack | null): void;
  /** Pictures decoded or packets received of the partner's through the media server so far; null where nobody knows. */
  served(partner: string, slot: DirectSlot): Promise<number | null>;
  serverRttMs(): Promise<number | null>;
  /** Servers that tell an end its address from outside. */
  iceServers(): RTCIceServer[];
  /** One that cannot be sent is lost: the other side notices by what does not come. */
  send(partner: string, message: DirectMessage): void;
  /** @param onMessage told who sent it. @returns ends it */
  listen(onMessage: (from: string, message: DirectMessage) => void, onChange: () => void): () => void;
};

/** @param connections of the room, the one that sends first */
export function directRoom(lk: LiveKit, room: Room, connections: () => RTCPeerConnection[]): DirectRoom {
  function mine(slot: DirectSlot): LocalTrack | null {
    const publication = room.localParticipant.getTrackPublication(directSource(lk, slot));
    return publication?.track && !publication.isMuted ? publication.track : null;
  }

  function theirs(partner: string, slot: DirectSlot): RemoteTrackPublication | null {
    const participant = room.remoteParticipants.get(partner);
    const publication = participant?.getTrackPublication(directSource(lk, slot)) as RemoteTrackPublication | undefined;
    return publication?.track ? publication : null;
  }

  return {
    get me() {
      return room.localParticipant.identity;
    },
    partner() {
      const [only, ...more] = room.remoteParticipants.keys();
      return more.length === 0 ? (only ?? null) : null;
    },
    isHere: (partner) => room.remoteParticipants.has(partner),
    own: () => new Map(DIRECT_SLOTS.map((slot) => [slot, mine(slot)?.mediaStreamTrack ?? null])),
    sendToServer(slot, on) {
      const track = room.localParticipant.getTrackPublication(directSource(lk, slot))?.track;
      const sender = track?.sender;
      if (!track || !sender || sender.transport?.state === 'closed') return;
      const wanted = on ? track.mediaStreamTrack : null;
      if (sender.track !== wanted) sender.replaceTrack(wanted).catch(() => {});
    },
    theirs: (partner) => DIRECT_SLOTS.filter((slot) => theirs(partner, slot)?.isMuted === false),
    play(partner, slot, instead) {
      const track = theirs(partner, slot)?.track;
      if (track) divert(track, instead);
    },
    async served(partner, slot) {
      const receiver = theirs(partner, slot)?.track?.receiver;
      const report = await receiver?.getStats().catch(() => null);
      for (const stat of report?.values() ?? [])
        if (stat.type === 'inbound-rtp')
          return (stat.kind === 'video' ? stat.framesDecoded : stat.packetsReceived) ?? 0;
      return null;
    },
    async serverRttMs() {
      const report = await connections()[0]
        ?.getStats()
        .catch(() => null);
      return report ? pairRttMs(report) : null;
    },
    iceServers() {
      const urls = connections()
        .flatMap((connection) => connection.getConfiguration().iceServers ?? [])
        .flatMap((server) => server.urls);
      return [...new Set(urls.flatMap(stunUrl))].map((url) => ({ urls: url }));
    },
    send(partner, message) {
      const bytes = new TextEncoder().encode(JSON.stringify(message));
      if (bytes.length > DIRECT_MESSAGE_MAX_BYTES) return;
      room.localParticipant
        .publishData(bytes as Uint8Array<ArrayBuffer>, {
          reliable: true,
          topic: DIRECT_TOPIC,
          destinationIdentities: [partner],
        })
        .catch(() => {});
    },
    listen(onMessage, onChange) {
      const onData = (bytes: Uint8Array, from?: RemoteParticipant, _kind?: unknown, topic?: string) => {
        if (topic !== DIRECT_TOPIC || !from) return;
        const message = readMessage(bytes);
        if (message) onMessage(from.identity, message);
      };
      const { RoomEvent } = lk;
      const events = [
        RoomEvent.ParticipantConnected,
        RoomEvent.ParticipantDisconnected,
        RoomEvent.TrackSubscribed,
        RoomEvent.TrackUnsubscribed,
        RoomEvent.TrackMuted,
        RoomEvent.TrackUnmuted,
        RoomEvent.LocalTrackPublished,
        RoomEvent.LocalTrackUnpublished,
        RoomEvent.Reconnected,
        RoomEvent.Disconnected,
      ] as const;
      room.on(RoomEvent.DataReceived, onData);
      for (const event of events) room.on(event, onChange);
      return () => {
        room.off(RoomEvent.DataReceived, onData);
        for (const event of events) room.off(event, onChange);
      };
    },
  };
}

/** TURN extends STUN (RFC 8656): the room's TURN servers tell one's address as well, without a name or a password. */
function stunUrl(url: string): string[] {
  const match = /^(?:turn|stun):([^?]+)(?:\?transport=udp)?$/i.exec(url);
  return match ? [`stun:${match[1]}`] : [];
}

/** @returns null for what is no message of ours, or one too long */
function readMessage(bytes: Uint8Array): DirectMessage | null {
  if (bytes.length > DIRECT_MESSAGE_MAX_BYTES) return null;
  try {
    return DirectMessage.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch {
    return null;
  }
}
