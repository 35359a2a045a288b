import type * as LiveKit from 'livekit-client';
import type { Entry } from './entry.ts';

/** Runs in the page, where the UMD build of livekit-client is loaded: enters rooms of LiveKit's protocol with it. */
export function livekitEntry(): void {
  const { Room, RoomEvent, Track } = (window as unknown as { LivekitClient: typeof LiveKit }).LivekitClient;
  let room: LiveKit.Room | null = null;

  const entry: Entry<'livekit'> = {
    async enter({ url, token }, call) {
      room = new Room({ adaptiveStream: false, dynacast: true, stopLocalTrackOnUnpublish: false });
      room.on(RoomEvent.TrackSubscribed, (track) => call.play(track.attach()));
      for (const event of [RoomEvent.SignalReconnecting, RoomEvent.Reconnecting, RoomEvent.Disconnected] as const)
        room.on(event, () => call.interrupted());
      await room.connect(url, token);
      for (const track of call.tracks) {
        await room.localParticipant.publishTrack(track, {
          source: track.kind === 'video' ? Track.Source.Camera : Track.Source.Microphone,
          simulcast: track.kind === 'video',
        });
      }
    },
    async leave() {
      await room?.disconnect();
    },
  };
  window.weakEntries = { ...window.weakEntries, livekit: entry };
}
