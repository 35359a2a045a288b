import type { Entry } from './entry.ts';

/** Runs in the page, where the UMD build of livekit-client is loaded: enters rooms of LiveKit's protocol with it. */
export function livekitEntry(): void {
  // biome-ignore lint/suspicious/noExplicitAny: the UMD build in the page has no types.
  type Anything = any;
  const { Room, RoomEvent } = (window as Anything).LivekitClient;
  let room: Anything = null;

  const entry: Entry<'livekit'> = {
    async enter({ url, token }, call) {
      room = new Room({ adaptiveStream: false, dynacast: true, stopLocalTrackOnUnpublish: false });
      room.on(RoomEvent.TrackSubscribed, (track: Anything) => call.play(track.attach()));
      for (const event of [RoomEvent.SignalReconnecting, RoomEvent.Reconnecting, RoomEvent.Disconnected])
        room.on(event, () => call.interrupted());
      await room.connect(url, token);
      for (const track of call.tracks) {
        await room.localParticipant.publishTrack(track, {
          source: track.kind === 'video' ? 'camera' : 'microphone',
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
