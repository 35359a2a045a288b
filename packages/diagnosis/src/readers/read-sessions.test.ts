import fc from 'fast-check';
import { gzipSync, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { pieces } from '../testing.ts';
import { ReadError } from './read-error.ts';
import { readSessions } from './read-sessions.ts';

const DUMP = new TextEncoder().encode('{"PeerConnections":{"1-1":{"stats":{},"updateLog":[]}},"UserAgent":"Someone"}');

async function names(bytes: Uint8Array, maxUnpackedBytes?: number): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of readSessions('file', pieces(bytes), { maxUnpackedBytes: maxUnpackedBytes ?? 2 ** 30 }))
    found.push(name);
  return found;
}
const refusal = (bytes: Uint8Array, maxUnpackedBytes?: number) =>
  names(bytes, maxUnpackedBytes).then(
    () => null,
    (thrown) => (thrown instanceof ReadError ? [thrown.code, thrown.place] : thrown),
  );

test('reads a document as it is, packed, and each of an archive', async () => {
  expect(await names(DUMP)).toEqual(['file']);
  expect(await names(gzipSync(DUMP))).toEqual(['file']);
  const archive = zipSync({
    'a.json': DUMP,
    folder: { 'b.json.gz': gzipSync(DUMP) },
    '__MACOSX/._a.json': DUMP,
    'notes.txt': DUMP.subarray(5),
  });
  expect(await names(archive)).toEqual(['file/a.json', 'file/folder/b.json.gz']);
});

test('says what it cannot read', async () => {
  expect(await refusal(new Uint8Array(0))).toEqual(['empty', 'file']);
  expect(await refusal(new TextEncoder().encode('Dear team, it stutters.'))).toEqual(['unknown_format', 'file']);
  expect(await refusal(new Uint8Array([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]))).not.toBeNull();
  expect(await refusal(zipSync({ 'x.zip': zipSync({ 'y.zip': zipSync({ 'z.json': DUMP }) }) }))).toEqual([
    'too_large',
    'file/x.zip/y.zip',
  ]);
});

test('a dump of a Jitsi server is known for what it is', async () => {
  const identity = { displayName: 'bridge.example', applicationName: 'JVB', endpoints: [] };
  // As jvb, jicofo and jigasi send them, and as the server stores what it was sent.
  const sent = ['JVB', 'Jicofo', 'Jigasi'].map((applicationName) =>
    JSON.stringify({ statsSessionId: 'a', type: 'identity', data: { ...identity, applicationName } }),
  );
  const stored = `["identity",null,${JSON.stringify(identity)},1707671167232]\n["stats-entry",null,{"endpoints":{}},1707671168000]`;
  for (const text of [...sent, stored])
    expect(await refusal(new TextEncoder().encode(text))).toEqual(['server_dump', 'file']);
  const archive = { 'notes.txt': new TextEncoder().encode('Dear team'), 'jvb.txt': new TextEncoder().encode(stored) };
  expect(await refusal(zipSync(archive))).toEqual(['server_dump', 'file/jvb.txt']);
  expect(await names(zipSync({ ...archive, 'a.json': DUMP }))).toEqual(['file/a.json']);
  // A participant's application has a name too.
  const participant = stored.replace('"JVB"', '"Jitsi Meet"');
  expect(await names(new TextEncoder().encode(participant))).toEqual(['file']);
});

test('a bomb is refused before it fills the memory', async () => {
  const zeros = new Uint8Array(4_000_000);
  expect((await refusal(gzipSync(zeros), 1_000_000))?.[0]).toBe('too_large');
  expect((await refusal(zipSync({ 'a.json': zeros }), 1_000_000))?.[0]).toBe('too_large');
});

test('an archive cut short gives what came out of it', async () => {
  const line = (second: number) =>
    `2026-05-14 02:00:${String(second % 60).padStart(2, '0')} tick ${Math.sin(second)}\n`;
  const log = new TextEncoder().encode(Array.from({ length: 5_000 }, (_, second) => line(second)).join(''));
  for (const packed of [gzipSync(log), zipSync({ 'a.log': log })]) {
    const found = [];
    for await (const { session } of readSessions('file', pieces(packed.subarray(0, packed.length / 2))))
      found.push(session);
    expect(found).toHaveLength(1);
    expect(found[0]!.logs.length).toBeGreaterThan(1_000);
  }
});

test('the documents of an archive are read one after the other, and one that is none is passed over', async () => {
  const noise = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 251);
  expect(await names(zipSync({ 'core.bin': noise, 'a.json': DUMP, 'b.json': DUMP }))).toEqual([
    'file/a.json',
    'file/b.json',
  ]);
});

test('whatever comes, either it is read or the reason is told', async () => {
  const magics = fc.constantFrom(
    [],
    [0x1f, 0x8b, 8],
    [0x50, 0x4b, 3, 4],
    [...new TextEncoder().encode('{"PeerConnections":')],
    [...new TextEncoder().encode('<div><p data-l10n-id="about-webrtc-log-heading">')],
    [...new TextEncoder().encode('{"bandwidthEstimations":[')],
  );
  await fc.assert(
    fc.asyncProperty(magics, fc.uint8Array({ maxLength: 300 }), async (magic, rest) => {
      const answer = await refusal(Uint8Array.from([...magic, ...rest]), 1_000_000);
      expect(answer === null || Array.isArray(answer)).toBe(true);
    }),
    { numRuns: 300 },
  );
});
