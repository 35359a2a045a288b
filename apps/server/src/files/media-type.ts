import type { FilePreviewKind } from '@alongside/contracts';
import { extensionOf } from './file-name.ts';
import { readText } from './text-encoding.ts';

/** As much of a file's beginning as the types are found in. */
export const HEAD_BYTES = 64 * 1024;

export type FoundType = { mediaType: string; preview: FilePreviewKind };

type Signature = [mediaType: string, offset: number, bytes: number[] | string];

const SIGNATURES: Signature[] = [
  ['image/png', 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/jpeg', 0, [0xff, 0xd8, 0xff]],
  ['image/gif', 0, 'GIF87a'],
  ['image/gif', 0, 'GIF89a'],
  ['image/bmp', 0, 'BM'],
  ['image/tiff', 0, [0x49, 0x49, 0x2a, 0x00]],
  ['image/tiff', 0, [0x4d, 0x4d, 0x00, 0x2a]],
  ['image/vnd.microsoft.icon', 0, [0x00, 0x00, 0x01, 0x00]],
  ['application/pdf', 0, '%PDF-'],
  ['application/gzip', 0, [0x1f, 0x8b, 0x08]],
  ['application/zstd', 0, [0x28, 0xb5, 0x2f, 0xfd]],
  ['application/x-xz', 0, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ['application/x-bzip2', 0, 'BZh'],
  ['application/x-7z-compressed', 0, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['application/vnd.rar', 0, [0x52, 0x61, 0x72, 0x21, 0x1a, 0x07]],
  ['application/x-tar', 257, 'ustar'],
  ['application/vnd.sqlite3', 0, 'SQLite format 3\0'],
  ['application/vnd.tcpdump.pcap', 0, [0xd4, 0xc3, 0xb2, 0xa1]],
  ['application/vnd.tcpdump.pcap', 0, [0xa1, 0xb2, 0xc3, 0xd4]],
  ['application/x-pcapng', 0, [0x0a, 0x0d, 0x0d, 0x0a]],
  ['application/wasm', 0, [0x00, 0x61, 0x73, 0x6d]],
  ['application/x-elf', 0, [0x7f, 0x45, 0x4c, 0x46]],
  ['application/x-msdownload', 0, 'MZ'],
  ['application/x-mach-binary', 0, [0xcf, 0xfa, 0xed, 0xfe]],
  ['application/x-ole-storage', 0, [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
  ['audio/flac', 0, 'fLaC'],
  ['audio/midi', 0, 'MThd'],
  ['audio/amr', 0, '#!AMR'],
  ['audio/mpeg', 0, 'ID3'],
  ['font/woff2', 0, 'wOF2'],
];

/** ISO base media: the brand says which of the family it is. */
const BRANDS: [RegExp, string][] = [
  [/^avi[fs]/, 'image/avif'],
  [/^(hei[cxs]|hev[cx]|mif1|msf1)/, 'image/heic'],
  [/^M4[ABP]/, 'audio/mp4'],
  [/^qt/, 'video/quicktime'],
  [/^3g/, 'video/3gpp'],
];

/** Packages that are zip files, told apart by what lies in them. */
const ZIPPED: [string, string][] = [
  ['word/', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xl/', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['ppt/', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ['AndroidManifest.xml', 'application/vnd.android.package-archive'],
  ['META-INF/MANIFEST.MF', 'application/java-archive'],
];

/** Plain text that a name may call by its kind; nothing a browser would run is among them. */
const TEXT_BY_EXTENSION: Record<string, string> = {
  csv: 'text/csv',
  md: 'text/markdown',
  json: 'application/json',
  har: 'application/json',
  yaml: 'application/yaml',
  yml: 'application/yaml',
};

/** Types browsers show as they are. */
const SHOWN: Record<string, FilePreviewKind> = {
  'image/png': 'image',
  'image/jpeg': 'image',
  'image/gif': 'image',
  'image/webp': 'image',
  'image/avif': 'image',
  'audio/mpeg': 'audio',
  'audio/wav': 'audio',
  'audio/flac': 'audio',
  'audio/ogg': 'audio',
  'audio/mp4': 'audio',
  'video/mp4': 'video',
  'video/webm': 'video',
  'video/ogg': 'video',
};

/**
 * What a file is, by its content. The type a client claims is never asked for; the name only tells kinds of plain
 * text apart.
 * @param head the file's first bytes, `HEAD_BYTES` or all
 */
export function findMediaType(head: Uint8Array, name: string): FoundType {
  const mediaType = binaryType(head) ?? textType(head, name) ?? 'application/octet-stream';
  const isText = /^text\/|^application\/(json|yaml|xml)$|^image\/svg\+xml$/.test(mediaType);
  return { mediaType, preview: isText ? 'text' : (SHOWN[mediaType] ?? 'none') };
}

function binaryType(head: Uint8Array): string | null {
  const at = (offset: number, text: string) => latin1(head, offset, text.length) === text;
  if (at(0, 'RIFF')) {
    if (at(8, 'WEBP')) return 'image/webp';
    if (at(8, 'WAVE')) return 'audio/wav';
    if (at(8, 'AVI ')) return 'video/x-msvideo';
  }
  if (at(0, 'OggS')) return latin1(head, 28, 64).includes('theora') ? 'video/ogg' : 'audio/ogg';
  if (at(4, 'ftyp')) {
    const brand = latin1(head, 8, 4);
    return BRANDS.find(([pattern]) => pattern.test(brand))?.[1] ?? 'video/mp4';
  }
  if (startsWith(head, 0, [0x1a, 0x45, 0xdf, 0xa3]))
    return latin1(head, 0, 64).includes('webm') ? 'video/webm' : 'video/x-matroska';
  if (at(0, 'PK\x03\x04')) {
    const names = latin1(head, 0, head.length);
    return ZIPPED.find(([entry]) => names.includes(entry))?.[1] ?? 'application/zip';
  }
  for (const [mediaType, offset, bytes] of SIGNATURES) {
    const matches = typeof bytes === 'string' ? at(offset, bytes) : startsWith(head, offset, bytes);
    // Two letters are also how a text may begin.
    if (matches && (bytes.length > 2 || readText(head) === null)) return mediaType;
  }
  return isMpegAudio(head) ? 'audio/mpeg' : null;
}

/** MP3 without a tag in front: a frame header, and a second one where the first says it ends. */
function isMpegAudio(head: Uint8Array): boolean {
  if (head[0] !== 0xff || (head[1]! & 0xe6) !== 0xe2) return false;
  const KBPS = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
  const HZ = [44_100, 48_000, 32_000];
  const rate = KBPS[head[2]! >> 4];
  const hz = HZ[(head[2]! >> 2) & 3];
  if (!rate || !hz || (head[1]! & 0x18) !== 0x18) return false;
  const next = Math.floor((144_000 * rate) / hz) + ((head[2]! >> 1) & 1);
  return head[next] === 0xff && (head[next + 1]! & 0xe0) === 0xe0;
}

function textType(head: Uint8Array, name: string): string | null {
  if (head.length === 0) return 'text/plain';
  const found = readText(head);
  if (found === null) return null;
  // Comments and declarations may stand before the first element.
  const start = found.text
    .replace(/^\ufeff/, '')
    .replace(/^(\s+|<\?[^>]*>|<!--[\s\S]*?-->|<!DOCTYPE\s+svg[^>]*>)+/i, '');
  if (/^<svg[\s>:]/i.test(start) || (/<svg[\s>]/i.test(start.slice(0, 2_000)) && extensionOf(name) === 'svg'))
    return 'image/svg+xml';
  if (
    /^<(!doctype\s+html|html|head|body|script|iframe|title|style|div|p|a|img|table|h[1-6]|meta|link|form)\b/i.test(
      start,
    )
  )
    return 'text/html';
  if (/^\s*<\?xml\b/.test(found.text.replace(/^\ufeff/, ''))) return 'application/xml';
  return TEXT_BY_EXTENSION[extensionOf(name)] ?? 'text/plain';
}

function startsWith(head: Uint8Array, offset: number, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => head[offset + index] === byte);
}

function latin1(head: Uint8Array, offset: number, length: number): string {
  return Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1', offset, offset + length);
}
