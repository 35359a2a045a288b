/** How a page enters a call. */
export type JoinOptions = {
  /** Of the media server, the one to go to first, then its backups. */
  urls: string[];
  token: string;
  /** 0 to 1, 64 of them: what makes its voice its own. */
  voice: number[];
  camera: { width: number; height: number };
  /** Instead of those the media server tells. */
  iceServers?: RTCIceServer[];
  relayOnly?: boolean;
  /** Sound and picture in streams of their own, which browsers then do not keep in step. */
  apart?: boolean;
};

/** What went wrong with the real thing while a page entered: kept, for a fault may want it so. */
export type Entered = { camera: string | null; microphone: string | null };

declare global {
  interface Window {
    call: {
      join(options: JoinOptions): Promise<Entered>;
      /** Resolves once sound and picture of the other one come. @returns false when they do not within so long */
      flowing(withinMs: number): Promise<boolean>;
      /** The voice's loudness, 1 as it is; the noise of the room and the microphone go with it. */
      microphoneGain(gain: number): void;
      /** Steady noise beside the voice, root mean square. */
      noise(level: number): void;
      /** Turns off the track without the application knowing. */
      muteSource(): void;
      /** As the application does it, which is no fault. */
      mute(kind: 'microphone' | 'camera', muted: boolean): Promise<void>;
      /** Puts another picture in the camera's place. */
      replaceCamera(picture: 'black' | 'still' | 'none'): Promise<void>;
      openCamera(width: number, height: number): Promise<void>;
      /** What the loudspeaker plays gets into the microphone. */
      echo(delayS: number, gain: number): void;
      /** Shares a screen that brings no frame. */
      shareNothing(): Promise<void>;
      /** What is received asks for key frames again and again. */
      askForKeyFrames(everyMs: number): void;
      /** The sound card's clock runs by so much faster, e.g. 0.02. */
      skewClock(ratio: number): Promise<void>;
      /** The received picture is held back. */
      delayPicture(ms: number): void;
      leave(): Promise<void>;
    };
  }
}

