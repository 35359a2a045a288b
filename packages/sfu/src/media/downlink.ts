import { buildRtcp, ntpMiddle, ntpShortToMs, type ReportBlock, type RtcpPacket, unixMsToNtp } from '@alongside/rtp';
import { DownlinkBandwidth } from './bandwidth/downlink-bandwidth.ts';
import { Pacer } from './bandwidth/pacer.ts';
import type { PeerCodec } from './codecs.ts';
import { DownlinkLoss } from './downlink-loss.ts';
import type { Forwarder } from './forwarder.ts';
import { PictureDelay } from './picture-delay.ts';
import { RepairAnswers } from './repair-answers.ts';
import type { MediaScratch } from './scratch.ts';

/** Header extension ids in what this peer receives, 0 when not negotiated. */
export interface DownlinkExtensions {
  transportSequence: number;
  audioLevel: number;
  orientation: number;
  dependencyDescriptor: number;
  playoutDelay?: number;
  /** One packet may have extensions of either form: long ones fit. */
  allowMixed: boolean;
}

const REMEMBERED_REPORTS = 8;
const AUDIO_ADAPT_INTERVAL_MS = 500;

/**
 * The sending half of one peer: all its subscriptions share the pipe, one transport-wide numbering and the peer's
 * payload types.
 */
export class Downlink {
  readonly scratch: MediaScratch;
  extensions: DownlinkExtensions = {
    transportSequence: 0,
    audioLevel: 0,
    orientation: 0,
    dependencyDescriptor: 0,
    allowMixed: false,
  };
  codecs: PeerCodec[] = [];
  /** What the path loses before repair. */
  readonly loss: DownlinkLoss = new DownlinkLoss();
  readonly repairs: RepairAnswers = new RepairAnswers();
  /** What its loss asks of pictures on this path. */
  readonly pictureDelay: PictureDelay = new PictureDelay();
  /** What the path carries, and who gets how much of it. */
  readonly bandwidth: DownlinkBandwidth = new DownlinkBandwidth(this);
  /** What all sound of this peer may cost together, redundancy included; infinite while nobody limits it. */
  audioBudgetBps: number = Number.POSITIVE_INFINITY;
  #audioAdaptedMs = Number.NEGATIVE_INFINITY;
  roundTripMs: number | undefined;
  /** The newest one, as it was measured. */
  lastRoundTripMs: number | undefined;
  readonly #forwarders: Forwarder[] = [];
  readonly #bySsrc = new Map<number, Forwarder>();
  readonly #sendRtp: (packet: Buffer, lengthBytes: number) => boolean;
  readonly #sendRtcp: (packet: Buffer) => void;
  readonly #now: () => number;
  readonly #pacer = new Pacer((packet, lengthBytes) => this.#sendHeld(packet, lengthBytes));
  #transportSequence = 0;
  /** The packet being built carries a transport-wide number. */
  #numbered = false;
  /** Middle NTP of recent sender reports and when they left, to turn report blocks into round trips. */
  readonly #sentReports: { middle: number; atMs: number }[] = [];

  constructor(
    scratch: MediaScratch,
    sendRtp: (packet: Buffer, lengthBytes: number) => boolean,
    sendRtcp: (packet: Buffer) => void,
    now: () => number = () => performance.now(),
  ) {
    this.scratch = scratch;
    this.#sendRtp = sendRtp;
    this.#sendRtcp = sendRtcp;
    this.#now = now;
  }

  get forwarders(): readonly Forwarder[] {
    return this.#forwarders;
  }

  configure(codecs: PeerCodec[], extensions: DownlinkExtensions): void {
    this.codecs = codecs;
    this.extensions = extensions;
  }

  add(forwarder: Forwarder): void {
    this.#forwarders.push(forwarder);
    this.#bySsrc.set(forwarder.ssrc, forwarder);
    if (forwarder.rtxSsrc !== 0) this.#bySsrc.set(forwarder.rtxSsrc, forwarder);
  }

