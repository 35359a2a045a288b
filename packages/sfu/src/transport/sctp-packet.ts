/** SCTP packets and chunks on the wire (RFC 9260 §3, RFC 3758, RFC 6525). */
export const CHUNK_DATA = 0;
export const CHUNK_INIT = 1;
export const CHUNK_INIT_ACK = 2;
export const CHUNK_SACK = 3;
export const CHUNK_HEARTBEAT = 4;
export const CHUNK_HEARTBEAT_ACK = 5;
export const CHUNK_ABORT = 6;
export const CHUNK_SHUTDOWN = 7;
export const CHUNK_SHUTDOWN_ACK = 8;
export const CHUNK_COOKIE_ECHO = 10;
export const CHUNK_COOKIE_ACK = 11;
export const CHUNK_SHUTDOWN_COMPLETE = 14;
export const CHUNK_RECONFIG = 130;
export const CHUNK_FORWARD_TSN = 192;

export const PARAMETER_STATE_COOKIE = 7;
export const PARAMETER_OUTGOING_RESET = 13;
export const PARAMETER_RECONFIG_RESPONSE = 16;
export const PARAMETER_SUPPORTED_EXTENSIONS = 0x8008;
export const PARAMETER_FORWARD_TSN = 0xc000;

export const COMMON_HEADER_BYTES = 12;
export const DATA_HEADER_BYTES = 16;

export interface SctpChunk {
  type: number;
  flags: number;
  /** Without header and padding. */
  body: Buffer;
}

export interface SctpPacket {
  verificationTag: number;
  chunks: SctpChunk[];
}

/** Undefined when the packet is broken or its checksum wrong. */
export function parseSctp(bytes: Buffer): SctpPacket | undefined {
  if (bytes.length < COMMON_HEADER_BYTES + 4 || bytes.length % 4 !== 0) return undefined;
  if (bytes.readUInt32LE(8) !== packetChecksum(bytes)) return undefined;
  const chunks: SctpChunk[] = [];
  for (let at = COMMON_HEADER_BYTES; at < bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2);
    if (length < 4 || at + length > bytes.length) return undefined;
    chunks.push({ type: bytes[at]!, flags: bytes[at + 1]!, body: bytes.subarray(at + 4, at + length) });
    at += (length + 3) & ~3;
  }
  return { verificationTag: bytes.readUInt32BE(4), chunks };
}

/** Both ports are `port`, as `a=sctp-port` announces it for either side of WebRTC. */
export function buildSctp(port: number, verificationTag: number, chunks: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(COMMON_HEADER_BYTES);
  header.writeUInt16BE(port, 0);
  header.writeUInt16BE(port, 2);
  header.writeUInt32BE(verificationTag, 4);
  const packet = Buffer.concat([header, ...chunks]);
  packet.writeUInt32LE(packetChecksum(packet), 8);
  return packet;
}

/** One chunk, padded to 32 bits. */
export function buildChunk(type: number, flags: number, body: Buffer): Buffer {
  const out = Buffer.alloc((4 + body.length + 3) & ~3);
  out[0] = type;
  out[1] = flags;
  out.writeUInt16BE(4 + body.length, 2);
  body.copy(out, 4);
  return out;
}

export interface SctpParameter {
  type: number;
  body: Buffer;
}

/** Parameters after the fixed part of a chunk; undefined when broken. */
export function parseParameters(bytes: Buffer): SctpParameter[] | undefined {
  const parameters: SctpParameter[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16BE(at + 2);
    if (length < 4 || at + length > bytes.length) return undefined;
    parameters.push({ type: bytes.readUInt16BE(at), body: bytes.subarray(at + 4, at + length) });
    at += (length + 3) & ~3;
  }
  return parameters;
}

export function buildParameter(type: number, body: Buffer): Buffer {
  const out = Buffer.alloc((4 + body.length + 3) & ~3);
  out.writeUInt16BE(type, 0);
  out.writeUInt16BE(4 + body.length, 2);
  body.copy(out, 4);
  return out;
}

/** The fixed part of INIT and INIT ACK. */
export interface SctpInit {
  initiateTag: number;
  receiverWindow: number;
  outboundStreams: number;
  inboundStreams: number;
  initialTsn: number;
  parameters: SctpParameter[];
}

export function parseInit(body: Buffer): SctpInit | undefined {
  if (body.length < 16) return undefined;
  const parameters = parseParameters(body.subarray(16));
  const initiateTag = body.readUInt32BE(0);
  if (!parameters || initiateTag === 0) return undefined;
  return {
    initiateTag,
    receiverWindow: body.readUInt32BE(4),
    outboundStreams: body.readUInt16BE(8),
    inboundStreams: body.readUInt16BE(10),
    initialTsn: body.readUInt32BE(12),
    parameters,
  };
}

