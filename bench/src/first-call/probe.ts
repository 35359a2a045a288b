/** All instants of one page in ms since 1970, by a clock all pages of this machine share. */
export type Seen = {
  /** The first picture of the other side was shown, its first sound was heard. */
  pictureAt: number;
  soundAt: number;
  /** What lies before, on this page; absent where it does not happen here. */
  steps: Partial<Record<Step, number>>;
};

export const STEPS = ['answered', 'devices open', 'sending agreed', 'picture announced', 'picture'] as const;
type Step = (typeof STEPS)[number];

declare global {
  interface Window {
    probe: {
      /** From now on the first picture and sound that come count. */
      arm(): void;
      /** Presses a button. @returns when */
      press(label: string): number;
      seen(): Promise<Seen>;
      /** Makes no sound until it is armed again: its thread would take its share of the other server's turn. */
      rest(): void;
    };
  }
}

/** Runs in each page before its own program: watches what comes in on its peer connections. Changes nothing there. */
export function installProbe(): void {
  const now = () => performance.timeOrigin + performance.now();
  const LOOK_EVERY_MS = 10;
  const context = new AudioContext();
  const tone = context.createOscillator();
  tone.start();
  let microphones: MediaStreamAudioDestinationNode[] = [];
  let isArmed = false;
  let steps: Seen['steps'] = {};
  let picture = Promise.withResolvers<number>();
  let sound = Promise.withResolvers<number>();
  const reached = (step: Step) => {
    if (isArmed) steps[step] ??= now();
  };

  function watchVideo(track: MediaStreamTrack): void {
    reached('picture announced');
    const video = document.createElement('video');
    video.muted = true;
    video.srcObject = new MediaStream([track]);
    Object.assign(video.style, { position: 'fixed', left: '0', bottom: '0', width: '160px', zIndex: '1000' });
    const { resolve } = picture;
    video.requestVideoFrameCallback(() => {
      reached('picture');
      resolve(now());
      video.remove();
    });
    document.body.append(video);
    void video.play();
  }

  function watchAudio(track: MediaStreamTrack): void {
    // Chromium feeds WebAudio from a remote track only while an element plays it too.
    const element = new Audio();
    element.muted = true;
    element.srcObject = new MediaStream([track]);
    void element.play();
    const analyser = context.createAnalyser();
    analyser.fftSize = 256;
    const source = context.createMediaStreamSource(new MediaStream([track]));
    source.connect(analyser);
    const samples = new Float32Array(256);
    const { resolve } = sound;
    const look = () => {
      analyser.getFloatTimeDomainData(samples);
      if (samples.some((sample) => Math.abs(sample) > 1e-2)) {
        resolve(now());
        // What is left behind would be worked on in every later round.
        source.disconnect();
        element.srcObject = null;
      } else if (track.readyState === 'live') setTimeout(look, LOOK_EVERY_MS);
    };
    look();
  }

  /** Agreed upon while the page stood by: nothing has come on them yet. */
  let early: MediaStreamTrack[] = [];

  function watch(track: MediaStreamTrack): void {
    if (track.kind === 'video') watchVideo(track);
    else watchAudio(track);
  }

  const PlainConnection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends PlainConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener('track', ({ track }) => {
        if (isArmed) watch(track);
        else early.push(track);
      });
    }

    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      await super.setRemoteDescription(description);
      const isSending = this.getTransceivers().some(
        ({ sender, currentDirection }) => sender.track && currentDirection?.startsWith('send'),
      );
      if (isSending) reached('sending agreed');
    }
  };

  const fetchPlainly = window.fetch.bind(window);
  window.fetch = async (input, init) => {
    const reply = await fetchPlainly(input, init);
    const { pathname } = new URL(input instanceof Request ? input.url : String(input), location.href);
    if (pathname.endsWith('/join')) reached('answered');
    return reply;
  };

  const devices = navigator.mediaDevices;
  const openPlainly = devices?.getUserMedia.bind(devices);
  if (devices)
    devices.getUserMedia = async (constraints = {}) => {
      const { audio, ...others } = constraints;
      const camera = others.video ? await openPlainly(others) : null;
      const tracks = camera?.getTracks() ?? [];
      if (audio) {
        // A steady tone: Chromium's fake microphone beeps twice a second, and waiting for a beep would be what is measured.
        await context.resume();
        const isLive = ({ stream }: MediaStreamAudioDestinationNode) =>
          stream.getTracks().some(({ readyState }) => readyState === 'live');
        for (const done of microphones) if (!isLive(done)) tone.disconnect(done);
        const microphone = context.createMediaStreamDestination();
        tone.connect(microphone);
        microphones = [...microphones.filter(isLive), microphone];
        tracks.push(...microphone.stream.getTracks());
      }
      reached('devices open');
      return new MediaStream(tracks);
    };

  window.probe = {
    arm() {
      isArmed = true;
      void context.resume();
      steps = {};
      picture = Promise.withResolvers();
      sound = Promise.withResolvers();
      for (const track of early) if (track.readyState === 'live') watch(track);
      early = [];
    },
    rest: () => void context.suspend(),
    press(label) {
      const buttons = [...document.querySelectorAll('button')];
      const button = buttons.find((one) => one.textContent?.trim() === label);
      if (!button) throw new Error(`there is no button "${label}"`);
      const at = now();
      button.click();
      return at;
    },
    async seen() {
      const late = new Promise<never>((_, fail) =>
        setTimeout(() => fail(new Error(`no picture and sound within 20 s: ${JSON.stringify(steps)}`)), 20_000),
      );
      const [pictureAt, soundAt] = await Promise.race([Promise.all([picture.promise, sound.promise]), late]);
      isArmed = false;
      return { pictureAt, soundAt, steps };
    },
  };
}
