/** How joining went, in ms since `join` was called. */
export type Joined = {
  connectedMs: number;
  firstPictureMs: number;
  /** How packets go, e.g. `udp`, `tcp` or `relay over tls`. */
  path: string;
};

declare global {
  interface Window {
    paths: {
      /** @param waits for the first picture of somebody else; else publishes a camera */
      join(url: string, token: string, waits: boolean): Promise<Joined>;
      leave(): Promise<void>;
    };
  }
}

/** Runs in the page, where the UMD build of livekit-client is loaded: offers `window.paths`. */
export function pageProgram(): void {
  // biome-ignore lint/suspicious/noExplicitAny: the UMD build in the page and reports of getStats have no types.
  type Anything = any;
  const { Room, RoomEvent } = (window as Anything).LivekitClient;
  let connections: RTCPeerConnection[] = [];
  const PlainConnection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends PlainConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      connections.push(this);
    }
  };
  let room: Anything = null;

  const pathInUse = async (): Promise<string> => {
    for (const connection of connections) {
      const reports: Anything[] = [...(await connection.getStats()).values()];
      const transport = reports.find(({ type }) => type === 'transport');
      const pair = reports.find(({ id }) => id === transport?.selectedCandidatePairId);
      const local = reports.find(({ id }) => id === pair?.localCandidateId);
      if (!local) continue;
      return local.candidateType === 'relay' ? `relay over ${local.relayProtocol}` : local.protocol;
    }
    return 'unknown';
  };

  window.paths = {
    async join(url, token, waits) {
      const startedMs = performance.now();
      connections = [];
      room = new Room({ adaptiveStream: false });
      const firstPicture = new Promise<number>((resolve) => {
        room.on(RoomEvent.TrackSubscribed, (track: Anything) => {
          const element: HTMLVideoElement = track.attach();
          document.body.append(element);
          if (track.kind === 'video') element.requestVideoFrameCallback(() => resolve(performance.now() - startedMs));
        });
      });
      await room.connect(url, token);
      const connectedMs = performance.now() - startedMs;
      if (!waits) {
        await room.localParticipant.setCameraEnabled(true);
        return { connectedMs, firstPictureMs: connectedMs, path: '' };
      }
      const late = new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error('no picture for 15 s')), 15_000);
      });
      const firstPictureMs = await Promise.race([firstPicture, late]);
      return { connectedMs, firstPictureMs, path: await pathInUse() };
    },
    async leave() {
      await room?.disconnect();
      for (const element of document.querySelectorAll('video')) element.remove();
    },
  };
}
