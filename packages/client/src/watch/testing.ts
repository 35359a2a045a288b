import { vi } from 'vitest';
import readings from './fixtures/chromium-two-readings.json' with { type: 'json' };

type Stat = { id: string; type: string; timestamp: number; trackIdentifier?: string; kind?: string };

/** Two readings of a real call in Chromium, two seconds apart: sound and picture in both directions. */
const READINGS = readings as unknown as [Stat[], Stat[]];

/** A page for code that expects one; take it back with `vi.unstubAllGlobals()`. */
export function stubPage(): { window: EventTarget; document: EventTarget & { visibilityState: string } } {
  const page = {
    window: new EventTarget(),
    document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
  };
  vi.stubGlobal('window', page.window);
  vi.stubGlobal('document', page.document);
  vi.stubGlobal('location', { origin: 'https://product.test', pathname: '/lesson' });
  return page;
}

class FakeTrack extends EventTarget {
  enabled = true;
  muted = false;
  readyState = 'live';
  label = '';
  readonly id: string;
  readonly kind: string;
  settings: Record<string, unknown>;

  constructor(id: string, kind: string, settings: Record<string, unknown> = { deviceId: 'd' }) {
    super();
    this.id = id;
    this.kind = kind;
    this.settings = settings;
  }

  getSettings(): Record<string, unknown> {
    return this.settings;
  }
}

const trackIdOf = (type: string, kind: string) =>
  READINGS[0].find((stat) => stat.type === type && stat.kind === kind)?.trackIdentifier ?? '';

/** The connection those readings are of, with its tracks. Time goes on with the second reading again and again. */
export class FakeConnection extends EventTarget {
  connectionState = 'connected';
  iceConnectionState = 'connected';
  iceGatheringState = 'complete';
  readonly microphone = new FakeTrack(trackIdOf('media-source', 'audio'), 'audio');
  readonly camera = new FakeTrack(trackIdOf('media-source', 'video'), 'video');
  readonly heard = new FakeTrack(trackIdOf('inbound-rtp', 'audio'), 'audio', {});
  readonly seen = new FakeTrack(trackIdOf('inbound-rtp', 'video'), 'video', {});
  refuses = false;
  #read = 0;

  getTransceivers(): unknown[] {
    return [
      { mid: '0', sender: { track: this.microphone }, receiver: { track: this.heard } },
      { mid: '1', sender: { track: this.camera }, receiver: { track: this.seen } },
    ];
  }

  getReceivers(): unknown[] {
    return [{ track: this.heard }, { track: this.seen }];
  }

  getConfiguration(): unknown {
    return {
      iceServers: [{ urls: ['turn:relay.test:3478', 'turns:relay.test'], username: 'u', credential: 'secret' }],
      iceTransportPolicy: 'relay',
    };
  }

  async getStats(): Promise<ReadonlyMap<string, Stat>> {
    if (this.refuses) throw new Error('no');
    const reading = READINGS[this.#read === 0 ? 0 : 1];
    this.#read += 1;
    return new Map(reading.map((stat) => [stat.id, { ...stat, timestamp: Date.now() }]));
  }

  get asPeerConnection(): RTCPeerConnection {
    return this as unknown as RTCPeerConnection;
  }
}
