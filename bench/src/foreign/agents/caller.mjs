// Whoever is in the room with the agent: prints one JSON line when it heard the tone, and one when the agent left.
import { AudioStream, dispose, Room, RoomEvent, TrackKind } from '@livekit/rtc-node';

const [url, token] = process.argv.slice(2);
const room = new Room();
const say = (what) => console.log(JSON.stringify(what));

room.on(RoomEvent.TrackSubscribed, async (track, _publication, participant) => {
  if (track.kind !== TrackKind.KIND_AUDIO) return;
  const heard = [];
  for await (const frame of new AudioStream(track, 48_000, 1)) {
    heard.push(...frame.data);
    // The first half second may hold the jitter buffer's beginning.
    if (heard.length < 72_000) continue;
    const second = heard.slice(24_000, 72_000);
    let crossings = 0;
    for (let i = 1; i < second.length; i++) if (second[i - 1] < 0 && second[i] >= 0) crossings++;
    say({ event: 'heard', identity: participant.identity, kind: participant.kind, toneHz: crossings });
    break;
  }
});
room.on(RoomEvent.ParticipantDisconnected, (participant) => say({ event: 'left', identity: participant.identity }));
await room.connect(url, token, { autoSubscribe: true, dynacast: false });
say({ event: 'joined' });
process.once('SIGTERM', async () => {
  await room.disconnect();
  await dispose();
  process.exit(0);
});
