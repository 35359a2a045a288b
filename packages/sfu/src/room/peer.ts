import { parseRtcp } from '@alongside/rtp';
import { Downlink } from '../media/downlink.ts';
import type { MediaScratch } from '../media/scratch.ts';
import { Uplink } from '../media/uplink.ts';
import type { Pipe, PipeFactory, PipeFailure, PipeState } from '../transport/pipe.ts';
import { newSsrc } from './ids.ts';

const REPORT_INTERVAL_MS = 1_000;

export interface PeerEvents {
  onState(state: PipeState, failure: PipeFailure | undefined): void;
  onData(label: string, data: Buffer): void;
  onChannelOpen(label: string): void;
}

/** One participant's transport with both halves of its media: what it sends us and what we send it. */
export class Peer {
  readonly pipe: Pipe;
  readonly uplink: Uplink;
  readonly downlink: Downlink;
  readonly #ssrc = newSsrc();
  readonly #cname: string;
  #lastReportMs = 0;
  #closed = false;

  constructor(factory: PipeFactory, scratch: MediaScratch, name: string, events: PeerEvents) {
    this.#cname = name;
    this.pipe = factory.create({
      name,
      // As DTLS client we can begin with the first checked address: the browser is connected one round trip earlier
      // than when it has to begin itself.
      preferredSetup: 'active',
      handlers: {
        onRtp: (packet, arrivalTimeMs) => this.uplink.onRtp(packet, arrivalTimeMs),
        onRtcp: (packet, arrivalTimeMs) => this.#onRtcp(packet, arrivalTimeMs),
        onState: (state, failure) => {
          if (!this.#closed) events.onState(state, failure);
        },
        onDataMessage: (label, data) => events.onData(label, data),
        onDataChannel: (channel) => events.onChannelOpen(channel.label),
      },
    });
    const sendRtcp = (packet: Buffer): void => {
      this.pipe.sendRtcp(packet);
    };
    this.uplink = new Uplink(scratch, this.#ssrc, sendRtcp);
    this.downlink = new Downlink(scratch, (packet, lengthBytes) => this.pipe.sendRtp(packet, lengthBytes), sendRtcp);
  }

  get connected(): boolean {
    return this.pipe.state === 'connected';
  }

  #onRtcp(bytes: Buffer, arrivalTimeMs: number): void {
    const packets = parseRtcp(bytes);
    if (!packets) return;
    for (const packet of packets) {
      if (packet.type === 'sr') this.uplink.onSenderReport(packet, arrivalTimeMs);
      this.downlink.onRtcp(packet, arrivalTimeMs);
    }
    if (this.downlink.roundTripMs !== undefined) this.uplink.roundTripMs = this.downlink.roundTripMs;
  }

  /** Every 20 ms or so. */
  tick(nowMs: number): void {
    if (!this.connected) return;
    this.uplink.tick(nowMs);
    this.downlink.tick(nowMs);
    if (nowMs - this.#lastReportMs >= REPORT_INTERVAL_MS) {
      this.#lastReportMs = nowMs;
      this.downlink.sendReports(this.uplink.reports(nowMs), this.#ssrc, this.#cname, nowMs);
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.downlink.close();
    this.pipe.close();
  }
}
