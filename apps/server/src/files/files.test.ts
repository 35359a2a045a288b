import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { contentPath } from './content-store.ts';
import { cleanFileName, contentDisposition } from './file-name.ts';
import { imageSize } from './image-size.ts';
import { createSignedLinks } from './links.ts';
import { findMediaType } from './media-type.ts';
import { parseRange } from './ranges.ts';
import { readText } from './text-encoding.ts';

/** A JPEG that says in its Exif how the camera was held. */
function photo(width: number, height: number, orientation: number): Buffer {
  const jpeg = createCanvas(width, height).toBuffer('image/jpeg');
  const exif = Buffer.from(
    `45786966000049492a000800000001001201030001000000${orientation.toString(16).padStart(2, '0')}00000000000000`,
    'hex',
  );
  const head = Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 0xff]);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

describe('imageSize', () => {
  test('reads the size from the head of every kind', () => {
    const canvas = createCanvas(321, 123);
    for (const bytes of [canvas.toBuffer('image/png'), canvas.toBuffer('image/jpeg'), canvas.toBuffer('image/webp')])
      expect(imageSize(bytes)).toEqual({ width: 321, height: 123 });
    expect(imageSize(Buffer.from('GIF89a\x41\x01\x7b\x00', 'latin1'))).toEqual({ width: 321, height: 123 });
  });

  test('is the size as shown', () => {
    expect(imageSize(photo(40, 20, 1))).toEqual({ width: 40, height: 20 });
    expect(imageSize(photo(40, 20, 3))).toEqual({ width: 40, height: 20 });
    for (const orientation of [5, 6, 7, 8])
      expect(imageSize(photo(40, 20, orientation))).toEqual({ width: 20, height: 40 });
  });

  test('gives up on torn and hostile heads', () => {
    const png = createCanvas(5, 5).toBuffer('image/png');
    for (let length = 0; length < 24; length += 1) expect(imageSize(png.subarray(0, length))).toBeNull();
    const jpeg = photo(40, 20, 6);
    for (let at = 0; at < jpeg.length; at += 1) {
      const broken = Buffer.from(jpeg);
      broken[at]! ^= 0xff;
      expect(() => imageSize(broken)).not.toThrow();
      expect(() => imageSize(jpeg.subarray(0, at))).not.toThrow();
    }
    // A segment of length zero leads nowhere.
    expect(imageSize(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xe0, 0, 0]))).toBeNull();
  });
});

test.each<[string, string | number[], string, string, string]>([
  ['PDF', '%PDF-1.7 …', 'a.png', 'application/pdf', 'none'],
  [
    'Word',
    'PK\x03\x04…word/document.xml',
    'a.txt',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'none',
  ],
  ['MP4', '\0\0\0\x18ftypisom', 'a.bin', 'video/mp4', 'video'],
  ['WAV', 'RIFF\x10\0\0\0WAVEfmt ', 'a.jpg', 'audio/wav', 'audio'],
  ['capture', [0x0a, 0x0d, 0x0d, 0x0a, 0x1c, 0, 0, 0], 'a.log', 'application/x-pcapng', 'none'],
  ['program', 'MZ\x90\0\x03\0\0\0\x04', 'a.jpg', 'application/x-msdownload', 'none'],
  ['text that begins like a program', 'MZ is what old programs begin with\n', 'a.log', 'text/plain', 'text'],
  ['markup after a comment', '<!-- hello -->\n<HTML>', 'a.txt', 'text/html', 'text'],
  ['a script alone', '  <script src=x></script>', 'a.txt', 'text/html', 'text'],
  [
    'SVG under another name',
    '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "a" "b"><svg>',
    'a.png',
    'image/svg+xml',
    'text',
  ],
  ['a table', 'a,b\n1,2\n', 'a.csv', 'text/csv', 'text'],
  ['colours of a terminal', '\x1b[31merror\x1b[0m\n', 'a.log', 'text/plain', 'text'],
  ['noise', [1, 2, 3, 0, 5, 6, 250, 0, 9], 'a.txt', 'application/octet-stream', 'none'],
])('%s is found in its content', (_name, content, fileName, mediaType, preview) => {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : Buffer.from(content);
  expect(findMediaType(bytes, fileName)).toEqual({ mediaType, preview });
});

test('text is read up to a character cut in two', () => {
  const bytes = Buffer.from('通话卡顿');
  for (let length = 3; length <= bytes.length; length += 1)
    expect(readText(bytes.subarray(0, length))).toEqual({
      text: '通话卡顿'.slice(0, Math.floor(length / 3)),
      encoding: 'utf-8',
    });
  expect(readText(Buffer.from('plain', 'utf16le'))).toEqual({ text: 'plain', encoding: 'utf-16le' });
});

test.each<[string | undefined, ReturnType<typeof parseRange>]>([
  [undefined, null],
  ['bytes=0-', { start: 0, end: 99 }],
  ['bytes=10-19', { start: 10, end: 19 }],
  ['bytes=90-1000', { start: 90, end: 99 }],
  ['bytes=-5', { start: 95, end: 99 }],
  ['bytes=-500', { start: 0, end: 99 }],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=5-4', null],
  ['bytes=1-2,4-5', null],
  ['bytes=99999999999999999999-', null],
])('the range %s', (header, expected) => {
  expect(parseRange(header, 100)).toEqual(expected);
});

test('names in headers and addresses cannot break out', () => {
  const name = cleanFileName('a"\r\nX: y/“報告” 100%;.log');
  expect(contentDisposition('attachment', name)).toBe(
    `attachment; filename="____ 100_;.log"; filename*=UTF-8''%E2%80%9C%E5%A0%B1%E5%91%8A%E2%80%9D%20100%25%3B.log`,
  );
  const links = createSignedLinks(Buffer.alloc(32, 1));
  for (const long of ['长'.repeat(255), `${'a'.repeat(250)}.log`, '👩‍🚀'.repeat(40), '..', '#?&/']) {
    const url = new URL(links.url({ id: 'x', name: cleanFileName(long) }, 'inline', new Date()), 'http://a');
    expect(url.pathname.split('/')).toHaveLength(4);
    expect(url.pathname.split('/')[3]!.length).toBeLessThanOrEqual(150);
    expect(url.searchParams.get('sig')).toMatch(/^[\w-]{43}$/);
  }
});

test('a link is the same text for a quarter of an hour and good for an hour at least', () => {
  const links = createSignedLinks(Buffer.alloc(32, 1));
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute, 30));
  const file = { id: 'x', name: 'a.log' };
  expect(links.url(file, 'inline', at(1))).toBe(links.url(file, 'inline', at(14)));
  expect(links.url(file, 'inline', at(1))).not.toBe(links.url(file, 'inline', at(16)));
  for (let minute = 0; minute < 60; minute += 1)
    expect(links.expiresAt(at(minute)).getTime() - at(minute).getTime()).toBeGreaterThanOrEqual(3_600_000);
});

test('only a hash names a place in the store', () => {
  expect(contentPath('ab'.repeat(32))).toBe(`ab/ab/${'ab'.repeat(32)}`);
  for (const key of ['../../etc/passwd', '', 'AB'.repeat(32), `${'ab'.repeat(32)}/x`])
    expect(() => contentPath(key)).toThrow('not a content key');
});
