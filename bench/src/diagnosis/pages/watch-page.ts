/**
 * Runs in every page of the benchmark before anything else: the watching a customer's product would load
 * (`startWatchedCall` of `@alongside/client`), on every connection that is made in the page.
 */
import { startWatchedCall, type WatchTransport } from '@alongside/client';

type Batch = Parameters<WatchTransport['send']>[1];

declare global {
  interface Window {
    /** Offered by the benchmark: takes what was measured. */
    tell(batch: Batch): Promise<void>;
    watched: {
      /** Of which source a track is, as whoever publishes or plays it knows. */
      sources: Map<MediaStreamTrack, 'microphone' | 'camera' | 'screen'>;
      /** Tracks the application has muted. */
      muted: Set<MediaStreamTrack>;
      tell: ReturnType<typeof startWatchedCall>['tell'];
      stop(): Promise<void>;
    };
  }
}

/** As often as statistics are read, so that what is measured is the diagnosis and not the way of its samples. */
const SEND_EVERY_MS = 2_000;

const sources: Window['watched']['sources'] = new Map();
const muted: Window['watched']['muted'] = new Set();
const call = startWatchedCall(
  [],
  {
    start: async () => ({ goOn: true }),
    async send(_, batch) {
      await window.tell(batch);
      return { goOn: true, sendEveryMs: SEND_EVERY_MS };
    },
  },
  {
    addresses: 'full',
    instrument: true,
    sourceOf: (track) => sources.get(track) ?? null,
    isOn: (track) => !muted.has(track),
  },
);
const Plain = window.RTCPeerConnection;
window.RTCPeerConnection = class extends Plain {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    call.add(this);
  }
};
window.watched = { sources, muted, tell: call.tell, stop: () => call.stop() };
