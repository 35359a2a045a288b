/** What a page tells of its connections every two seconds. */
export type Told = {
  atMs: number;
  connections: { id: string; iceServers: string[]; stats: Record<string, unknown>[] }[];
  /** What tracks are, by their identifier in the statistics. */
  sources: Record<string, 'microphone' | 'camera' | 'screen'>;
  events: Record<string, unknown>[];
};

declare global {
  interface Window {
    /** Offered by the benchmark. */
    tell(told: Told): Promise<void>;
    watched: {
      sources: Told['sources'];
      event(event: Record<string, unknown> & { type: string }): void;
      start(): void;
      stop(): Promise<void>;
    };
  }
}

/**
 * Runs in the page before anything else: samples every connection made in it and notes what happens to connections,
 * devices and the page, as somebody who watches them from outside would.
 */
export function watchProgram(): void {
  const EVERY_MS = 2_000;
  // biome-ignore lint/suspicious/noExplicitAny: events and candidates of several kinds.
  type Anything = any;
  const connections = new Map<RTCPeerConnection, { id: string; iceServers: string[] }>();
  let events: Record<string, unknown>[] = [];
  const event = (happened: Record<string, unknown> & { type: string }) => {
    events.push({ atMs: Date.now(), ...happened });
  };
  const candidateOf = ({ type, protocol, address, port, relayProtocol, url }: Anything) => ({
    type: type ?? 'unknown',
    protocol: protocol ?? 'unknown',
    relayProtocol: relayProtocol ?? null,
    address: address ?? null,
    port: port ?? null,
    url: url ?? null,
    networkType: null,
  });
  const urlsOf = (configuration: RTCConfiguration | undefined) =>
    (configuration?.iceServers ?? []).flatMap(({ urls }) => urls);

  const Plain = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Plain {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      const connectionId = `${crypto.randomUUID().slice(0, 8)}`;
      connections.set(this, { id: connectionId, iceServers: urlsOf(configuration) });
      const on = (name: string, work: (happened: Anything) => void) => this.addEventListener(name, work);
      on('iceconnectionstatechange', () => event({ type: 'ice_state', connectionId, state: this.iceConnectionState }));
      on('connectionstatechange', () => event({ type: 'connection_state', connectionId, state: this.connectionState }));
      on('icegatheringstatechange', () =>
        event({ type: 'gathering_state', connectionId, state: this.iceGatheringState }),
      );
      on('icecandidate', ({ candidate }) => {
        if (candidate?.candidate)
          event({ type: 'candidate', connectionId, side: 'local', candidate: candidateOf(candidate) });
      });
      on('icecandidateerror', ({ url, errorCode, errorText }) =>
        event({ type: 'candidate_error', connectionId, url, code: errorCode, text: errorText }),
      );
    }
    override setConfiguration(configuration: RTCConfiguration) {
      super.setConfiguration(configuration);
      const known = connections.get(this);
      if (known) known.iceServers = urlsOf(configuration);
    }
    override async addIceCandidate(candidate?: Anything) {
      const connectionId = connections.get(this)?.id;
      if (candidate?.candidate)
        event({
          type: 'candidate',
          connectionId,
          side: 'remote',
          candidate: candidateOf(new RTCIceCandidate(candidate)),
        });
      return super.addIceCandidate(candidate);
    }
    override restartIce() {
      event({ type: 'ice_restarted', connectionId: connections.get(this)?.id });
      super.restartIce();
    }
  };

  const { mediaDevices } = navigator;
  const watchCapture = (name: 'getUserMedia' | 'getDisplayMedia') => {
    const plain = mediaDevices[name].bind(mediaDevices);
    mediaDevices[name] = async (wanted?: MediaStreamConstraints) => {
      const what = name === 'getDisplayMedia' ? 'screen' : wanted?.video ? 'camera' : 'microphone';
      try {
        const stream = await plain(wanted);
        for (const { kind, label } of stream.getTracks())
          event({
            type: 'capture_started',
            what: what === 'screen' ? what : kind === 'video' ? 'camera' : 'microphone',
            label,
          });
        return stream;
      } catch (thrown) {
        const { name: error, message } = thrown as DOMException;
        event({ type: 'capture_failed', what, name: error, text: message });
        throw thrown;
      }
    };
  };
  watchCapture('getUserMedia');
  watchCapture('getDisplayMedia');
  mediaDevices.addEventListener('devicechange', () => event({ type: 'devices_changed' }));
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    return play.call(this).catch((thrown: DOMException) => {
      event({ type: 'play_failed', name: thrown.name, text: thrown.message });
      throw thrown;
    });
  };
  document.addEventListener('visibilitychange', () =>
    event({ type: 'page_visible', visible: document.visibilityState === 'visible' }),
  );

  const sample = async () => {
    const told: Told = { atMs: 0, connections: [], sources: window.watched.sources, events: [] };
    for (const [connection, known] of connections) {
      if (connection.connectionState === 'closed') continue;
      told.connections.push({ ...known, stats: [...((await connection.getStats()) as Anything).values()] });
    }
    told.atMs = Date.now();
    told.events = events;
    events = [];
    await window.tell(told);
  };
  let timer: ReturnType<typeof setInterval> | undefined;
  window.watched = {
    sources: {},
    event,
    start() {
      void sample();
      timer = setInterval(sample, EVERY_MS);
    },
    async stop() {
      clearInterval(timer);
      await sample();
    },
  };
}
