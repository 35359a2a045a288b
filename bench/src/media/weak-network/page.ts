import type { Call, Door, Entry } from './entry.ts';

/** Counters of what one page receives (sound, picture) and sends, since its call began. */
export type Sample = {
  atMs: number;
  soundSamples: number;
  concealedSamples: number;
  soundBufferS: number;
  soundBufferCount: number;
  frames: number;
  freezeS: number;
  pictureHeight: number;
  pictureBufferS: number;
  pictureBufferCount: number;
  keyFrameRequests: number;
  /** What the congestion control of this page believes it may send, bit/s. */
  estimateBps: number;
  sentKeyFrames: number;
  /** Times the connection to the media server was lost, or the call with it. */
  interruptions: number;
};

declare global {
  interface Window {
    weak: {
      join(door: Door): Promise<void>;
      /** Resolves once sound and picture of the other one have come. */
      flowing(): Promise<void>;
      sample(): Promise<Sample>;
      leave(): Promise<void>;
    };
  }
}

/**
 * Runs in the page: offers `window.weak`, the devices and the measuring, the same for every server; the ways into their
 * rooms are `window.weakEntries`. The voice is a chord whose loudness comes and goes like syllables and never ends, so
 * that every concealed sample is one that was missed.
 */
export function pageProgram(): void {
  /** What is read of a report of getStats, of whichever type (webrtc-stats). */
  type Report = { type: string; kind?: string } & Partial<
    Record<
      | 'totalSamplesReceived'
      | 'concealedSamples'
      | 'silentConcealedSamples'
      | 'jitterBufferDelay'
      | 'jitterBufferEmittedCount'
      | 'framesDecoded'
      | 'frameHeight'
      | 'pliCount'
      | 'keyFramesEncoded'
      | 'availableOutgoingBitrate',
      number
    >
  >;
  const context = new AudioContext();
  let connections: RTCPeerConnection[] = [];
  const PlainConnection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends PlainConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  };
  let leave: () => Promise<void> = async () => {};
  let stream: MediaStream | null = null;

  const openDevices = async () => {
    if (stream) return;
    const camera = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 360 } });
    await context.resume();
    const microphone = context.createMediaStreamDestination();
    const syllables = context.createGain();
    syllables.gain.value = 0.25;
    for (const hertz of [140, 420, 1_150, 2_300]) {
      const tone = context.createOscillator();
      tone.frequency.value = hertz;
      tone.connect(syllables);
      tone.start();
    }
    const rhythm = context.createOscillator();
    rhythm.frequency.value = 4;
    const depth = context.createGain();
    depth.gain.value = 0.15;
    rhythm.connect(depth);
    depth.connect(syllables.gain);
    rhythm.start();
    syllables.connect(microphone);
    stream = new MediaStream([...camera.getTracks(), ...microphone.stream.getTracks()]);
  };

  // As getStats counts freezes (three mean intervals, or 150 ms more than one), but a picture that never comes back counts too.
  let lastFrameMs = 0;
  let intervalMs = 50;
  let frozenMs = 0;
  let interruptions = 0;
  const frozenSinceMs = (nowMs: number) => {
    const gapMs = lastFrameMs === 0 ? 0 : nowMs - lastFrameMs;
    return gapMs >= Math.max(3 * intervalMs, intervalMs + 150) ? gapMs : 0;
  };
  const watch = (element: HTMLVideoElement) => {
    const frame = (nowMs: number) => {
      frozenMs += frozenSinceMs(nowMs);
      if (lastFrameMs > 0) intervalMs += (Math.min(500, nowMs - lastFrameMs) - intervalMs) / 30;
      lastFrameMs = nowMs;
      element.requestVideoFrameCallback(frame);
    };
    element.requestVideoFrameCallback(frame);
  };

  const play = (element: HTMLMediaElement) => {
    const isPicture = element instanceof HTMLVideoElement;
    element.muted = isPicture;
    document.body.append(element);
    if (isPicture) watch(element);
    void element.play();
  };

  const sample = async (): Promise<Sample> => {
    const sum: Sample = {
      atMs: performance.now(),
      soundSamples: 0,
      concealedSamples: 0,
      soundBufferS: 0,
      soundBufferCount: 0,
      frames: 0,
      freezeS: (frozenMs + frozenSinceMs(performance.now())) / 1000,
      pictureHeight: 0,
      pictureBufferS: 0,
      pictureBufferCount: 0,
      keyFrameRequests: 0,
      estimateBps: 0,
      sentKeyFrames: 0,
      interruptions,
    };
    for (const connection of connections) {
      if (connection.connectionState === 'closed') continue;
      for (const report of (await connection.getStats()).values() as Iterable<Report>) {
        if (report.type === 'inbound-rtp' && report.kind === 'audio') {
          sum.soundSamples += report.totalSamplesReceived ?? 0;
          sum.concealedSamples += (report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0);
          sum.soundBufferS += report.jitterBufferDelay ?? 0;
          sum.soundBufferCount += report.jitterBufferEmittedCount ?? 0;
        } else if (report.type === 'inbound-rtp' && report.kind === 'video') {
          sum.frames += report.framesDecoded ?? 0;
          sum.pictureHeight = Math.max(sum.pictureHeight, report.frameHeight ?? 0);
          sum.pictureBufferS += report.jitterBufferDelay ?? 0;
          sum.pictureBufferCount += report.jitterBufferEmittedCount ?? 0;
          sum.keyFrameRequests += report.pliCount ?? 0;
        } else if (report.type === 'outbound-rtp' && report.kind === 'video') {
          sum.sentKeyFrames += report.keyFramesEncoded ?? 0;
        } else if (report.type === 'candidate-pair' && report.availableOutgoingBitrate) {
          sum.estimateBps = Math.max(sum.estimateBps, report.availableOutgoingBitrate);
        }
      }
    }
    return sum;
  };

  window.weak = {
    async join(door) {
      await openDevices();
      document.body.replaceChildren();
      connections = [];
      lastFrameMs = 0;
      frozenMs = 0;
      interruptions = 0;
      const tracks = stream!.getTracks().map((track) => track.clone());
      const call: Call = {
        tracks,
        play,
        interrupted: () => {
          interruptions += 1;
        },
      };
      const entry = window.weakEntries[door.kind]! as Entry<Door['kind']>;
      leave = async () => {
        await entry.leave();
        for (const track of tracks) track.stop();
      };
      await entry.enter(door, call);
    },
    async flowing() {
      for (let tries = 0; tries < 200; tries++) {
        const { frames, soundSamples } = await sample();
        if (frames > 5 && soundSamples > 24_000) return;
        await new Promise((done) => setTimeout(done, 100));
      }
      throw new Error('no media within 20 s');
    },
    sample,
    async leave() {
      await leave();
      connections = [];
    },
  };
}
