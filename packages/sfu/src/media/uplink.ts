import { buildRtcp, type ReportBlock, type SenderReport, sequenceDifference } from '@alongside/rtp';
import { ArrivalRecorder } from './arrival-recorder.ts';
import type { PeerCodec } from './codecs.ts';
import { FullPath } from './full-path.ts';
import type { MediaSource } from './media-source.ts';
import type { MediaScratch } from './scratch.ts';
import { UplinkStream } from './uplink-stream.ts';

/** A real track has three layers and their repair streams; more SSRCs than this are an attack. */
const MAX_STREAMS_PER_SOURCE = 12;
const DEFAULT_ROUND_TRIP_MS = 70;
/** A stream silent for longer has lost nothing just now. */
const SUSPECT_STREAM_MS = 150;
/** A queue this long is where packets get lost. */
const CONGESTED_MS = 60;
/** What a queue dropped is in the measured loss for so long after it. */
const OVERFLOW_MS = 10_000;
const RATE_WINDOW_MS = 1_000;

/** One section of the publisher's session description it sends on. */
export interface UplinkSection {
  mid: string;
  source: MediaSource;
  codecs: PeerCodec[];
  /** Layer index by rid; empty without simulcast. */
  layerByRid: ReadonlyMap<string, number>;
  /** SSRCs told in the description. */
  ssrcs: readonly number[];
  /** Repair SSRC → SSRC repaired, from `a=ssrc-group:FID`. */
  repairs: ReadonlyMap<number, number>;
}

/** Header extension ids in what this peer sends, 0 when not negotiated. */
export interface UplinkExtensions {
  mid: number;
  rid: number;
  repairedRid: number;
  transportSequence: number;
  audioLevel: number;
  orientation: number;
  dependencyDescriptor: number;
}

interface RepairBinding {
  section: UplinkSection;
  layerIndex: number;
}

/**
 * The receiving half of one peer: finds the track of every packet, asks for what is missing, restores retransmissions,
 * reports reception. Nothing is allocated per packet beyond the buffer the packet came in.
 */
