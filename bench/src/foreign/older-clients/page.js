// Beside whichever livekit-client the page loaded; only what all its versions know is used.
const { Room, RoomEvent } = globalThis.LivekitClient;

globalThis.events = [];
globalThis.heard = [];

globalThis.enter = async (url, token) => {
  const room = new Room();
  globalThis.room = room;
  room.on(RoomEvent.Reconnected, () => events.push('reconnected'));
  room.on(RoomEvent.DataReceived, (bytes) => heard.push(new TextDecoder().decode(bytes)));
  room.on(RoomEvent.TrackSubscribed, (track) => document.body.append(track.attach()));
  room.on(RoomEvent.TrackUnsubscribed, (track) => {
    for (const element of track.detach()) element.remove();
  });
  await room.connect(url, token);
  await room.localParticipant.enableCameraAndMicrophone();
};

// The third parameter was once the kind of delivery and is now an object.
globalThis.say = (text) => room.localParticipant.publishData(new TextEncoder().encode(text), sayKind());
const sayKind = () => (globalThis.LivekitClient.version?.startsWith('1.') ? 0 : { reliable: true });

globalThis.received = async () => {
  const sum = { frames: 0, sound: 0 };
  const people = room.remoteParticipants ?? room.participants;
  for (const participant of people.values()) {
    for (const publication of (participant.trackPublications ?? participant.tracks).values()) {
      const stats = await publication.track?.receiver?.getStats();
      for (const report of stats?.values() ?? []) {
        if (report.type !== 'inbound-rtp') continue;
        sum.frames += report.framesDecoded ?? 0;
        sum.sound += report.totalAudioEnergy ?? 0;
      }
    }
  }
  return sum;
};
