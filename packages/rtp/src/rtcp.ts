import type { NtpTime } from './ntp.ts';
import { parseTransportFeedback, type TransportFeedback } from './transport-feedback.ts';

/** RTCP packet types (RFC 3550 §12.1, RFC 4585 §6.1). */
export const RTCP_SR = 200;
export const RTCP_RR = 201;
export const RTCP_SDES = 202;
export const RTCP_BYE = 203;
export const RTCP_RTPFB = 205;
export const RTCP_PSFB = 206;

/** One report block (RFC 3550 §6.4.1). */
export interface ReportBlock {
  ssrc: number;
  /** Lost since the last report as a 1/256 fraction, 0–255. */
  fractionLost: number;
  /** Signed 24 bits: duplicates make it negative. */
  cumulativeLost: number;
  /** Cycles in the high 16 bits, sequence number in the low. */
  extendedHighestSequence: number;
  /** In timestamp units. */
  jitter: number;
  /** Middle 32 bits of the last sender report's NTP time, 0 when none. */
  lsr: number;
  /** Delay since it, in 1/65,536 s. */
  dlsr: number;
}

export interface SenderReport {
  type: 'sr';
  senderSsrc: number;
  ntp: NtpTime;
  rtpTimestamp: number;
  packetCount: number;
  octetCount: number;
  reports: ReportBlock[];
}

export interface ReceiverReport {
  type: 'rr';
  senderSsrc: number;
  reports: ReportBlock[];
}

export interface SourceDescription {
  type: 'sdes';
  chunks: { ssrc: number; cname: string }[];
}

export interface Goodbye {
  type: 'bye';
  ssrcs: number[];
}

/** Generic NACK (RFC 4585 §6.2.1), already spread out into single sequence numbers. */
export interface GenericNack {
  type: 'nack';
  senderSsrc: number;
  mediaSsrc: number;
  sequenceNumbers: number[];
}

/** Picture loss indication (RFC 4585 §6.3.1). */
export interface PictureLoss {
  type: 'pli';
  senderSsrc: number;
  mediaSsrc: number;
}

/** Full intra request (RFC 5104 §4.3.1). */
export interface FullIntraRequest {
  type: 'fir';
  senderSsrc: number;
  mediaSsrc: number;
  entries: { ssrc: number; sequenceNumber: number }[];
}

/** Receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb). */
export interface ReceiverEstimate {
  type: 'remb';
  senderSsrc: number;
  bitrateBps: number;
  ssrcs: number[];
}

export type RtcpPacket =
  | SenderReport
  | ReceiverReport
  | SourceDescription
  | Goodbye
  | GenericNack
  | PictureLoss
  | FullIntraRequest
  | ReceiverEstimate
  | TransportFeedback;

/**
 * Parses a compound (or reduced-size, RFC 5506) RTCP packet. Members of unknown type or broken inside are left out;
 * undefined when the bytes do not even walk as a chain of RTCP headers.
 */
export function parseRtcp(bytes: Buffer): RtcpPacket[] | undefined {
  const packets: RtcpPacket[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    if (offset + 4 > bytes.length) return undefined;
    const first = bytes[offset]!;
    if (first >> 6 !== 2) return undefined;
    const end = offset + 4 + 4 * bytes.readUInt16BE(offset + 2);
    if (end > bytes.length) return undefined;
    let bodyEnd = end;
    if (first & 0x20) {
      const padding = bytes[end - 1]!;
      if (padding === 0 || padding > end - offset - 4) return undefined;
      bodyEnd = end - padding;
    }
    const packet = parseMember(bytes[offset + 1]!, first & 0x1f, bytes.subarray(offset + 4, bodyEnd));
    if (packet) packets.push(packet);
    offset = end;
  }
  return offset === 0 ? undefined : packets;
}

