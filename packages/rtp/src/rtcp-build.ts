import {
  type FullIntraRequest,
  type GenericNack,
  type ReceiverEstimate,
  type ReportBlock,
  RTCP_BYE,
  RTCP_PSFB,
  RTCP_RR,
  RTCP_RTPFB,
  RTCP_SDES,
  RTCP_SR,
  type RtcpPacket,
  type SourceDescription,
} from './rtcp.ts';
import { buildTransportFeedbackBody } from './transport-feedback.ts';

/**
 * Writes packets as one compound in the given order. RFC 3550 wants a report first; RFC 5506 (negotiated by
 * `a=rtcp-rsize`) allows feedback alone, so the order is the caller's. Lists longer than one packet can count (31
 * reports, sources, chunks) are cut.
 */
export function buildRtcp(packets: readonly RtcpPacket[]): Buffer {
  return packets.length === 1 ? buildMember(packets[0]!) : Buffer.concat(packets.map(buildMember));
}

function buildMember(packet: RtcpPacket): Buffer {
  switch (packet.type) {
    case 'sr': {
      const reports = packet.reports.slice(0, 31);
      const out = header(RTCP_SR, reports.length, 24 + 24 * reports.length);
      out.writeUInt32BE(packet.senderSsrc, 4);
      out.writeUInt32BE(packet.ntp.seconds, 8);
      out.writeUInt32BE(packet.ntp.fraction, 12);
      out.writeUInt32BE(packet.rtpTimestamp, 16);
      out.writeUInt32BE(packet.packetCount >>> 0, 20);
      out.writeUInt32BE(packet.octetCount >>> 0, 24);
      writeReports(out, 28, reports);
      return out;
    }
    case 'rr': {
      const reports = packet.reports.slice(0, 31);
      const out = header(RTCP_RR, reports.length, 4 + 24 * reports.length);
      out.writeUInt32BE(packet.senderSsrc, 4);
      writeReports(out, 8, reports);
      return out;
    }
    case 'sdes':
      return buildSdes(packet);
    case 'bye': {
      const ssrcs = packet.ssrcs.slice(0, 31);
      const out = header(RTCP_BYE, ssrcs.length, 4 * ssrcs.length);
      writeSsrcs(out, 4, ssrcs);
      return out;
    }
    case 'nack':
      return buildNack(packet);
    case 'pli':
      return feedback(RTCP_PSFB, 1, packet.senderSsrc, packet.mediaSsrc, 0);
    case 'fir':
      return buildFir(packet);
    case 'remb':
      return buildRemb(packet);
    case 'transport-cc': {
      const body = buildTransportFeedbackBody(packet);
      const out = feedback(RTCP_RTPFB, 15, packet.senderSsrc, packet.mediaSsrc, body.length);
      body.copy(out, 12);
      return out;
    }
  }
}

/** Header and zeroed body; `bodyBytes` is a multiple of four. */
function header(type: number, count: number, bodyBytes: number): Buffer {
  const out = Buffer.alloc(4 + bodyBytes);
  out[0] = 0x80 | count;
  out[1] = type;
  out.writeUInt16BE(bodyBytes / 4, 2);
  return out;
}

function feedback(type: number, format: number, senderSsrc: number, mediaSsrc: number, extraBytes: number): Buffer {
  const out = header(type, format, 8 + extraBytes);
  out.writeUInt32BE(senderSsrc, 4);
  out.writeUInt32BE(mediaSsrc, 8);
  return out;
}

function writeReports(out: Buffer, start: number, reports: readonly ReportBlock[]): void {
  let at = start;
  for (const report of reports) {
    out.writeUInt32BE(report.ssrc, at);
    out[at + 4] = clamp(report.fractionLost, 0, 255);
    out.writeIntBE(clamp(report.cumulativeLost, -0x800000, 0x7fffff), at + 5, 3);
    out.writeUInt32BE(report.extendedHighestSequence >>> 0, at + 8);
    out.writeUInt32BE(report.jitter >>> 0, at + 12);
    out.writeUInt32BE(report.lsr, at + 16);
    out.writeUInt32BE(report.dlsr, at + 20);
    at += 24;
  }
}

function writeSsrcs(out: Buffer, start: number, ssrcs: readonly number[]): void {
  for (let i = 0; i < ssrcs.length; i++) out.writeUInt32BE(ssrcs[i]!, start + 4 * i);
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

function buildSdes(packet: SourceDescription): Buffer {
  const chunks = packet.chunks.slice(0, 31).map((chunk) => {
    const cname = Buffer.from(chunk.cname, 'utf8').subarray(0, 255);
    // SSRC, one item, and at least one null byte, filled to a word.
    const out = Buffer.alloc((4 + 2 + cname.length + 4) & ~3);
    out.writeUInt32BE(chunk.ssrc, 0);
    out[4] = 1;
    out[5] = cname.length;
    cname.copy(out, 6);
    return out;
  });
  const body = Buffer.concat(chunks);
  return Buffer.concat([header(RTCP_SDES, chunks.length, body.length).subarray(0, 4), body]);
}

function buildNack(packet: GenericNack): Buffer {
  const pairs: { first: number; following: number }[] = [];
  for (const sequenceNumber of packet.sequenceNumbers) {
    const last = pairs.at(-1);
    const distance = last ? (sequenceNumber - last.first) & 0xffff : 0;
    if (last && distance === 0) continue;
    if (last && distance <= 16) last.following |= 1 << (distance - 1);
    else pairs.push({ first: sequenceNumber & 0xffff, following: 0 });
  }
  const out = feedback(RTCP_RTPFB, 1, packet.senderSsrc, packet.mediaSsrc, 4 * pairs.length);
  let at = 12;
  for (const pair of pairs) {
    out.writeUInt16BE(pair.first, at);
    out.writeUInt16BE(pair.following, at + 2);
    at += 4;
  }
  return out;
}

function buildFir(packet: FullIntraRequest): Buffer {
  const out = feedback(RTCP_PSFB, 4, packet.senderSsrc, packet.mediaSsrc, 8 * packet.entries.length);
  let at = 12;
  for (const entry of packet.entries) {
    out.writeUInt32BE(entry.ssrc, at);
    out[at + 4] = entry.sequenceNumber;
    at += 8;
  }
  return out;
}

function buildRemb(packet: ReceiverEstimate): Buffer {
  const ssrcs = packet.ssrcs.slice(0, 255);
  const out = feedback(RTCP_PSFB, 15, packet.senderSsrc, 0, 8 + 4 * ssrcs.length);
  let exponent = 0;
  let mantissa = Math.max(0, packet.bitrateBps);
  while (mantissa > 0x3ffff && exponent < 63) {
    mantissa /= 2;
    exponent++;
  }
  const m = Math.floor(Math.min(mantissa, 0x3ffff));
  out.write('REMB', 12, 'latin1');
  out[16] = ssrcs.length;
  out[17] = (exponent << 2) | (m >> 16);
  out.writeUInt16BE(m & 0xffff, 18);
  writeSsrcs(out, 20, ssrcs);
  return out;
}
