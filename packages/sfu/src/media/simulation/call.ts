import { buildRtcp, parseRtcp } from '@alongside/rtp';
import { ArrivalRecorder } from '../arrival-recorder.ts';
import type { PeerCodec } from '../codecs.ts';
import { Downlink } from '../downlink.ts';
import { Forwarder } from '../forwarder.ts';
import { MediaSource } from '../media-source.ts';
import { MediaScratch } from '../scratch.ts';
import { Uplink } from '../uplink.ts';
import { Clock, Link, type LinkOptions } from './link.ts';

const EXTENSIONS = {
  mid: 4,
  rid: 10,
  repairedRid: 11,
  transportSequence: 3,
  audioLevel: 0,
  orientation: 0,
  dependencyDescriptor: 0,
};
const TICK_MS = 10;
const REPORT_MS = 1_000;
const FEEDBACK_MS = 60;

export interface Path {
  lossRatio?: number;
  burstPackets?: number;
  jitterMs?: number;
  rateBps?: number;
}

/**
 * A publisher, the engine's media parts, and a subscriber, with a bad link on either side or both. Whoever publishes
 * and subscribes is given by the caller; this carries packets, ticks, and reports as the engine and browsers do.
 */
export class SimulatedCall {
  readonly clock: Clock = new Clock();
  readonly source: MediaSource;
  readonly uplink: Uplink;
  readonly downlink: Downlink;
  readonly forwarder: Forwarder;
  /** From the publisher; to the publisher; to the subscriber; from the subscriber. */
  readonly links: { up: Link; upBack: Link; down: Link; downBack: Link };
  onPublisherRtcp: (bytes: Buffer) => void = () => {};
  onSubscriberRtp: (bytes: Buffer) => void = () => {};

  constructor(options: {
    kind: 'audio' | 'video';
    codecs: PeerCodec[];
    subscriberCodecs: PeerCodec[];
    up: Path;
    down: Path;
    /** One way, of each link. */
    delayMs: number;
    seed: number;
  }) {
    const { clock } = this;
    const { delayMs, seed } = options;
    const scratch = new MediaScratch();
    const link = (path: Path, at: number, deliver: (packet: Buffer) => void): Link =>
      new Link(clock, { ...path, delayMs, seed: seed * 10 + at } satisfies LinkOptions, deliver);
    this.links = {
      up: link(options.up, 1, (packet) => this.uplink.onRtp(packet, clock.nowMs)),
      upBack: link(options.up, 2, (packet) => this.onPublisherRtcp(packet)),
      down: link(options.down, 3, (packet) => this.#onSubscriberRtp(packet)),
      downBack: link(options.down, 4, (packet) => {
        for (const one of parseRtcp(packet) ?? []) this.downlink.onRtcp(one, clock.nowMs);
      }),
    };
    this.uplink = new Uplink(scratch, 99, (bytes) => this.links.upBack.send(bytes));
    this.uplink.roundTripMs = delayMs * 2;
    this.downlink = new Downlink(
      scratch,
      (bytes, length) => {
        this.links.down.send(bytes.subarray(0, length));
        return true;
      },
      () => {},
      () => clock.nowMs,
    );
    this.downlink.roundTripMs = delayMs * 2;
    this.downlink.configure(options.subscriberCodecs, {
      transportSequence: 3,
      audioLevel: 0,
      orientation: 0,
      dependencyDescriptor: 0,
      allowMixed: false,
    });
    this.source = new MediaSource(options.kind);
    const layerByRid = new Map(options.kind === 'video' ? [['q', 0]] : []);
    this.uplink.configure(
      [{ mid: 'm', source: this.source, codecs: options.codecs, layerByRid, ssrcs: [], repairs: new Map() }],
      EXTENSIONS,
    );
    this.forwarder = new Forwarder({
      source: this.source,
      downlink: this.downlink,
      ssrc: 5_000,
      rtxSsrc: options.kind === 'video' ? 5_001 : 0,
      firstSequence: 65_000,
    });
    this.downlink.add(this.forwarder);
    this.forwarder.start(0);
    clock.every(TICK_MS, () => {
      this.uplink.tick(clock.nowMs);
      this.downlink.tick(clock.nowMs);
    });
    clock.every(REPORT_MS, () => this.downlink.sendReports(this.uplink.reports(clock.nowMs), 1, 'engine', clock.nowMs));
    clock.every(FEEDBACK_MS, () => this.#sendFeedback());
  }

  readonly #arrivals = new ArrivalRecorder();

  #onSubscriberRtp(packet: Buffer): void {
    const sequence = readTransportSequence(packet);
    if (sequence >= 0) this.#arrivals.onPacket(sequence, this.clock.nowMs);
    this.onSubscriberRtp(packet);
  }

  /** What the subscriber tells of the transport. */
  #sendFeedback(): void {
    for (const feedback of [this.#arrivals.take(1, 5_000)].flat()) {
      if (feedback) this.links.downBack.send(buildRtcp([feedback]));
    }
  }
}

/** The transport-wide number in the engine's packets: always the first extension. */
function readTransportSequence(packet: Buffer): number {
  const hasExtensions = (packet[0]! & 0x10) !== 0;
  return hasExtensions && packet[16]! >> 4 === EXTENSIONS.transportSequence ? packet.readUInt16BE(17) : -1;
}
