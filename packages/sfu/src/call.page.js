// Runs in the browser beside the unmodified livekit-client: joins rooms and tells the test what it sees and hears.
const { Room, RoomEvent, Track } = globalThis.LivekitClient;

globalThis.call = {
  room: undefined,
  events: [],
  messages: [],
  timings: {},
};

globalThis.join = async (url, token, options = {}) => {
  const startedAt = performance.now();
  const room = new Room(options);
  call.room = room;
  for (const name of Object.keys(RoomEvent)) {
    room.on(RoomEvent[name], () => call.events.push(name));
  }
  room.on(RoomEvent.TrackSubscribed, (track) => {
    call.timings[`subscribed ${track.kind}`] ??= performance.now() - startedAt;
    const element = track.attach();
    element.muted = track.kind === 'video';
    document.body.append(element);
    if (track.kind === 'video') {
      element.requestVideoFrameCallback(() => {
        call.timings.firstFrameMs ??= performance.now() - startedAt;
      });
    }
  });
  room.on(RoomEvent.TrackUnsubscribed, (track) => {
    for (const element of track.detach()) element.remove();
  });
  room.registerTextStreamHandler('lk.chat', async (reader, from) => {
    call.messages.push({ text: await reader.readAll(), from: from.identity });
  });
  await room.connect(url, token);
  call.timings.connectedMs = performance.now() - startedAt;
  return room.localParticipant.sid;
};

const receiverOf = (track) => track.receiver?.getStats();

/** Every remote track with what the decoder says of it. */
globalThis.received = async () => {
  const out = [];
  for (const participant of call.room.remoteParticipants.values()) {
    for (const publication of participant.trackPublications.values()) {
      const row = {
        identity: participant.identity,
        sid: publication.trackSid,
        source: publication.source,
        kind: publication.kind,
        muted: publication.isMuted,
        subscribed: publication.isSubscribed && publication.track !== undefined,
      };
      const stats = publication.track && (await receiverOf(publication.track));
      for (const report of stats?.values() ?? []) {
        if (report.type !== 'inbound-rtp') continue;
        row.framesDecoded = report.framesDecoded;
        row.framesPerSecond = report.framesPerSecond;
        row.frameWidth = report.frameWidth;
        row.keyFramesDecoded = report.keyFramesDecoded;
        row.freezeCount = report.freezeCount;
        row.packetsLost = report.packetsLost;
        row.nackCount = report.nackCount;
        row.totalAudioEnergy = report.totalAudioEnergy;
        row.concealedSamples = report.concealedSamples;
        row.packetsReceived = report.packetsReceived;
        row.pliCount = report.pliCount;
        row.jitterBufferDelay = report.jitterBufferDelay;
      }
      out.push(row);
    }
  }
  return out;
};

/** Colours over the picture of the first remote video: a black or empty one has none. */
globalThis.picture = async () => {
  const video = [...document.querySelectorAll('video')].find((element) => element.videoWidth > 0);
  if (!video) return undefined;
  const canvas = document.createElement('canvas');
  canvas.width = 32;
  canvas.height = 18;
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0, 32, 18);
  const { data } = context.getImageData(0, 0, 32, 18);
  const colours = new Set();
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) {
    colours.add((data[i] >> 5) * 64 + (data[i + 1] >> 5) * 8 + (data[i + 2] >> 5));
    sum = (sum * 31 + data[i] + data[i + 1] * 3 + data[i + 2] * 7) >>> 0;
  }
  return { width: video.videoWidth, height: video.videoHeight, colours: colours.size, fingerprint: sum };
};

/** Sections of the one connection that receive. */
globalThis.receivingSections = () => {
  const pc = call.room.engine.pcManager.publisher.getSctpTransport
    ? call.room.engine.pcManager.publisher._pc
    : call.room.engine.pcManager.publisher._pc;
  return pc.getTransceivers().filter((transceiver) => transceiver.currentDirection === 'recvonly').length;
};
globalThis.sectionCount = () => call.room.engine.pcManager.publisher._pc.getTransceivers().length;

globalThis.publications = () =>
  [...call.room.localParticipant.trackPublications.values()].map((publication) => ({
    sid: publication.trackSid,
    source: publication.source,
    muted: publication.isMuted,
  }));

globalThis.Track = Track;