function parseMember(type: number, count: number, body: Buffer): RtcpPacket | undefined {
  switch (type) {
    case RTCP_SR: {
      if (body.length < 24 + 24 * count) return undefined;
      return {
        type: 'sr',
        senderSsrc: body.readUInt32BE(0),
        ntp: { seconds: body.readUInt32BE(4), fraction: body.readUInt32BE(8) },
        rtpTimestamp: body.readUInt32BE(12),
        packetCount: body.readUInt32BE(16),
        octetCount: body.readUInt32BE(20),
        reports: parseReports(body, 24, count),
      };
    }
    case RTCP_RR: {
      if (body.length < 4 + 24 * count) return undefined;
      return { type: 'rr', senderSsrc: body.readUInt32BE(0), reports: parseReports(body, 4, count) };
    }
    case RTCP_SDES:
      return parseSdes(body, count);
    case RTCP_BYE: {
      if (body.length < 4 * count) return undefined;
      return { type: 'bye', ssrcs: readSsrcs(body, 0, count) };
    }
    case RTCP_RTPFB: {
      if (body.length < 8) return undefined;
      if (count === 1) return parseNack(body);
      if (count === 15) return parseTransportFeedback(body);
      return undefined;
    }
    case RTCP_PSFB:
      return body.length < 8 ? undefined : parsePayloadFeedback(count, body);
    default:
      return undefined;
  }
}

function parseReports(body: Buffer, start: number, count: number): ReportBlock[] {
  const reports: ReportBlock[] = [];
  for (let i = 0, at = start; i < count; i++, at += 24) {
    reports.push({
      ssrc: body.readUInt32BE(at),
      fractionLost: body[at + 4]!,
      cumulativeLost: body.readIntBE(at + 5, 3),
      extendedHighestSequence: body.readUInt32BE(at + 8),
      jitter: body.readUInt32BE(at + 12),
      lsr: body.readUInt32BE(at + 16),
      dlsr: body.readUInt32BE(at + 20),
    });
  }
  return reports;
}

function readSsrcs(body: Buffer, start: number, count: number): number[] {
  const ssrcs: number[] = [];
  for (let i = 0; i < count; i++) ssrcs.push(body.readUInt32BE(start + 4 * i));
  return ssrcs;
}

function parseSdes(body: Buffer, count: number): SourceDescription | undefined {
  const chunks: SourceDescription['chunks'] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + 4 > body.length) return undefined;
    const ssrc = body.readUInt32BE(at);
    at += 4;
    let cname = '';
    while (at < body.length && body[at] !== 0) {
      if (at + 2 > body.length) return undefined;
      const length = body[at + 1]!;
      if (at + 2 + length > body.length) return undefined;
      if (body[at] === 1) cname = body.toString('utf8', at + 2, at + 2 + length);
      at += 2 + length;
    }
    // The null item ends the list and fills up to the next 32-bit word.
    at = (at & ~3) + 4;
    chunks.push({ ssrc, cname });
  }
  return { type: 'sdes', chunks };
}

function parseNack(body: Buffer): GenericNack {
  const sequenceNumbers: number[] = [];
  for (let at = 8; at + 4 <= body.length; at += 4) {
    const first = body.readUInt16BE(at);
    const following = body.readUInt16BE(at + 2);
    sequenceNumbers.push(first);
    for (let bit = 0; bit < 16; bit++) if (following & (1 << bit)) sequenceNumbers.push((first + bit + 1) & 0xffff);
  }
  return { type: 'nack', senderSsrc: body.readUInt32BE(0), mediaSsrc: body.readUInt32BE(4), sequenceNumbers };
}

function parsePayloadFeedback(format: number, body: Buffer): RtcpPacket | undefined {
  const senderSsrc = body.readUInt32BE(0);
  const mediaSsrc = body.readUInt32BE(4);
  switch (format) {
    case 1:
      return { type: 'pli', senderSsrc, mediaSsrc };
    case 4: {
      const entries: FullIntraRequest['entries'] = [];
      for (let at = 8; at + 8 <= body.length; at += 8) {
        entries.push({ ssrc: body.readUInt32BE(at), sequenceNumber: body[at + 4]! });
      }
      return { type: 'fir', senderSsrc, mediaSsrc, entries };
    }
    case 15: {
      // Application layer feedback: REMB announces itself by its name.
      if (body.length < 16 || body.readUInt32BE(8) !== 0x52454d42) return undefined;
      const count = body[12]!;
      if (body.length < 16 + 4 * count) return undefined;
      const exponent = body[13]! >> 2;
      const mantissa = ((body[13]! & 3) << 16) | body.readUInt16BE(14);
      return { type: 'remb', senderSsrc, bitrateBps: mantissa * 2 ** exponent, ssrcs: readSsrcs(body, 16, count) };
    }
    default:
      return undefined;
  }
}
