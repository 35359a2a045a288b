import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { ReplayWindow } from './replay-window.ts';

/** The record layer of DTLS 1.2 (RFC 6347 §4.1) with AES-128-GCM (RFC 5288) as its only protection. */
export const CONTENT_CHANGE_CIPHER_SPEC = 20;
export const CONTENT_ALERT = 21;
export const CONTENT_HANDSHAKE = 22;
export const CONTENT_APPLICATION_DATA = 23;

export const DTLS_1_2 = 0xfefd;
const HEADER_BYTES = 13;
const EXPLICIT_NONCE_BYTES = 8;
const TAG_BYTES = 16;
const GCM = { authTagLength: TAG_BYTES };
/** RFC 6347 §4.1: 2^14 of plaintext and what protection adds. */
const MAX_FRAGMENT_BYTES = 2 ** 14 + 256;

export interface DtlsRecord {
  type: number;
  epoch: number;
  /** The 48-bit number of the record in its epoch. */
  sequence: number;
  fragment: Buffer;
  /** The whole record, for those that must wait for keys. */
  bytes: Buffer;
}

/** Splits a datagram into its records; stops silently at the first that is broken (RFC 6347 §4.1.2.7). */
export function parseRecords(datagram: Buffer): DtlsRecord[] {
  const records: DtlsRecord[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= datagram.length) {
    const length = datagram.readUInt16BE(at + 11);
    const end = at + HEADER_BYTES + length;
    if (length > MAX_FRAGMENT_BYTES || end > datagram.length) break;
    // The major version only: a first hello may say DTLS 1.0 on the record.
    if (datagram[at + 1] === 0xfe) {
      records.push({
        type: datagram[at]!,
        epoch: datagram.readUInt16BE(at + 3),
        sequence: datagram.readUIntBE(at + 5, 6),
        fragment: datagram.subarray(at + HEADER_BYTES, end),
        bytes: datagram.subarray(at, end),
      });
    }
    at = end;
  }
  return records;
}

function recordHeader(type: number, epoch: number, sequence: number, length: number): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header[0] = type;
  header.writeUInt16BE(DTLS_1_2, 1);
  header.writeUInt16BE(epoch, 3);
  header.writeUIntBE(sequence, 5, 6);
  header.writeUInt16BE(length, 11);
  return header;
}

/** Writes records of one direction, numbering them per epoch. */
export class RecordWriter {
  #plainSequence = 0;
  #protectedSequence = 0;
  #key: KeyObject | undefined;
  readonly #nonce = Buffer.alloc(12);

  /** @param key 16 bytes. @param implicitNonce 4 bytes. */
  setKeys(key: Buffer, implicitNonce: Buffer): void {
    this.#key = createSecretKey(key);
    implicitNonce.copy(this.#nonce, 0);
  }

  /** Epoch 0. */
  plain(type: number, fragment: Buffer): Buffer {
    return Buffer.concat([recordHeader(type, 0, this.#plainSequence++, fragment.length), fragment]);
  }

  /** Epoch 1; call only after `setKeys`. */
  protect(type: number, fragment: Buffer): Buffer {
    const sequence = this.#protectedSequence++;
    const header = recordHeader(type, 1, sequence, EXPLICIT_NONCE_BYTES + fragment.length + TAG_BYTES);
    // Epoch and sequence number never repeat under one key, which is all a nonce needs.
    header.copy(this.#nonce, 4, 3, 11);
    const cipher = createCipheriv('aes-128-gcm', this.#key!, this.#nonce, GCM);
    cipher.setAAD(additionalData(header, fragment.length));
    const encrypted = cipher.update(fragment);
    cipher.final();
    return Buffer.concat([header, this.#nonce.subarray(4), encrypted, cipher.getAuthTag()]);
  }
}

/** Opens records of epoch 1, refusing forged and repeated ones. */
export class RecordReader {
  readonly #key: KeyObject;
  readonly #nonce = Buffer.alloc(12);
  readonly #replay = new ReplayWindow();

  constructor(key: Buffer, implicitNonce: Buffer) {
    this.#key = createSecretKey(key);
    implicitNonce.copy(this.#nonce, 0);
  }

  /** The plaintext, undefined when it does not authenticate or was seen before. */
  open(record: DtlsRecord): Buffer | undefined {
    const { fragment } = record;
    const length = fragment.length - EXPLICIT_NONCE_BYTES - TAG_BYTES;
    if (length < 0 || !this.#replay.isFresh(record.sequence)) return undefined;
    fragment.copy(this.#nonce, 4, 0, EXPLICIT_NONCE_BYTES);
    const decipher = createDecipheriv('aes-128-gcm', this.#key, this.#nonce, GCM);
    decipher.setAAD(additionalData(record.bytes, length));
    decipher.setAuthTag(fragment.subarray(fragment.length - TAG_BYTES));
    const plaintext = decipher.update(fragment.subarray(EXPLICIT_NONCE_BYTES, fragment.length - TAG_BYTES));
    try {
      decipher.final();
    } catch {
      return undefined;
    }
    this.#replay.add(record.sequence);
    return plaintext;
  }
}

/** Epoch, sequence number, type, version and the plaintext's length (RFC 5246 §6.2.3.3). */
function additionalData(header: Buffer, length: number): Buffer {
  const data = Buffer.allocUnsafe(13);
  header.copy(data, 0, 3, 11);
  header.copy(data, 8, 0, 3);
  data.writeUInt16BE(length, 11);
  return data;
}