/** Runs in the page after `watchProgram` and livekit-client: offers `window.call`. */
export function callProgram(): void {
  // biome-ignore lint/suspicious/noExplicitAny: the UMD build in the page has no types, nor have the newest interfaces.
  type Anything = any;
  const LiveKit = (window as Anything).LivekitClient;
  const { Room, RoomEvent, Track } = LiveKit;
  const FRAMES_PER_SECOND = 15;
  LiveKit.setLogLevel?.('silent');
  let room: Anything = null;
  const sources: Record<string, string> = {
    [Track.Source.Microphone]: 'microphone',
    [Track.Source.Camera]: 'camera',
    [Track.Source.ScreenShare]: 'screen',
  };
  const know = (track: Anything, source: string) => {
    const kind = sources[source] as 'camera' | undefined;
    if (kind && track) window.watched.sources.set(track.mediaStreamTrack ?? track, kind);
  };

  let context: AudioContext;
  let microphone: MediaStreamAudioDestinationNode;
  let voice: GainNode;
  let hiss: GainNode;
  let far: MediaStream | null = null;

  /**
   * Utterances of syllables with pauses between them, again and again, and the noise of a room below. The voice is made
   * once and played from a buffer: oscillators that run all the call take the processor from the call.
   */
  const speak = async (own: number[]) => {
    const at = (index: number) => own[index % own.length]!;
    const lengthS = 16 + 8 * at(9);
    const studio = new OfflineAudioContext(1, Math.round(lengthS * 16_000), 16_000);
    const syllables = studio.createGain();
    syllables.gain.value = 0;
    const pitch = 110 + 110 * at(0);
    for (const [harmonic, level] of [1, 0.7, 0.5, 0.4, 0.25, 0.2, 0.12, 0.1].entries()) {
      const tone = studio.createOscillator();
      tone.frequency.value = pitch * (harmonic + 1) * (1 + 0.01 * at(harmonic + 1));
      const loudness = studio.createGain();
      loudness.gain.value = level / 2;
      tone.connect(loudness).connect(syllables);
      tone.start();
    }
    syllables.connect(studio.destination);
    let second = 0.2 + 2 * at(10);
    for (let index = 11; second < lengthS - 1; ) {
      const utteranceEnd = Math.min(second + 0.8 + 2.5 * at(index++), lengthS - 0.5);
      while (second < utteranceEnd) {
        const length = 0.12 + 0.2 * at(index++);
        syllables.gain.linearRampToValueAtTime(0.08 + 0.3 * at(index++), second + length / 3);
        syllables.gain.linearRampToValueAtTime(0.01, second + length);
        second += length + 0.05;
      }
      syllables.gain.linearRampToValueAtTime(0, second);
      second += 0.4 + 2.2 * at(index++);
      syllables.gain.setValueAtTime(0, second);
    }
    const spoken = await studio.startRendering();
    context = new AudioContext();
    void context.resume();
    microphone = context.createMediaStreamDestination();
    voice = context.createGain();
    voice.connect(microphone);
    const speech = context.createBufferSource();
    speech.buffer = spoken;
    speech.loop = true;
    speech.connect(voice);
    speech.start();
    const buffer = context.createBuffer(1, context.sampleRate * 2, context.sampleRate);
    const samples = buffer.getChannelData(0);
    for (let index = 0; index < samples.length; index++) samples[index] = (Math.random() * 2 - 1) * 1.7;
    const noise = context.createBufferSource();
    noise.buffer = buffer;
    noise.loop = true;
    hiss = context.createGain();
    hiss.gain.value = 0.002;
    noise.connect(hiss).connect(voice);
    noise.start();
  };

  const play = (track: Anything, publication: Anything) => {
    know(track, publication.source);
    const element = track.attach();
    element.style.width = '160px';
    document.body.append(element);
    // As the application hears it; the library has asked for it already.
    element
      .play()
      .catch(({ name, message }: DOMException) => window.watched.tell({ type: 'play_failed', name, text: message }));
    if (track.kind === 'audio') far = new MediaStream([track.mediaStreamTrack]);
  };
  const published = (source: string) => room?.localParticipant.getTrackPublication(source)?.track;
  const publish = async (track: MediaStreamTrack, source: string, apart: boolean | undefined) => {
    const options = { source, simulcast: true, red: true, dtx: true, ...(apart ? { stream: source } : {}) };
    know(track, source);
    return room.localParticipant.publishTrack(track, options);
  };
  const capture = async (wanted: MediaStreamConstraints): Promise<MediaStreamTrack | string> => {
    try {
      return (await navigator.mediaDevices.getUserMedia(wanted)).getTracks()[0]!;
    } catch (thrown) {
      return (thrown as DOMException).name;
    }
  };
  const cameraOf = (width: number, height: number) =>
    capture({ video: { width, height, frameRate: FRAMES_PER_SECOND } });

  /** The first address that answers; each try is told, as an application that has a list of them knows. */
  const chosenOf = async (urls: string[]): Promise<string> => {
    let chosen: string | null = null;
    for (const [index, url] of urls.entries()) {
      const signal = AbortSignal.timeout(3_000);
      const answer = await fetch(`${url.replace(/^ws/, 'http')}/rtc/validate`, { signal }).then(
        () => 'answered',
        (thrown: Error) => thrown.name,
      );
      const outcome = answer === 'answered' ? 'connected' : 'failed';
      const role = index === 0 ? 'primary' : 'backup';
      window.watched.tell({ type: 'server_tried', address: url, role, outcome, text: answer });
      if (outcome === 'connected') chosen ??= url;
    }
    if (chosen === null) throw new Error('no address answers');
    return chosen;
  };

  const canvasTrack = (picture: 'black' | 'still'): MediaStreamTrack => {
    const canvas = document.createElement('canvas');
    const { width = 480, height = 270 } = published(Track.Source.Camera)?.mediaStreamTrack.getSettings() ?? {};
    Object.assign(canvas, { width, height });
    const pen = canvas.getContext('2d')!;
    const draw = () => {
      pen.fillStyle = '#000';
      pen.fillRect(0, 0, canvas.width, canvas.height);
      if (picture === 'black') return;
      for (let stripe = 0; stripe < 40; stripe++) {
        pen.fillStyle = `hsl(${stripe * 47} 60% ${30 + (stripe % 5) * 10}%)`;
        pen.fillRect((stripe * 97) % canvas.width, (stripe * 53) % canvas.height, 60, 40);
      }
    };
    draw();
    setInterval(draw, 1_000 / FRAMES_PER_SECOND);
    return canvas.captureStream(FRAMES_PER_SECOND).getVideoTracks()[0]!;
  };

  const replaceCamera = async (track: MediaStreamTrack) => {
    know(track, Track.Source.Camera);
    await published(Track.Source.Camera).replaceTrack(track, true);
  };
  const receivers = (): RTCRtpReceiver[] =>
    [...(room?.remoteParticipants.values() ?? [])].flatMap((other: Anything) =>
      [...other.trackPublications.values()].flatMap(({ track }: Anything) => track?.receiver ?? []),
    );

  window.call = {
    async join({ urls, token, voice: own, camera: size, iceServers, relayOnly, apart }) {
      const camera = await cameraOf(size.width, size.height);
      const real = await capture({ audio: true });
      // It was asked for, as anybody's; what is sent is the voice.
      if (typeof real !== 'string') real.stop();
      await speak(own);
      room = new Room({ adaptiveStream: false, dynacast: true, stopLocalTrackOnUnpublish: false });
      room.on(RoomEvent.TrackSubscribed, play);
      room.on(RoomEvent.SignalConnected, () => window.watched.tell({ type: 'signalling', state: 'open', text: '' }));
      room.on(RoomEvent.SignalReconnecting, () =>
        window.watched.tell({ type: 'signalling', state: 'reconnecting', text: '' }),
      );
      room.on(RoomEvent.Reconnecting, () =>
        window.watched.tell({ type: 'signalling', state: 'reconnecting', text: 'all' }),
      );
      room.on(RoomEvent.Reconnected, () => window.watched.tell({ type: 'signalling', state: 'open', text: '' }));
      room.on(RoomEvent.Disconnected, (reason: unknown) =>
        window.watched.tell({ type: 'signalling', state: 'closed', text: String(reason ?? '') }),
      );
      const url = urls.length === 1 ? urls[0]! : await chosenOf(urls);
      await room.connect(
        url,
        token,
        iceServers ? { rtcConfig: { iceServers, iceTransportPolicy: relayOnly ? 'relay' : 'all' } } : {},
      );
      const sound = microphone.stream.getAudioTracks()[0]!;
      // Without a microphone nothing of it is sent, whatever a synthetic one could.
      if (typeof real !== 'string') await publish(sound, Track.Source.Microphone, apart);
      if (typeof camera !== 'string') await publish(camera, Track.Source.Camera, apart);
      return {
        camera: typeof camera === 'string' ? camera : null,
        microphone: typeof real === 'string' ? real : null,
      };
    },
    async flowing(withinMs) {
      const untilMs = performance.now() + withinMs;
      while (performance.now() < untilMs) {
        const kinds = new Set<string>();
        for (const receiver of receivers())
          for (const stat of ((await receiver.getStats()) as Anything).values())
            if (
              stat.type === 'inbound-rtp' &&
              ((stat.framesDecoded ?? 0) > 3 || (stat.totalSamplesReceived ?? 0) > 9_600)
            )
              kinds.add(stat.kind);
        if (kinds.size === 2) return true;
        await new Promise((done) => setTimeout(done, 100));
      }
      return false;
    },
    microphoneGain(gain) {
      voice.gain.value = gain;
    },
    noise(level) {
      hiss.gain.value = level;
    },
    muteSource() {
      published(Track.Source.Microphone).mediaStreamTrack.enabled = false;
    },
    async mute(kind, muted) {
      const track = published(kind === 'camera' ? Track.Source.Camera : Track.Source.Microphone);
      await (muted ? track.mute() : track.unmute());
      const { mediaStreamTrack } = track;
      if (muted) window.watched.muted.add(mediaStreamTrack);
      else window.watched.muted.delete(mediaStreamTrack);
    },
    async replaceCamera(picture) {
      if (picture !== 'none') return replaceCamera(canvasTrack(picture));
      const canvas = document.createElement('canvas');
      canvas.getContext('2d')!.fillRect(0, 0, 10, 10);
      await replaceCamera(canvas.captureStream(0).getVideoTracks()[0]!);
    },
    async openCamera(width, height) {
      published(Track.Source.Camera).mediaStreamTrack.stop();
      const track = await cameraOf(width, height);
      if (typeof track === 'string') throw new Error(track);
      await replaceCamera(track);
    },
    echo(delayS, gain) {
      const delay = context.createDelay(2);
      delay.delayTime.value = delayS;
      const loudness = context.createGain();
      loudness.gain.value = gain;
      context.createMediaStreamSource(far!).connect(delay).connect(loudness).connect(microphone);
    },
    async shareNothing() {
      const screen = (await navigator.mediaDevices.getDisplayMedia({ video: true })).getTracks()[0]!;
      screen.stop();
      const canvas = document.createElement('canvas');
      Object.assign(canvas, { width: 640, height: 360 });
      canvas.getContext('2d')!.fillRect(0, 0, 10, 10);
      await publish(canvas.captureStream(0).getVideoTracks()[0]!, Track.Source.ScreenShare, false);
    },
    askForKeyFrames(everyMs) {
      const receiver: Anything = receivers().find(({ track }) => track.kind === 'video');
      const program = `onrtctransform = ({ transformer }) => {
        transformer.readable.pipeTo(transformer.writable);
        setInterval(() => transformer.sendKeyFrameRequest().catch(() => {}), ${everyMs});
      };`;
      const worker = new Worker(URL.createObjectURL(new Blob([program])));
      receiver.transform = new (window as Anything).RTCRtpScriptTransform(worker, {});
    },
    async skewClock(ratio) {
      const generator = new (window as Anything).MediaStreamTrackGenerator({ kind: 'audio' });
      const reader = new (window as Anything).MediaStreamTrackProcessor({
        track: published(Track.Source.Microphone).mediaStreamTrack.clone(),
      }).readable.getReader();
      const writer = generator.writable.getWriter();
      know(generator, Track.Source.Microphone);
      await published(Track.Source.Microphone).replaceTrack(generator, true);
      let owed = 0;
      const copy = async () => {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) return;
          owed += ratio;
          // A clock that is fast brings more samples in the same time.
          if (owed >= 1) {
            owed -= 1;
            await writer.write(value.clone());
          }
          await writer.write(value);
        }
      };
      void copy();
    },
    delayPicture(ms) {
      for (const receiver of receivers()) if (receiver.track.kind === 'video') receiver.jitterBufferTarget = ms;
    },
    async leave() {
      await room?.disconnect();
    },
  };
}
