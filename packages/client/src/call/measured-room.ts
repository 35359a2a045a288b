import type { Room, TrackPublication } from 'livekit-client';
import type { Happening } from '../watch/sampler.ts';
import type { TrackKnowledge } from '../watch/track-watch.ts';
import type { DirectPath } from './direct/direct-path.ts';
import { directSlotOf, directSource } from './direct/direct-slots.ts';
import type { LiveKit } from './livekit.ts';

/** What is measured of a room: its connections, and what it knows of their tracks that statistics do not. */
export type MeasuredRoom = Required<TrackKnowledge> & {
  /** One for both directions, or one for each; other ones after the library has made them anew. */
  connections(): RTCPeerConnection[];
  /** Identity of whoever sends a track. */
  senderOf(track: MediaStreamTrack): string | null;
  onHappening: (happening: Happening) => void;
};

/** How the library names, to itself, what it keeps the browser's connection in; it has no other door to it. */
type Transport = { _pc?: unknown };

/** @param direct the path past the media server, while there is one: its connection and tracks are measured as the room's own */
export function measureRoom(lk: LiveKit, room: Room, direct: () => DirectPath | null): MeasuredRoom {
  const { RoomEvent, Track } = lk;
  const measured: MeasuredRoom = {
    onHappening: () => {},
    connections() {
      const manager = room.engine?.pcManager as unknown as Record<'publisher' | 'subscriber', Transport> | undefined;
      const all = [manager?.publisher?._pc, manager?.subscriber?._pc, direct()?.connection()];
      return all.filter((pc) => pc instanceof RTCPeerConnection);
    },
    sourceOf(track) {
      switch (found(track)?.publication.source) {
        case Track.Source.Microphone:
          return 'microphone';
        case Track.Source.Camera:
          return 'camera';
        case Track.Source.ScreenShare:
        case Track.Source.ScreenShareAudio:
          return 'screen';
        default:
          return null;
      }
    },
    isOn(track, connection) {
      const known = found(track);
      if (!known) return null;
      const path = direct();
      const slot = directSlotOf(lk, known.publication.source);
      const whose = known.identity === room.localParticipant.identity ? 'mine' : 'theirs';
      const goesElsewhere =
        path !== null && path.connection() !== connection && slot !== null && path.carries(slot, whose);
      return !known.publication.isMuted && !goesElsewhere;
    },
    senderOf: (track) => found(track)?.identity ?? null,
  };

  function found(track: MediaStreamTrack): { publication: TrackPublication; identity: string } | null {
    for (const { identity, trackPublications } of [room.localParticipant, ...room.remoteParticipants.values()])
      for (const publication of trackPublications.values())
        if (publication.track?.mediaStreamTrack === track) return { publication, identity };
    const path = direct();
    const slot = path?.slotOf(track) ?? null;
    const partner = room.remoteParticipants.get(path?.partner() ?? '');
    const publication = slot && partner?.getTrackPublication(directSource(lk, slot));
    if (partner && publication) return { publication, identity: partner.identity };
    return null;
  }

  const tell = (happening: Happening) => measured.onHappening(happening);
  const signalling = (state: 'open' | 'closed' | 'reconnecting') => tell({ type: 'signalling', state, text: '' });
  room.on(RoomEvent.SignalConnected, () => signalling('open'));
  room.on(RoomEvent.SignalReconnecting, () => signalling('reconnecting'));
  room.on(RoomEvent.Reconnecting, () => signalling('reconnecting'));
  room.on(RoomEvent.Reconnected, () => signalling('open'));
  room.on(RoomEvent.Disconnected, () => signalling('closed'));
  room.on(RoomEvent.AudioPlaybackStatusChanged, () => {
    if (!room.canPlaybackAudio) tell({ type: 'play_failed', name: 'NotAllowedError', text: '' });
  });
  return measured;
}
