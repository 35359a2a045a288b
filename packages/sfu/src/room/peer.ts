import { buildRtcp, parseRtcp } from '@alongside/rtp';
import type { PeerConnections } from '../engine/messages.ts';
import { Downlink } from '../media/downlink.ts';
import type { MediaScratch } from '../media/scratch.ts';
import { Uplink } from '../media/uplink.ts';
import type { Pipe, PipeFactory, PipeFailure, PipeOptions, PipeState } from '../transport/pipe.ts';
import { newSsrc } from './ids.ts';

const REPORT_INTERVAL_MS = 1_000;
/** States of one connection that are those of the whole, worst first. */
const WORSE = ['failed', 'disconnected'] as const;

export interface PeerEvents {
  /** Of the peer as a whole, see `Peer.state`. */
  onState(state: PipeState, failure: PipeFailure | undefined): void;
  /** The path down is up (again). */
  onReceiving(): void;
  onData(label: string, data: Buffer): void;
  /** A channel that data for the client can be sent on. */
  onChannelOpen(label: string): void;
}

export interface PeerOptions {
  factory: PipeFactory;
  scratch: MediaScratch;
  /** For logs, and the CNAME of reports. */
  name: string;
  events: PeerEvents;
  peerConnections: PeerConnections;
  /** With two connections: whether the one down is the primary one, whose state is the peer's. */
  subscriberPrimary: boolean;
  /** Undefined: all there are. */
  protocols: PipeOptions['protocols'];
}

/** One participant's transport with both halves of its media: what it sends us and what we send it. */
export class Peer {
  /** Carries what the client sends. */
  readonly publisher: Pipe;
  /** Carries what the client receives; the same one with a single connection. */
  readonly subscriber: Pipe;
  /** The one whose state is the peer's, and whose data channels carry what is for the client. */
  readonly primary: Pipe;
  readonly uplink: Uplink;
  readonly downlink: Downlink;
  readonly #events: PeerEvents;
  readonly #ssrc = newSsrc();
  readonly #cname: string;
  #state: PipeState = 'new';
  /** Packets the peer asked for again, and key frames. */
  nacksReceived = 0;
  keyFrameRequestsReceived = 0;
  #lastReportMs = 0;
  #closed = false;

  constructor(options: PeerOptions) {
    const { factory, scratch, peerConnections } = options;
    this.#cname = options.name;
    this.#events = options.events;
    // As DTLS client we can begin with the first checked address: the browser is connected one round trip earlier
    // than when it has to begin itself.
    const create = (handlers: PipeOptions['handlers']): Pipe =>
      factory.create({ name: options.name, preferredSetup: 'active', protocols: options.protocols, handlers });
    this.publisher = create({
      isSound: (ssrc) => this.uplink.isSound(ssrc),
      onRtp: (packet, arrivalTimeMs) => this.uplink.onRtp(packet, arrivalTimeMs),
      onRtcp: (packet, arrivalTimeMs) => this.#onRtcp(packet, arrivalTimeMs),
      onState: (state, failure) => this.#onPipeState(this.publisher, state, failure),
      onDataMessage: (label, data) => options.events.onData(label, data),
      onDataChannel: (channel) => this.#onChannel(this.publisher, channel.label),
    });
    this.subscriber =
      peerConnections === 'single'
        ? this.publisher
        : create({
            onRtcp: (packet, arrivalTimeMs) => this.#onRtcp(packet, arrivalTimeMs),
            onState: (state, failure) => this.#onPipeState(this.subscriber, state, failure),
            onDataMessage: (label, data) => options.events.onData(label, data),
            onDataChannel: (channel) => this.#onChannel(this.subscriber, channel.label),
          });
    this.primary = options.subscriberPrimary ? this.subscriber : this.publisher;
    this.uplink = new Uplink(scratch, this.#ssrc, (packet) => void this.publisher.sendRtcp(packet));
    this.downlink = new Downlink(
      scratch,
      (packet, lengthBytes) => this.subscriber.sendRtp(packet, lengthBytes),
      (packet) => void this.subscriber.sendRtcp(packet),
    );
  }

  /** One or two. */
  get pipes(): readonly Pipe[] {
    return this.subscriber === this.publisher ? [this.publisher] : [this.publisher, this.subscriber];
  }

  /** That of the primary connection, unless another one in use is worse off. */
  get state(): PipeState {
    const { publisher, subscriber } = this;
    for (const worse of WORSE) if (publisher.state === worse || subscriber.state === worse) return worse;
    return this.primary.state;
  }

  get connected(): boolean {
    return this.state === 'connected';
  }

  /** Whether there is a path down. */
  get receiving(): boolean {
    return this.subscriber.state === 'connected';
  }

  #onPipeState(pipe: Pipe, state: PipeState, failure: PipeFailure | undefined): void {
    if (this.#closed) return;
    if (pipe === this.subscriber && state === 'connected') this.#events.onReceiving();
    const all = this.state;
    if (all === this.#state) return;
    this.#state = all;
    this.#events.onState(all, failure);
  }

  #onChannel(pipe: Pipe, label: string): void {
    if (pipe === this.primary) this.#events.onChannelOpen(label);
  }

  #onRtcp(bytes: Buffer, arrivalTimeMs: number): void {
    const packets = parseRtcp(bytes);
    if (!packets) return;
    for (const packet of packets) {
      if (packet.type === 'sr') this.uplink.onSenderReport(packet, arrivalTimeMs);
      else if (packet.type === 'nack') this.nacksReceived += packet.sequenceNumbers.length;
      else if (packet.type === 'pli' || packet.type === 'fir') this.keyFrameRequestsReceived++;
      this.downlink.onRtcp(packet, arrivalTimeMs);
    }
    if (this.downlink.roundTripMs !== undefined) this.uplink.roundTripMs = this.downlink.roundTripMs;
  }

  /** Every 20 ms or so. */
  tick(nowMs: number): void {
    const { publisher, subscriber } = this;
    if (publisher.state === 'connected') this.uplink.tick(nowMs);
    if (subscriber.state === 'connected') this.downlink.tick(nowMs);
    else this.downlink.dropHeld();
    if (!this.connected || nowMs - this.#lastReportMs < REPORT_INTERVAL_MS) return;
    this.#lastReportMs = nowMs;
    const reports = this.uplink.reports(nowMs);
    if (subscriber === publisher) {
      this.downlink.sendReports(reports, this.#ssrc, this.#cname, nowMs);
      return;
    }
    this.downlink.sendReports([], this.#ssrc, this.#cname, nowMs);
    for (let i = 0; i < reports.length; i += 31) {
      const receiverReport = { type: 'rr' as const, senderSsrc: this.#ssrc, reports: reports.slice(i, i + 31) };
      const sdes = { type: 'sdes' as const, chunks: [{ ssrc: this.#ssrc, cname: this.#cname }] };
      publisher.sendRtcp(buildRtcp([receiverReport, sdes]));
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.downlink.close();
    for (const pipe of this.pipes) pipe.close();
  }
}