  remove(forwarder: Forwarder): void {
    forwarder.stop();
    const index = this.#forwarders.indexOf(forwarder);
    if (index >= 0) this.#forwarders.splice(index, 1);
    this.#bySsrc.delete(forwarder.ssrc);
    this.#bySsrc.delete(forwarder.rtxSsrc);
    this.bandwidth.remove(forwarder);
  }

  nextTransportSequence(): number {
    this.#transportSequence = (this.#transportSequence + 1) & 0xffff;
    this.#numbered = true;
    return this.#transportSequence;
  }

  /**
   * Sends a packet.
   * @param mayWait it is a picture's, and may leave a moment later than the rest of its burst
   * @returns false when the pipe did not take it
   */
  send(packet: Buffer, lengthBytes: number, mayWait = false): boolean {
    this.repairs.bytesSent += lengthBytes;
    const nowMs = this.#now();
    if (mayWait && !this.#pacer.admits(lengthBytes, nowMs)) {
      // It takes its number when it leaves, or what overtakes it would tell the receiver of a loss.
      if (this.#numbered) this.#transportSequence = (this.#transportSequence - 1) & 0xffff;
      this.#numbered = false;
      this.#pacer.hold(packet, lengthBytes, nowMs);
      return true;
    }
    return this.#sendNow(packet, lengthBytes, nowMs);
  }

  #sendNow(packet: Buffer, lengthBytes: number, nowMs: number): boolean {
    const sent = this.#sendRtp(packet, lengthBytes);
    if (this.#numbered) {
      this.#numbered = false;
      if (sent) this.bandwidth.onSent(this.#transportSequence, lengthBytes, nowMs);
    }
    return sent;
  }

  #sendHeld(packet: Buffer, lengthBytes: number): void {
    const id = this.extensions.transportSequence;
    const at = id === 0 ? -1 : transportSequenceAt(packet, id);
    if (at >= 0) packet.writeUInt16BE(this.nextTransportSequence(), at);
    this.#sendNow(packet, lengthBytes, this.#now());
  }

  /** One member of a compound from the peer that concerns what it receives. */
  onRtcp(packet: RtcpPacket, nowMs: number): void {
    switch (packet.type) {
      case 'nack': {
        const forwarder = this.#bySsrc.get(packet.mediaSsrc);
        if (!forwarder) return;
        // A copy sent less than a round trip ago is still on its way.
        const { estimator } = this.bandwidth;
        const queueMs = estimator.congested ? estimator.queueMs : 0;
        const minIntervalMs = Math.min(100, Math.max(10, (this.roundTripMs ?? 20) * 0.9)) + queueMs;
        const lost = forwarder.audio?.uncovered(packet.sequenceNumbers) ?? packet.sequenceNumbers;
        if (!forwarder.audio && forwarder.history.isPastRepair(lost, nowMs)) forwarder.requestKeyFrame(nowMs);
        else this.repairs.answer(forwarder, lost, minIntervalMs, nowMs);
        return;
      }
      case 'pli':
        this.#bySsrc.get(packet.mediaSsrc)?.requestKeyFrame(nowMs);
        return;
      case 'fir':
        for (const entry of packet.entries) this.#bySsrc.get(entry.ssrc)?.requestKeyFrame(nowMs);
        return;
      case 'sr':
      case 'rr':
        for (const block of packet.reports) this.#onReport(block, nowMs);
        return;
      case 'transport-cc':
        this.loss.onArrivals(packet.arrivalsUs, nowMs);
        this.bandwidth.onFeedback(packet, nowMs);
        return;
      case 'remb':
        this.bandwidth.onReceiverEstimate(packet.bitrateBps);
        return;
      default:
    }
  }

