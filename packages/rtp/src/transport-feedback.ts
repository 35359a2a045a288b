/** One tick of a receive delta. */
const DELTA_US = 250;
/** One tick of the reference time. */
const REFERENCE_US = 64_000;
/** More than this within one feedback is nobody's: a few bytes of run lengths can claim all 65,535. */
const MAX_PACKETS = 4_096;
/** Statuses one run-length chunk can count. */
const MAX_RUN = 0x1fff;

/**
 * Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01).
 * `arrivalsUs[i]` is when packet `baseSequenceNumber + i` arrived on the receiver's own clock, in µs (a multiple of
 * 250, only differences mean anything), undefined when it did not. The clock wraps with its 24-bit reference time,
 * every 2^24 × 64 ms (about 12 days).
 */
export interface TransportFeedback {
  type: 'transport-cc';
  senderSsrc: number;
  mediaSsrc: number;
  baseSequenceNumber: number;
  /** Counts the feedback packets themselves, mod 256. */
  feedbackCount: number;
  arrivalsUs: (number | undefined)[];
}

/** Parses the body after the RTCP header (at least 8 bytes); undefined when it is broken. */
export function parseTransportFeedback(body: Buffer): TransportFeedback | undefined {
  if (body.length < 16) return undefined;
  const count = body.readUInt16BE(10);
  if (count > MAX_PACKETS) return undefined;
  const statuses: number[] = [];
  let at = 16;
  while (statuses.length < count) {
    if (at + 2 > body.length) return undefined;
    const chunk = body.readUInt16BE(at);
    at += 2;
    if ((chunk & 0x8000) === 0) {
      const status = (chunk >> 13) & 3;
      const run = Math.min(chunk & MAX_RUN, count - statuses.length);
      // A run of nothing would never end.
      if (run === 0) return undefined;
      for (let i = 0; i < run; i++) statuses.push(status);
    } else if ((chunk & 0x4000) === 0) {
      for (let bit = 13; bit >= 0 && statuses.length < count; bit--) statuses.push((chunk >> bit) & 1);
    } else {
      for (let bit = 12; bit >= 0 && statuses.length < count; bit -= 2) statuses.push((chunk >> bit) & 3);
    }
  }
  let clock = body.readIntBE(12, 3) * REFERENCE_US;
  const arrivalsUs: (number | undefined)[] = [];
  for (const status of statuses) {
    if (status === 1) {
      if (at + 1 > body.length) return undefined;
      clock += body[at]! * DELTA_US;
      at += 1;
    } else if (status === 2) {
      if (at + 2 > body.length) return undefined;
      clock += body.readInt16BE(at) * DELTA_US;
      at += 2;
    } else {
      // 0 is "not received", 3 is reserved and carries no delta.
      arrivalsUs.push(undefined);
      continue;
    }
    arrivalsUs.push(clock);
  }
  return {
    type: 'transport-cc',
    senderSsrc: body.readUInt32BE(0),
    mediaSsrc: body.readUInt32BE(4),
    baseSequenceNumber: body.readUInt16BE(8),
    feedbackCount: body[15]!,
    arrivalsUs,
  };
}

/**
 * The part after the two SSRCs, filled to a 32-bit word. A packet that arrived more than 8.19 s away from the one
 * before it cannot be told in one feedback and is reported as lost.
 */
export function buildTransportFeedbackBody(feedback: TransportFeedback): Buffer {
  const arrivals = feedback.arrivalsUs;
  const count = Math.min(arrivals.length, 0xffff);
  const first = arrivals.find((time) => time !== undefined) ?? 0;
  const reference = Math.floor(first / REFERENCE_US);
  const statuses = new Uint8Array(count);
  const deltas: number[] = [];
  // In ticks, so that rounding does not pile up over the packets.
  let clockTicks = (reference * REFERENCE_US) / DELTA_US;
  for (let i = 0; i < count; i++) {
    const arrival = arrivals[i];
    if (arrival === undefined) continue;
    const ticks = Math.round(arrival / DELTA_US);
    const delta = ticks - clockTicks;
    if (delta < -0x8000 || delta > 0x7fff) continue;
    statuses[i] = delta >= 0 && delta <= 0xff ? 1 : 2;
    deltas.push(delta);
    clockTicks = ticks;
  }
  const chunks = buildChunks(statuses);
  const deltaBytes = deltas.reduce((sum, delta) => sum + (delta >= 0 && delta <= 0xff ? 1 : 2), 0);
  const out = Buffer.alloc((8 + 2 * chunks.length + deltaBytes + 3) & ~3);
  out.writeUInt16BE(feedback.baseSequenceNumber, 0);
  out.writeUInt16BE(count, 2);
  out.writeIntBE((reference << 8) >> 8, 4, 3);
  out[7] = feedback.feedbackCount;
  let at = 8;
  for (const chunk of chunks) at = out.writeUInt16BE(chunk, at);
  for (const delta of deltas) {
    if (delta >= 0 && delta <= 0xff) at = out.writeUInt8(delta, at);
    else at = out.writeInt16BE(delta, at);
  }
  return out;
}

/** Run-length chunks where a status repeats, two-bit vectors (seven statuses) elsewhere, one-bit (14) where possible. */
function buildChunks(statuses: Uint8Array): number[] {
  const chunks: number[] = [];
  let i = 0;
  while (i < statuses.length) {
    const status = statuses[i]!;
    let run = 1;
    while (i + run < statuses.length && run < MAX_RUN && statuses[i + run] === status) run++;
    const oneBit = !statuses.subarray(i, i + 14).includes(2);
    if (run >= (oneBit ? 14 : 7) || i + run === statuses.length) {
      chunks.push((status << 13) | run);
      i += run;
    } else if (oneBit) {
      let chunk = 0x8000;
      for (let k = 0; k < 14; k++) chunk |= (statuses[i + k] ?? 0) << (13 - k);
      chunks.push(chunk);
      i += 14;
    } else {
      let chunk = 0xc000;
      for (let k = 0; k < 7; k++) chunk |= (statuses[i + k] ?? 0) << (12 - 2 * k);
      chunks.push(chunk);
      i += 7;
    }
  }
  return chunks;
}