export function buildInit(type: number, init: Omit<SctpInit, 'parameters'>, parameters: readonly Buffer[]): Buffer {
  const fixed = Buffer.alloc(16);
  fixed.writeUInt32BE(init.initiateTag, 0);
  fixed.writeUInt32BE(init.receiverWindow, 4);
  fixed.writeUInt16BE(init.outboundStreams, 8);
  fixed.writeUInt16BE(init.inboundStreams, 10);
  fixed.writeUInt32BE(init.initialTsn, 12);
  return buildChunk(type, 0, Buffer.concat([fixed, ...parameters]));
}

export const DATA_END = 1;
export const DATA_BEGIN = 2;
export const DATA_UNORDERED = 4;
export const DATA_IMMEDIATE = 8;

/** A fragment of a message. */
export interface SctpData {
  tsn: number;
  streamId: number;
  streamSequence: number;
  payloadProtocol: number;
  isBegin: boolean;
  isEnd: boolean;
  isUnordered: boolean;
  wantsSackNow: boolean;
  payload: Buffer;
}

export function parseData(chunk: SctpChunk): SctpData | undefined {
  const { body, flags } = chunk;
  // A fragment of no bytes is a protocol violation (RFC 9260 §3.3.1); WebRTC sends one zero byte for an empty message.
  if (body.length <= 12) return undefined;
  return {
    tsn: body.readUInt32BE(0),
    streamId: body.readUInt16BE(4),
    streamSequence: body.readUInt16BE(6),
    payloadProtocol: body.readUInt32BE(8),
    isBegin: (flags & DATA_BEGIN) !== 0,
    isEnd: (flags & DATA_END) !== 0,
    isUnordered: (flags & DATA_UNORDERED) !== 0,
    wantsSackNow: (flags & DATA_IMMEDIATE) !== 0,
    payload: body.subarray(12),
  };
}

export interface SctpSack {
  cumulativeTsn: number;
  receiverWindow: number;
  /** Offsets from the cumulative TSN, both ends included. */
  gaps: { start: number; end: number }[];
}

export function parseSack(body: Buffer): SctpSack | undefined {
  if (body.length < 12) return undefined;
  const gapCount = body.readUInt16BE(8);
  if (body.length < 12 + 4 * gapCount) return undefined;
  const gaps: SctpSack['gaps'] = [];
  for (let i = 0; i < gapCount; i++) {
    gaps.push({ start: body.readUInt16BE(12 + 4 * i), end: body.readUInt16BE(14 + 4 * i) });
  }
  return { cumulativeTsn: body.readUInt32BE(0), receiverWindow: body.readUInt32BE(4), gaps };
}

export function buildSack(sack: SctpSack): Buffer {
  const body = Buffer.alloc(12 + 4 * sack.gaps.length);
  body.writeUInt32BE(sack.cumulativeTsn, 0);
  body.writeUInt32BE(sack.receiverWindow, 4);
  body.writeUInt16BE(sack.gaps.length, 8);
  sack.gaps.forEach((gap, i) => {
    body.writeUInt16BE(gap.start, 12 + 4 * i);
    body.writeUInt16BE(gap.end, 14 + 4 * i);
  });
  return buildChunk(CHUNK_SACK, 0, body);
}

export interface SctpForwardTsn {
  newCumulativeTsn: number;
  streams: { streamId: number; streamSequence: number }[];
}

export function parseForwardTsn(body: Buffer): SctpForwardTsn | undefined {
  if (body.length < 4) return undefined;
  const streams: SctpForwardTsn['streams'] = [];
  for (let at = 4; at + 4 <= body.length; at += 4) {
    streams.push({ streamId: body.readUInt16BE(at), streamSequence: body.readUInt16BE(at + 2) });
  }
  return { newCumulativeTsn: body.readUInt32BE(0), streams };
}

export function buildForwardTsn(forward: SctpForwardTsn): Buffer {
  const body = Buffer.alloc(4 + 4 * forward.streams.length);
  body.writeUInt32BE(forward.newCumulativeTsn, 0);
  forward.streams.forEach((stream, i) => {
    body.writeUInt16BE(stream.streamId, 4 + 4 * i);
    body.writeUInt16BE(stream.streamSequence, 6 + 4 * i);
  });
  return buildChunk(CHUNK_FORWARD_TSN, 0, body);
}

const CRC32C_TABLE = new Uint32Array(256).map((_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0x82f63b78 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** CRC32c over the packet with its checksum field as zero (RFC 9260 appendix A). */
export function packetChecksum(packet: Buffer): number {
  let crc = 0xffffffff;
  for (let i = 0; i < 8; i++) crc = CRC32C_TABLE[(crc ^ packet[i]!) & 0xff]! ^ (crc >>> 8);
  for (let i = 0; i < 4; i++) crc = CRC32C_TABLE[crc & 0xff]! ^ (crc >>> 8);
  for (let i = 12; i < packet.length; i++) crc = CRC32C_TABLE[(crc ^ packet[i]!) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