  #onReport(block: ReportBlock, nowMs: number): void {
    const forwarder = this.#bySsrc.get(block.ssrc);
    if (!forwarder || block.ssrc !== forwarder.ssrc) return;
    forwarder.lossRatio = block.fractionLost / 256;
    forwarder.reportedLost = block.cumulativeLost;
    forwarder.reportedHighest = block.extendedHighestSequence;
    forwarder.confirmed = true;
    if (forwarder.audio) this.loss.onReport(forwarder.lossRatio, nowMs);
    const sent = this.#sentReports.find((report) => report.middle === block.lsr && block.lsr !== 0);
    if (sent) {
      const roundTripMs = Math.max(0, nowMs - sent.atMs - ntpShortToMs(block.dlsr));
      // A hostile or broken delay gives anything; a minute is more than any path.
      if (roundTripMs < 60_000) {
        this.lastRoundTripMs = roundTripMs;
        this.roundTripMs = this.roundTripMs === undefined ? roundTripMs : this.roundTripMs * 0.8 + roundTripMs * 0.2;
      }
    }
  }

  /** Every 20 ms or so. */
  tick(nowMs: number): void {
    for (const forwarder of this.#forwarders) forwarder.reselect(nowMs);
    this.repairs.lossRatio = this.loss.lossRatio;
    this.repairs.congested = this.bandwidth.estimator.congested;
    this.repairs.randomLossRatio = this.bandwidth.estimator.randomLoss;
    this.repairs.tick(nowMs);
    this.bandwidth.tick(nowMs);
    this.#pacer.estimateBps = this.bandwidth.estimateBps ?? Number.POSITIVE_INFINITY;
    this.#pacer.tick(nowMs);
    if (nowMs - this.#audioAdaptedMs >= AUDIO_ADAPT_INTERVAL_MS) this.#adaptAudio(nowMs);
  }

  /** There is no path: what waits would come all at once when there is one again, and late. */
  dropHeld(): void {
    this.#pacer.clear();
  }

  /** Whoever speaks now shares what sound may cost. */
  #adaptAudio(nowMs: number): void {
    this.#audioAdaptedMs = nowMs;
    let speaking = 0;
    for (const { audio } of this.#forwarders) if (audio?.takeActive()) speaking++;
    const budgetBps = this.audioBudgetBps / Math.max(1, speaking);
    for (const { audio } of this.#forwarders)
      audio?.adapt(this.loss, budgetBps, this.bandwidth.estimator.congested, nowMs);
  }

  /** Sender reports of all streams, and report blocks of the peer's own; about once a second. */
  sendReports(reports: ReportBlock[], senderSsrc: number, cname: string, nowMs: number): void {
    const { congested, randomLossRatio, sendsAhead } = this.repairs;
    this.pictureDelay.update(congested ? 0 : randomLossRatio, this.roundTripMs ?? 0, nowMs, sendsAhead);
    const compound: RtcpPacket[] = [];
    for (const forwarder of this.#forwarders) {
      const clock = forwarder.senderClock(nowMs);
      if (!clock) continue;
      const ntp = unixMsToNtp(clock.ntpMs);
      this.#sentReports.push({ middle: ntpMiddle(ntp), atMs: nowMs });
      if (this.#sentReports.length > REMEMBERED_REPORTS * Math.max(1, this.#forwarders.length))
        this.#sentReports.shift();
      compound.push({
        type: 'sr',
        senderSsrc: forwarder.ssrc,
        ntp,
        rtpTimestamp: clock.rtpTimestamp,
        packetCount: forwarder.packets,
        octetCount: forwarder.octets,
        reports: [],
      });
      // Thirty reports of 28 bytes stay below any path's packet size.
      if (compound.length === 30) this.#sendRtcp(buildRtcp(compound.splice(0)));
    }
    for (let i = 0; i < reports.length; i += 31) {
      compound.push({ type: 'rr', senderSsrc, reports: reports.slice(i, i + 31) });
    }
    if (compound.length === 0) return;
    compound.push({ type: 'sdes', chunks: [{ ssrc: senderSsrc, cname }] });
    this.#sendRtcp(buildRtcp(compound));
  }

  close(): void {
    for (const forwarder of [...this.#forwarders]) this.remove(forwarder);
  }
}

/** Where the transport-wide number stands in a packet of ours: it is always the first extension. −1 without one. */
function transportSequenceAt(packet: Buffer, id: number): number {
  if ((packet[0]! & 0x10) === 0) return -1;
  const oneByte = packet[12] === 0xbe;
  const found = oneByte ? packet[16]! >> 4 : packet[16]!;
  return found === id ? (oneByte ? 17 : 18) : -1;
}
