import { randomBytes } from 'node:crypto';
import type { ByteSource } from './webm-reader.ts';
import type { ByteSink } from './webm-writer.ts';

/** A page holds at most 255 lacing values; a second of sound takes 50. */
const MAX_SEGMENTS = 200;
const HEADER_BYTES = 27;
const FLAG_FIRST = 2;
const FLAG_LAST = 4;

/** CRC of Ogg (RFC 3533 §6): polynomial 0x04c11db7, not reflected. */
const CRC_TABLE: Uint32Array = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

function crcOf(page: Buffer): number {
  let crc = 0;
  for (const byte of page) crc = ((crc << 8) ^ CRC_TABLE[((crc >>> 24) ^ byte) & 0xff]!) >>> 0;
  return crc;
}

/** `OpusHead` (RFC 7845 §5.1), the codec's private data in WebM too. No pre-skip: the first packet is the file's time 0. */
export function opusHead(channels: number): Buffer {
  const head = Buffer.alloc(19);
  head.write('OpusHead', 0, 'latin1');
  head[8] = 1;
  head[9] = channels;
  head.writeUInt16LE(0, 10);
  head.writeUInt32LE(48_000, 12);
  return head;
}

function opusTags(): Buffer {
  const vendor = Buffer.from('Alongside');
  const tags = Buffer.alloc(8 + 4 + vendor.length + 4);
  tags.write('OpusTags', 0, 'latin1');
  tags.writeUInt32LE(vendor.length, 8);
  vendor.copy(tags, 12);
  return tags;
}

/** Writes Opus packets as Ogg (RFC 7845). Every page is whole when it is written, so the file plays at every moment. */
export class OggWriter {
  readonly #sink: ByteSink;
  readonly #serial = randomBytes(4).readUInt32LE();
  #pageNumber = 0;
  #granule = 0;
  #packets: Buffer[] = [];
  #segments = 0;

  constructor(sink: ByteSink, channels: number) {
    this.#sink = sink;
    this.#page([opusHead(channels)], 0, FLAG_FIRST);
    this.#page([opusTags()], 0, 0);
  }

  /** End of the last packet, ms of media time. */
  get endMs(): number {
    return this.#granule / 48;
  }

  /** Adds one packet. @param samples its duration at 48 kHz */
  addPacket(packet: Buffer, samples: number): void {
    const segments = Math.floor(packet.length / 255) + 1;
    if (this.#segments + segments > MAX_SEGMENTS) this.flush();
    this.#packets.push(packet);
    this.#segments += segments;
    this.#granule += samples;
  }

  /** Ends the page, so that what was added is in the file. */
  flush(): void {
    if (this.#packets.length === 0) return;
    this.#page(this.#packets, this.#granule, 0);
    this.#packets = [];
    this.#segments = 0;
  }

  finish(): void {
    this.flush();
    this.#page([], this.#granule, FLAG_LAST);
  }

  #page(packets: readonly Buffer[], granule: number, flags: number): void {
    this.#sink.append(oggPage(packets, granule, flags, this.#serial, this.#pageNumber++));
  }
}

function oggPage(packets: readonly Buffer[], granule: number, flags: number, serial: number, number: number): Buffer {
  const lacing: number[] = [];
  for (const packet of packets) {
    for (let rest = packet.length; rest >= 255; rest -= 255) lacing.push(255);
    lacing.push(packet.length % 255);
  }
  const head = Buffer.alloc(HEADER_BYTES + lacing.length);
  head.write('OggS', 0, 'latin1');
  head[5] = flags;
  head.writeBigUInt64LE(BigInt(granule), 6);
  head.writeUInt32LE(serial, 14);
  head.writeUInt32LE(number, 18);
  head[26] = lacing.length;
  head.set(lacing, HEADER_BYTES);
  const page = Buffer.concat([head, ...packets]);
  page.writeUInt32LE(crcOf(page), 22);
  return page;
}

/** What is in an Ogg file of ours, finished or broken off. */
export interface OggContent {
  /** Opus packets, headers left out. */
  packets: number;
  granule: number;
  serial: number;
  pages: number;
  /** Whether its last page says so. */
  ended: boolean;
  /** End of the last whole page. */
  wholeUntil: number;
}

/** Reads an Ogg file up to where it is whole, every checksum verified. Undefined when not even its headers are. */
export function readOgg(source: ByteSource): OggContent | undefined {
  const content: OggContent = { packets: 0, granule: 0, serial: 0, pages: 0, ended: false, wholeUntil: 0 };
  for (let at = 0; at + HEADER_BYTES <= source.length; ) {
    const head = source.read(at, HEADER_BYTES + 255);
    if (head.toString('latin1', 0, 4) !== 'OggS') break;
    const segments = head[26]!;
    let body = 0;
    let packets = 0;
    for (let i = 0; i < segments; i++) {
      const value = head[HEADER_BYTES + i] ?? 0;
      body += value;
      if (value < 255) packets++;
    }
    const length = HEADER_BYTES + segments + body;
    if (at + length > source.length) break;
    const page = Buffer.from(source.read(at, length));
    const crc = page.readUInt32LE(22);
    page.writeUInt32LE(0, 22);
    if (crcOf(page) !== crc) break;
    content.serial = page.readUInt32LE(14);
    content.granule = Number(page.readBigUInt64LE(6));
    content.ended = (page[5]! & FLAG_LAST) !== 0;
    content.packets += packets;
    content.pages++;
    at += length;
    content.wholeUntil = at;
  }
  if (content.pages < 2) return undefined;
  content.packets -= 2;
  return content;
}

/** The page that ends a stream which was broken off. */
export function lastOggPage(content: OggContent): Buffer {
  return oggPage([], content.granule, FLAG_LAST, content.serial, content.pages);
}
