/** All instants of one side in ms since 1970, by a clock all pages of this machine share. */
type SeenBySide = { frameAt: number; soundAt: number; steps: Record<StepName, number> };

/** What lies between the press and the first picture, in this order. */
export const STEPS = ['signalling open', 'answer', 'address checked', 'keys agreed', 'picture'] as const;
type StepName = (typeof STEPS)[number];

declare global {
  interface Window {
    bench: {
      prepare(): Promise<void>;
      join(url: string, token: string): Promise<number>;
      firstMedia(): Promise<SeenBySide>;
      leave(): Promise<void>;
    };
  }
}

/**
 * Runs in the page, where the UMD build of livekit-client is loaded: offers `window.bench`.
 * Instants are Date.now-based (timeOrigin + performance.now) so that the two pages share a clock.
 */
export function pageProgram(): void {
  // biome-ignore lint/suspicious/noExplicitAny: the UMD build in the page has no types.
  type Anything = any;
  const { Room, RoomEvent } = (window as Anything).LivekitClient;
  const now = () => performance.timeOrigin + performance.now();
  const context = new AudioContext();
  let steps = {} as Record<StepName, number>;
  let room: Anything = null;
  let stream: MediaStream | null = null;
  let frame: Promise<number>;
  let sound: Promise<number>;

  const reached = (step: StepName) => {
    steps[step] ??= now();
  };

  const PlainSocket = window.WebSocket;
  window.WebSocket = class extends PlainSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('open', () => reached('signalling open'));
    }
  };
  const PlainConnection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends PlainConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener('iceconnectionstatechange', () => {
        if (this.iceConnectionState === 'connected') reached('address checked');
      });
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') reached('keys agreed');
      });
    }

    override async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      reached('answer');
      await super.setRemoteDescription(description);
    }
  };

  const openDevices = async () => {
    if (stream) return;
    const camera = await navigator.mediaDevices.getUserMedia({ video: { width: 1280, height: 720 } });
    // A steady tone: Chromium's fake microphone beeps twice a second, and waiting for a beep would be what is measured.
    await context.resume();
    const tone = context.createOscillator();
    const microphone = context.createMediaStreamDestination();
    tone.connect(microphone);
    tone.start();
    stream = new MediaStream([...camera.getTracks(), ...microphone.stream.getTracks()]);
  };

  const watchVideo = (track: MediaStreamTrack) =>
    new Promise<number>((done) => {
      const video = document.createElement('video');
      video.muted = true;
      video.srcObject = new MediaStream([track]);
      video.requestVideoFrameCallback(() => {
        reached('picture');
        done(now());
      });
      document.body.append(video);
      void video.play();
    });

  const watchAudio = (track: MediaStreamTrack) =>
    new Promise<number>((done) => {
      // Chromium feeds WebAudio from a remote track only while an element plays it too.
      const element = new Audio();
      element.muted = true;
      element.srcObject = new MediaStream([track]);
      void element.play();
      const analyser = context.createAnalyser();
      analyser.fftSize = 256;
      context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      const samples = new Float32Array(256);
      const look = () => {
        analyser.getFloatTimeDomainData(samples);
        if (samples.some((sample) => Math.abs(sample) > 1e-2)) done(now());
        else setTimeout(look, 5);
      };
      look();
    });

  const first = (kind: string, watch: (track: MediaStreamTrack) => Promise<number>) =>
    new Promise<number>((done) =>
      room.on(
        RoomEvent.TrackSubscribed,
        (track: Anything) => track.kind === kind && void watch(track.mediaStreamTrack).then(done),
      ),
    );

  window.bench = {
    prepare: openDevices,
    async join(url, token) {
      await openDevices();
      document.body.replaceChildren();
      steps = {} as Record<StepName, number>;
      const pressed = now();
      room = new Room({ adaptiveStream: false, dynacast: true, stopLocalTrackOnUnpublish: false });
      frame = first('video', watchVideo);
      sound = first('audio', watchAudio);
      const published = new Promise((done, failed) =>
        room.once(RoomEvent.SignalConnected, () =>
          Promise.all(
            stream!.getTracks().map((track) =>
              room.localParticipant.publishTrack(track.clone(), {
                source: track.kind === 'video' ? 'camera' : 'microphone',
                simulcast: track.kind === 'video',
              }),
            ),
          ).then(done, failed),
        ),
      );
      await Promise.all([room.connect(url, token), published]);
      return pressed;
    },
    async firstMedia() {
      const late = new Promise<never>((_, fail) => setTimeout(() => fail(new Error('no media within 20 s')), 20_000));
      const [frameAt, soundAt] = await Promise.race([Promise.all([frame, sound]), late]);
      return { frameAt, soundAt, steps };
    },
    async leave() {
      await room.disconnect();
    },
  };
}
