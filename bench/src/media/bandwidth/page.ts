/** What the page that watches has received, sampled four times a second. */
export type Reading = {
  /** Unix ms. */
  atMs: number;
  receivedBytes: number;
  pictureHeight: number;
  frames: number;
  freezeS: number;
  soundSamples: number;
  concealedSamples: number;
  /** Mean one-way delay of small unreliable messages since the last reading, ms; null when none came. */
  delayMs: number | null;
};

declare global {
  interface Window {
    watching: {
      /** Publishes sound and a picture in three layers, and a small message with the time ten times a second. */
      publish(url: string, token: string): Promise<void>;
      watch(url: string, token: string): Promise<void>;
      /** Resolves once sound and picture have come. */
      flowing(): Promise<void>;
      /** Reads every 250 ms from now on. */
      record(): void;
      readings(): Reading[];
      leave(): Promise<void>;
    };
  }
}

/** Runs in the page, where the UMD build of livekit-client is loaded: offers `window.watching`. */
export function pageProgram(): void {
  // biome-ignore lint/suspicious/noExplicitAny: the UMD build in the page and reports of getStats have no types.
  type Anything = any;
  const { Room, RoomEvent, VideoPreset } = (window as Anything).LivekitClient;
  const PlainConnection = window.RTCPeerConnection;
  let connections: RTCPeerConnection[] = [];
  let room: Anything = null;
  let timers: ReturnType<typeof setInterval>[] = [];
  let readings: Reading[] = [];
  let delays: number[] = [];
  window.RTCPeerConnection = class extends PlainConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  };

  /** Patches that move: no encoder makes them smaller than it is told to. Three layers take a width of 960. */
  const openCamera = (): MediaStreamTrack => {
    const canvas = document.createElement('canvas');
    canvas.width = 960;
    canvas.height = 540;
    const pen = canvas.getContext('2d')!;
    let tick = 0;
    timers.push(
      setInterval(() => {
        tick++;
        for (let i = 0; i < 160; i++) {
          pen.fillStyle = `hsl(${(i * 37 + tick * 11) % 360} 80% ${20 + ((i * 7 + tick) % 60)}%)`;
          pen.fillRect(((i * 61 + tick * 5) % 960) - 20, ((i * 43 + tick * 3) % 540) - 20, 90, 60);
        }
      }, 50),
    );
    return canvas.captureStream(20).getVideoTracks()[0]!;
  };

  const openMicrophone = async (): Promise<MediaStreamTrack> => {
    const context = new AudioContext();
    await context.resume();
    const target = context.createMediaStreamDestination();
    const tone = context.createOscillator();
    tone.frequency.value = 330;
    tone.connect(target);
    tone.start();
    return target.stream.getAudioTracks()[0]!;
  };

  const read = async (): Promise<Reading> => {
    const reading: Reading = {
      atMs: Date.now(),
      receivedBytes: 0,
      pictureHeight: 0,
      frames: 0,
      freezeS: 0,
      soundSamples: 0,
      concealedSamples: 0,
      delayMs: delays.length === 0 ? null : delays.reduce((sum, delay) => sum + delay, 0) / delays.length,
    };
    delays = [];
    for (const connection of connections) {
      if (connection.connectionState === 'closed') continue;
      for (const report of (await connection.getStats()).values() as Iterable<Anything>) {
        if (report.type === 'candidate-pair' && report.nominated) reading.receivedBytes += report.bytesReceived ?? 0;
        if (report.type !== 'inbound-rtp') continue;
        if (report.kind === 'audio') {
          reading.soundSamples += report.totalSamplesReceived ?? 0;
          reading.concealedSamples += (report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0);
        } else {
          reading.pictureHeight = Math.max(reading.pictureHeight, report.frameHeight ?? 0);
          reading.frames += report.framesDecoded ?? 0;
          reading.freezeS += report.totalFreezesDuration ?? 0;
        }
      }
    }
    return reading;
  };

  const join = async (url: string, token: string): Promise<void> => {
    document.body.replaceChildren();
    connections = [];
    readings = [];
    delays = [];
    room = new Room({ adaptiveStream: false, dynacast: false });
    room.on(RoomEvent.TrackSubscribed, (track: Anything) => {
      const element = track.attach();
      element.muted = track.kind === 'video';
      document.body.append(element);
      void element.play();
    });
    room.on(RoomEvent.DataReceived, (payload: Uint8Array) => {
      delays.push(Date.now() - Number(new TextDecoder().decode(payload)));
    });
    await room.connect(url, token);
  };

  window.watching = {
    async publish(url, token) {
      await join(url, token);
      await room.localParticipant.publishTrack(await openMicrophone(), { source: 'microphone' });
      await room.localParticipant.publishTrack(openCamera(), {
        source: 'camera',
        simulcast: true,
        videoCodec: 'vp8',
        videoEncoding: { maxBitrate: 1_500_000, maxFramerate: 20 },
        videoSimulcastLayers: [new VideoPreset(240, 135, 150_000, 20), new VideoPreset(480, 270, 450_000, 20)],
      });
      timers.push(
        setInterval(() => {
          void room.localParticipant.publishData(new TextEncoder().encode(String(Date.now())), { reliable: false });
        }, 100),
      );
    },
    watch: join,
    async flowing() {
      for (let tries = 0; tries < 200; tries++) {
        const { frames, soundSamples } = await read();
        if (frames > 5 && soundSamples > 24_000) return;
        await new Promise((done) => setTimeout(done, 100));
      }
      throw new Error('no media within 20 s');
    },
    record() {
      readings = [];
      timers.push(setInterval(() => void read().then((reading) => readings.push(reading)), 250));
    },
    readings: () => readings,
    async leave() {
      for (const timer of timers) clearInterval(timer);
      timers = [];
      await room?.disconnect();
      connections = [];
    },
  };
}
