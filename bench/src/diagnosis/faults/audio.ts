import type { FaultClass } from '../fault.ts';

/** An echo is told by looks at twelve seconds of both voices, until several of them agree. */
const LISTENED_MS = 42_000;

declare global {
  interface Window {
    /** Sound that is received goes nowhere from now on. */
    dropSound?(): void;
  }
}

/** Chromium hands the frames of a sound to a transform only where it was there when its section was agreed. */
const SOUND_GATE = `{
  const program = \`
    let closed = false;
    onmessage = () => { closed = true; };
    onrtctransform = ({ transformer }) => transformer.readable
      .pipeThrough(new TransformStream({ transform: (frame, gate) => closed || gate.enqueue(frame) }))
      .pipeTo(transformer.writable);
  \`;
  const gates = new Map();
  const guard = (receiver) => {
    if (receiver.track.kind !== 'audio' || gates.has(receiver)) return;
    const gate = new Worker(URL.createObjectURL(new Blob([program])));
    receiver.transform = new RTCRtpScriptTransform(gate, {});
    gates.set(receiver, gate);
  };
  const Plain = RTCPeerConnection;
  RTCPeerConnection = class extends Plain {
    constructor(configuration) {
      super(configuration);
      this.addEventListener('track', ({ receiver }) => guard(receiver));
    }
    addTransceiver(...described) {
      const transceiver = super.addTransceiver(...described);
      guard(transceiver.receiver);
      return transceiver;
    }
  };
  dropSound = () => [...gates.values()].forEach((gate) => gate.postMessage('close'));
}`;

/** What people hear, or do not. */
export const audioFaults: readonly FaultClass[] = [
  {
    id: 'silent-microphone',
    about: { en: 'the microphone brings zeros', 'zh-CN': '麦克风送来的全是零' },
    expected: { rules: ['silent-microphone'], who: 'faulty', direction: 'send' },
    inject: ({ faulty }) => faulty.page.evaluate(() => window.call.microphoneGain(0)),
    mild: ({ faulty }) => faulty.page.evaluate(() => window.call.microphoneGain(0.35)),
  },
  {
    id: 'muted-source',
    about: { en: 'the track is off without the application knowing', 'zh-CN': '轨道被关掉而应用并不知道' },
    expected: { rules: ['silent-microphone'], who: 'faulty', direction: 'send' },
    inject: ({ faulty }) => faulty.page.evaluate(() => window.call.muteSource()),
  },
  {
    id: 'clipping',
    about: { en: 'the microphone is 10–25 times too loud', 'zh-CN': '麦克风音量大了 10–25 倍' },
    expected: { rules: ['clipping'], who: 'faulty', direction: 'send' },
    inject: ({ faulty, random }) =>
      faulty.page.evaluate((gain) => window.call.microphoneGain(gain), random.between(10, 25)),
    mild: ({ faulty }) => faulty.page.evaluate(() => window.call.microphoneGain(1.3)),
  },
  {
    id: 'noise',
    about: { en: 'a steady noise lies under the voice', 'zh-CN': '人声之下有持续的噪声' },
    expected: { rules: ['noise'], who: 'faulty', direction: 'send' },
    inject: ({ faulty, random }) =>
      faulty.page.evaluate((level) => window.call.noise(level), random.between(0.04, 0.1)),
    mild: ({ faulty }) => faulty.page.evaluate(() => window.call.noise(0.004)),
  },
  {
    id: 'echo',
    watchMs: LISTENED_MS,
    about: {
      en: 'what is heard gets back into the microphone, 120–400 ms later',
      'zh-CN': '听到的声音在 120–400 ms 后又进入麦克风',
    },
    expected: { rules: ['echo'], who: 'faulty' },
    inject: ({ faulty, random }) =>
      faulty.page.evaluate(([delayS, gain]) => window.call.echo(delayS, gain), [
        random.between(0.12, 0.4),
        random.between(0.25, 0.7),
      ] as const),
    mild: ({ faulty }) => faulty.page.evaluate(() => window.call.echo(0.2, 0.005)),
  },
  {
    id: 'one-way-audio',
    about: {
      en: 'the packets of a voice arrive, and nothing of it is played',
      'zh-CN': '对方声音的数据包到达了，却一点也没有播放',
    },
    expected: { rules: ['one-way-audio'], who: 'either' },
    pageScript: SOUND_GATE,
    inject: ({ faulty }) => faulty.page.evaluate(() => window.dropSound?.()),
  },
  {
    id: 'autoplay-blocked',
    about: { en: 'the browser plays no sound before somebody clicks', 'zh-CN': '有人点击之前浏览器不播放声音' },
    expected: { rules: ['autoplay-blocked'], who: 'faulty' },
    // The newer policy lets a page play that has the microphone.
    browserArgs: () => ['--autoplay-policy=user-gesture-required'],
    untouched: true,
  },
  {
    id: 'skewed-clock',
    about: { en: 'the sound card runs 3–5 % fast', 'zh-CN': '声卡时钟快 3–5%' },
    expected: { rules: ['clock-drift'], who: 'either' },
    inject: ({ faulty, random }) =>
      faulty.page.evaluate((ratio) => window.call.skewClock(ratio), random.between(0.03, 0.05)),
    mild: ({ faulty }) => faulty.page.evaluate(() => window.call.skewClock(0.001)),
  },
  {
    id: 'out-of-sync',
    about: { en: 'the picture is played 0.8–1.6 s after its sound', 'zh-CN': '画面比声音晚播放 0.8–1.6 s' },
    expected: { rules: ['av-out-of-sync'], who: 'either' },
    inject: ({ sound, random }) =>
      sound.page.evaluate((ms) => window.call.delayPicture(ms), random.between(800, 1_600)),
    enter(options) {
      options.apart = true;
    },
    mild: ({ sound }) => sound.page.evaluate(() => window.call.delayPicture(20)),
  },
];