export class Uplink {
  readonly #scratch: MediaScratch;
  readonly #sendRtcp: (packet: Buffer) => void;
  readonly #ssrc: number;
  readonly #streams = new Map<number, UplinkStream>();
  readonly #repairs = new Map<number, RepairBinding>();
  readonly #arrivals = new ArrivalRecorder();
  /** How many SSRCs were taken for each source: a section that is used again begins anew. */
  readonly #streamsOfSource = new Map<MediaSource, number>();
  #formerKeyFrameRequests = 0;
  #sections: UplinkSection[] = [];
  #sectionByMid = new Map<string, UplinkSection>();
  #ids: UplinkExtensions = {
    mid: 0,
    rid: 0,
    repairedRid: 0,
    transportSequence: 0,
    audioLevel: 0,
    orientation: 0,
    dependencyDescriptor: 0,
  };
  #feedbackSsrc = 0;
  #transportSequence = -1;
  readonly #fullPath = new FullPath();
  /** When packets stood in the queue of the path last. */
  #congestedAtMs = Number.NEGATIVE_INFINITY;
  #receivedBytes = 0;
  #receivedSinceMs = 0;
  #receivedBps = 0;
  roundTripMs = DEFAULT_ROUND_TRIP_MS;
  unknownPackets = 0;
  nacksSent = 0;

  constructor(scratch: MediaScratch, ssrc: number, sendRtcp: (packet: Buffer) => void) {
    this.#scratch = scratch;
    this.#ssrc = ssrc;
    this.#sendRtcp = sendRtcp;
  }

  /** Takes over what an answer settled. Streams of sections that are gone are forgotten. */
  configure(sections: UplinkSection[], extensions: UplinkExtensions): void {
    this.#sections = sections;
    this.#sectionByMid = new Map(sections.map((section) => [section.mid, section]));
    this.#ids = extensions;
    const living = new Set(sections.map((section) => section.source));
    for (const [ssrc, stream] of this.#streams) {
      if (living.has(stream.source)) continue;
      this.#streams.delete(ssrc);
      this.#formerKeyFrameRequests += stream.keyFrames.sent;
    }
    for (const source of this.#streamsOfSource.keys()) if (!living.has(source)) this.#streamsOfSource.delete(source);
    for (const [ssrc, repair] of this.#repairs) if (!living.has(repair.section.source)) this.#repairs.delete(ssrc);
    for (const section of sections) {
      section.source.codecs = section.codecs;
      section.source.audioLevelId = extensions.audioLevel;
      section.source.orientationId = extensions.orientation;
      section.source.dependencyDescriptorId = extensions.dependencyDescriptor;
      // With rids the SSRCs told (Firefox does) say nothing of the layer: wait for the packets.
      if (section.layerByRid.size > 0) continue;
      for (const ssrc of section.ssrcs) {
        if (section.repairs.has(ssrc)) this.#repairs.set(ssrc, { section, layerIndex: 0 });
        else if (!this.#streams.has(ssrc)) this.#addStream(section, ssrc, 0);
      }
    }
  }

  get streams(): IterableIterator<UplinkStream> {
    return this.#streams.values();
  }

  /** Since it began, of streams that are gone too. */
  get keyFrameRequestsSent(): number {
    let sent = this.#formerKeyFrameRequests;
    for (const { keyFrames } of this.#streams.values()) sent += keyFrames.sent;
    return sent;
  }

  isSound(ssrc: number): boolean {
    return this.#streams.get(ssrc)?.source.kind === 'audio';
  }

  onRtp(packet: Buffer, arrivalMs: number): void {
    const view = this.#scratch.view;
    if (!view.parse(packet)) return;
    this.#receivedBytes += packet.length;
    if (this.#ids.transportSequence !== 0) {
      const sequence = view.extensionU16(this.#ids.transportSequence);
      if (sequence >= 0) {
        this.#arrivals.onPacket(sequence, arrivalMs, packet.length);
        this.#feedbackSsrc = view.ssrc;
        this.#noteTransportSequence(sequence, view.ssrc, arrivalMs);
      }
    }
    const stream = this.#streams.get(view.ssrc);
    if (stream) {
      stream.accept(packet, view, this.#scratch, arrivalMs);
      return;
    }
    const repair = this.#repairs.get(view.ssrc);
    if (repair) this.#restore(packet, repair, arrivalMs);
    else this.#learn(packet, arrivalMs);
  }

  /** A hole in the numbers of the transport: something of another stream was lost, its picture's last packet perhaps. */
  #noteTransportSequence(sequence: number, ssrc: number, arrivalMs: number): void {
    const ahead = this.#transportSequence < 0 ? 1 : sequenceDifference(sequence, this.#transportSequence);
    if (ahead <= 0) return;
    this.#transportSequence = sequence;
    if (ahead === 1) return;
    for (const stream of this.#streams.values()) {
      if (stream.ssrc === ssrc || stream.source.kind !== 'video') continue;
      if (arrivalMs - stream.statistics.lastArrivalMs < SUSPECT_STREAM_MS) stream.nack.suspect(arrivalMs);
    }
  }

  /** First packet of an SSRC: mid and rid tell what it is (RFC 8852); without them the payload type may. */
  #learn(packet: Buffer, arrivalMs: number): void {
    const view = this.#scratch.view;
    const mid = this.#ids.mid === 0 ? undefined : view.extensionText(this.#ids.mid);
    const section = mid === undefined ? this.#onlySectionWith(view.payloadType) : this.#sectionByMid.get(mid);
    const count = section ? (this.#streamsOfSource.get(section.source) ?? 0) : 0;
    if (!section || count >= MAX_STREAMS_PER_SOURCE) {
      this.unknownPackets++;
      return;
    }
    const repairedRid = this.#ids.repairedRid === 0 ? undefined : view.extensionText(this.#ids.repairedRid);
    const rid = this.#ids.rid === 0 ? undefined : view.extensionText(this.#ids.rid);
    const isRepair =
      repairedRid !== undefined || section.codecs.some((codec) => codec.rtxPayloadType === view.payloadType);
    const name = repairedRid ?? rid;
    const layerIndex =
      section.layerByRid.size === 0 ? 0 : name === undefined ? -1 : (section.layerByRid.get(name) ?? -1);
    if (layerIndex < 0) {
      this.unknownPackets++;
      return;
    }
    this.#streamsOfSource.set(section.source, count + 1);
    if (isRepair) {
      const binding = { section, layerIndex };
      this.#repairs.set(view.ssrc, binding);
      this.#restore(packet, binding, arrivalMs);
      return;
    }
    this.#addStream(section, view.ssrc, layerIndex).accept(packet, view, this.#scratch, arrivalMs);
  }

  #addStream(section: UplinkSection, ssrc: number, layerIndex: number): UplinkStream {
    const stream = new UplinkStream(section.source, ssrc, layerIndex, (media) => {
      this.#sendRtcp(buildRtcp([{ type: 'pli', senderSsrc: this.#ssrc, mediaSsrc: media }]));
    });
    this.#streams.set(ssrc, stream);
    section.source.addStream(stream);
    return stream;
  }

  #onlySectionWith(payloadType: number): UplinkSection | undefined {
    let found: UplinkSection | undefined;
    for (const section of this.#sections) {
      const has = section.codecs.some(
        (codec) => codec.payloadType === payloadType || codec.rtxPayloadType === payloadType,
      );
      if (!has) continue;
      if (found) return undefined;
      found = section;
    }
    return found;
  }

  /** RFC 4588: the payload starts with the original sequence number; padding probes have no payload at all. */
  #restore(packet: Buffer, repair: RepairBinding, arrivalMs: number): void {
    const view = this.#scratch.view;
    if (view.payloadLength < 3) return;
    const stream = repair.section.source.streams[repair.layerIndex];
    if (!stream) return;
    const rtx = view.payloadType;
    const codec = repair.section.codecs.find((candidate) => candidate.rtxPayloadType === rtx);
    if (!codec) return;
    const at = view.headerLength;
    const originalSequence = (packet[at]! << 8) | packet[at + 1]!;
    if (!stream.nack.isMissing(originalSequence)) return;
    // The header moves two bytes towards the payload, in place: the buffer is ours.
    packet.copyWithin(2, 0, at);
    const restored = packet.subarray(2, at + view.payloadLength);
    restored[0] = restored[0]! & 0xdf;
    restored[1] = (restored[1]! & 0x80) | codec.payloadType;
    restored[2] = originalSequence >> 8;
    restored[3] = originalSequence & 0xff;
    restored.writeUInt32BE(stream.ssrc, 8);
    if (view.parse(restored)) stream.accept(restored, view, this.#scratch, arrivalMs);
  }

  onSenderReport(report: SenderReport, arrivalMs: number): void {
    this.#streams.get(report.senderSsrc)?.onSenderReport(report, arrivalMs);
  }

  /** Every 20 ms or so: retransmission requests, waiting key-frame requests, transport feedback. */
  tick(nowMs: number): void {
    const wanted = this.#scratch.sequenceNumbers;
    const queueMs = this.#queueMs(nowMs);
    const congested = queueMs > CONGESTED_MS;
    if (congested) this.#congestedAtMs = nowMs;
    this.#limitSender(queueMs, nowMs);
    for (const stream of this.#streams.values()) {
      if (stream.nack.asks) {
        stream.collectMissing(nowMs, this.roundTripMs + queueMs, congested, wanted);
        if (wanted.length > 0) {
          this.nacksSent += wanted.length;
          this.#sendRtcp(
            buildRtcp([
              {
                type: 'nack',
                senderSsrc: this.#ssrc,
                mediaSsrc: stream.ssrc,
                sequenceNumbers: wanted.sort(bySequence),
              },
            ]),
          );
        }
      }
      stream.keyFrames.tick(nowMs, this.roundTripMs + 2 * queueMs);
    }
    if (this.#arrivals.isDue(nowMs)) this.#sendFeedback(nowMs);
  }

  /** Congestion control of browsers does not see a queue that is simply full. */
  #limitSender(queueMs: number, nowMs: number): void {
    const elapsedMs = nowMs - this.#receivedSinceMs;
    if (elapsedMs >= RATE_WINDOW_MS) {
      this.#receivedBps = (this.#receivedBytes * 8_000) / elapsedMs;
      this.#receivedBytes = 0;
      this.#receivedSinceMs = nowMs;
    }
    let lossRatio = 0;
    for (const { nack, statistics } of this.#streams.values()) {
      if (nowMs - statistics.lastArrivalMs < RATE_WINDOW_MS) lossRatio = Math.max(lossRatio, nack.lossRatio);
    }
    const bitrateBps = this.#fullPath.update(queueMs, lossRatio, this.#receivedBps, nowMs);
    if (bitrateBps === undefined) return;
    this.#sendRtcp(buildRtcp([{ type: 'remb', senderSsrc: this.#ssrc, bitrateBps, ssrcs: [...this.#streams.keys()] }]));
  }

  #sendFeedback(nowMs: number): void {
    let feedback = this.#arrivals.take(this.#ssrc, this.#feedbackSsrc);
    if (!feedback) return;
    this.#arrivals.onFeedback(nowMs);
    for (; feedback; feedback = this.#arrivals.take(this.#ssrc, this.#feedbackSsrc)) {
      this.#sendRtcp(buildRtcp([feedback]));
    }
  }

  /** How long packets stand in the queue of this peer's path; streams share it, the least delayed knows best. */
  #queueMs(nowMs: number): number {
    let queueMs = Number.POSITIVE_INFINITY;
    for (const { statistics } of this.#streams.values()) {
      const { delayMs, noiseMs } = statistics.queue;
      if (nowMs - statistics.lastArrivalMs < SUSPECT_STREAM_MS * 4)
        queueMs = Math.min(queueMs, Math.max(0, delayMs - noiseMs));
    }
    return queueMs === Number.POSITIVE_INFINITY ? 0 : queueMs;
  }

  /** Report blocks of every stream heard, for the next compound. */
  reports(nowMs: number): ReportBlock[] {
    const blocks: ReportBlock[] = [];
    for (const stream of this.#streams.values()) {
      const block = stream.statistics.report(nowMs);
      if (block) blocks.push(block);
    }
    const overflows = nowMs - this.#congestedAtMs < OVERFLOW_MS;
    for (const { source } of this.#sections) {
      if (source.kind !== 'video') continue;
      let worst = 0;
      for (const stream of source.streams) if (stream?.isAlive(nowMs)) worst = Math.max(worst, stream.nack.lossRatio);
      source.pictureDelay.update(overflows ? 0 : worst, this.roundTripMs, nowMs);
    }
    return blocks;
  }

  /** Highest loss over this peer's streams since the last reports, 0 to 1. */
  get lossRatio(): number {
    let worst = 0;
    for (const stream of this.#streams.values()) worst = Math.max(worst, stream.statistics.lossRatio);
    return worst;
  }
}

function bySequence(a: number, b: number): number {
  return ((a - b) << 16) >> 16;
}
