import type { DirectSlot } from '@alongside/contracts';
import { pairRttMs } from './selected-pair.ts';

/** What came directly so far, as the browser counts it. */
export type DirectReading = {
  atMs: number;
  rttMs: number | null;
  bytesReceived: number;
  audioReceived: number;
  audioLost: number;
  /** Pictures decoded or packets of sound received, by slot. */
  arrived: ReadonlyMap<DirectSlot, number>;
  /** Of the partner's microphone and of one's own, 0 to 1. */
  theirLevel: number;
  myLevel: number;
};

/** One connection between two pages. */
export type DirectLink = {
  readonly connection: RTCPeerConnection;
  state(): 'connecting' | 'connected' | 'failed';
  /** The description to be sent to the partner, with the candidates found by then. */
  offer(): Promise<string>;
  /** @throws when the browser does not take the description */
  answer(sdp: string): Promise<string>;
  accept(sdp: string): Promise<void>;
  send(own: ReadonlyMap<DirectSlot, MediaStreamTrack | null>): void;
  track(slot: DirectSlot): MediaStreamTrack | null;
  slotOf(track: MediaStreamTrack): DirectSlot | null;
  reading(): Promise<DirectReading | null>;
  close(): void;
};

/** The sections of a description, in their order. Agreed once: later a track only steps into its place. */
const SECTIONS: readonly { slot: DirectSlot; kind: 'audio' | 'video'; maxBitrateBps: number }[] = [
  { slot: 'microphone', kind: 'audio', maxBitrateBps: 64_000 },
  { slot: 'camera', kind: 'video', maxBitrateBps: 1_700_000 },
  { slot: 'screen', kind: 'video', maxBitrateBps: 2_500_000 },
  { slot: 'screen-audio', kind: 'audio', maxBitrateBps: 128_000 },
];
/** Longest wait for one's own candidates, ms: those found are enough, since the other end is found by what it sends. */
const GATHERING_MS = 1_000;
/** Every browser has it, and two people alone gain little by another. */
const VIDEO_CODECS = /^video\/(VP8|rtx)$/i;

/** @param onState told of each change of the connection's state */
export function createDirectLink(iceServers: RTCIceServer[], onState: () => void): DirectLink {
  const connection = new RTCPeerConnection({ iceServers });
  connection.addEventListener('connectionstatechange', onState);
  let sections: RTCRtpTransceiver[] = [];

  const sectionOf = (slot: DirectSlot) => sections[SECTIONS.findIndex((one) => one.slot === slot)];

  /** One's own description with its candidates. */
  async function described(): Promise<string> {
    await gathered(connection);
    return connection.localDescription?.sdp ?? '';
  }

  async function limitBitrates(): Promise<void> {
    for (const [index, { sender }] of sections.entries()) {
      const parameters = sender.getParameters();
      const [encoding] = parameters.encodings;
      if (!encoding) continue;
      encoding.maxBitrate = SECTIONS[index]!.maxBitrateBps;
      await sender.setParameters(parameters).catch(() => {});
    }
  }

  return {
    connection,
    state() {
      const { connectionState } = connection;
      if (connectionState === 'connected') return 'connected';
      return connectionState === 'new' || connectionState === 'connecting' ? 'connecting' : 'failed';
    },
    async offer() {
      sections = SECTIONS.map(({ kind }) => connection.addTransceiver(kind, { direction: 'sendrecv' }));
      const codecs = RTCRtpReceiver.getCapabilities('video')?.codecs.filter(({ mimeType }) =>
        VIDEO_CODECS.test(mimeType),
      );
      for (const [index, section] of sections.entries())
        if (SECTIONS[index]!.kind === 'video' && codecs?.length) section.setCodecPreferences?.(codecs);
      await connection.setLocalDescription();
      return described();
    },
    async answer(sdp) {
      await connection.setRemoteDescription({ type: 'offer', sdp });
      sections = connection.getTransceivers();
      const fits = SECTIONS.every(({ kind }, index) => sections[index]?.receiver.track.kind === kind);
      if (!fits || sections.length !== SECTIONS.length)
        throw new Error('the sections offered are not those of a direct path');
      for (const section of sections) section.direction = 'sendrecv';
      await connection.setLocalDescription();
      await limitBitrates();
      return described();
    },
    async accept(sdp) {
      await connection.setRemoteDescription({ type: 'answer', sdp });
      await limitBitrates();
    },
    send(own) {
      for (const [slot, track] of own) {
        const sender = sectionOf(slot)?.sender;
        if (sender && sender.track !== track) sender.replaceTrack(track).catch(() => {});
      }
    },
    track: (slot) => sectionOf(slot)?.receiver.track ?? null,
    slotOf(track) {
      const index = sections.findIndex(({ sender, receiver }) => sender.track === track || receiver.track === track);
      return SECTIONS[index]?.slot ?? null;
    },
    async reading() {
      const report = await connection.getStats().catch(() => null);
      return report && readingOf(report, (mid) => SECTIONS[sections.findIndex((one) => one.mid === mid)]?.slot ?? null);
    },
    close() {
      connection.removeEventListener('connectionstatechange', onState);
      connection.close();
    },
  };
}

/** Fulfilled when there are no more candidates to be found, or after a while. */
function gathered(connection: RTCPeerConnection): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => {
    if (connection.iceGatheringState === 'complete' || connection.signalingState === 'closed') resolve();
  };
  connection.addEventListener('icegatheringstatechange', look);
  const timer = setTimeout(resolve, GATHERING_MS);
  look();
  return promise.finally(() => {
    clearTimeout(timer);
    connection.removeEventListener('icegatheringstatechange', look);
  });
}

type Stat = Readonly<Record<string, unknown>>;

function readingOf(report: RTCStatsReport, slotOf: (mid: unknown) => DirectSlot | null): DirectReading {
  const number = (stat: Stat, member: string) => (typeof stat[member] === 'number' ? stat[member] : 0);
  const arrived = new Map<DirectSlot, number>();
  const reading = {
    atMs: performance.now(),
    rttMs: pairRttMs(report),
    bytesReceived: 0,
    audioReceived: 0,
    audioLost: 0,
    arrived,
    theirLevel: 0,
    myLevel: 0,
  };
  report.forEach((stat: Stat) => {
    const slot = slotOf(stat.mid);
    if (stat.type === 'candidate-pair') {
      // Of all of them: the pair in use may have changed since.
      reading.bytesReceived += number(stat, 'bytesReceived');
    } else if (stat.type === 'inbound-rtp' && slot) {
      arrived.set(slot, number(stat, stat.kind === 'video' ? 'framesDecoded' : 'packetsReceived'));
      if (stat.kind === 'audio') {
        reading.audioReceived += number(stat, 'packetsReceived');
        reading.audioLost += number(stat, 'packetsLost');
      }
      if (slot === 'microphone') reading.theirLevel = number(stat, 'audioLevel');
    } else if (stat.type === 'media-source' && stat.kind === 'audio') {
      reading.myLevel = Math.max(reading.myLevel, number(stat, 'audioLevel'));
    }
  });
  return reading;
}
