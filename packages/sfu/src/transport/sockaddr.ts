import { addressBytes, addressText } from './stun-format.ts';

// Families and sizes of Linux.
export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCKADDR_IN_BYTES = 16;
const SOCKADDR_IN6_BYTES = 28;

/** An address as the kernel has it (struct sockaddr_in, struct sockaddr_in6), in words. It must name no zone. */
export function sockaddrWords(address: string, port: number): Uint32Array {
  const bytes = addressBytes(address);
  const isV4 = bytes.length === 4;
  const words = new Uint32Array((isV4 ? SOCKADDR_IN_BYTES : SOCKADDR_IN6_BYTES) / 4);
  const out = Buffer.from(words.buffer);
  out.writeUInt16LE(isV4 ? AF_INET : AF_INET6, 0);
  out.writeUInt16BE(port, 2);
  bytes.copy(out, isV4 ? 4 : 8);
  return words;
}

/** IPv4 address and port of a sockaddr as one number that tells senders apart. */
export function senderNumber(words: Uint32Array, at = 0): number {
  return words[at + 1]! * 65_536 + (words[at]! >>> 16);
}

/** What that number says. */
export function senderOf(number: number): { remoteAddress: string; remotePort: number } {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(Math.floor(number / 65_536), 0);
  bytes.writeUInt16LE(number % 65_536, 4);
  return { remoteAddress: bytes.subarray(0, 4).join('.'), remotePort: bytes.readUInt16BE(4) };
}

/** What an address of the kernel says; of IPv6 in eight words. */
export function readSockaddr(words: Uint32Array): { address: string; port: number } {
  const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
  const isV4 = bytes.readUInt16LE(0) === AF_INET;
  const [from, length] = isV4 ? [4, 4] : [8, 16];
  return { address: addressText(bytes.subarray(from, from + length)), port: bytes.readUInt16BE(2) };
}
