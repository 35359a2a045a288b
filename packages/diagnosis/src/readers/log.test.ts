import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Session } from '../model/session.ts';
import { pieces } from '../testing.ts';
import { diagnose } from '../verdict/report.ts';
import { ReadError } from './read-error.ts';
import { readSessions } from './read-sessions.ts';

async function read(text: string | Uint8Array, size?: number): Promise<Session> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  for await (const { session } of readSessions('app.log', pieces(bytes, size))) return session;
  throw new Error('nothing was read');
}

const PLAIN = `2026-05-14T02:00:00.000Z INFO joining room 7
2026-05-14T02:00:01.000Z [WARN] ICE connection state changed to checking
    at Peer.onState (peer.js:10)
2026-05-14T02:00:16.000Z ERROR ICE connection state changed to failed
`;

describe('a log of lines', () => {
  test('tells lines with their times and levels, and what happened', async () => {
    const session = await read(PLAIN);
    expect([session.format, session.clock, session.problems]).toEqual(['log', 'wall', []]);
    expect(session.logs.map(({ level, text }) => [level, text])).toEqual([
      ['info', 'INFO joining room 7'],
      ['warn', '[WARN] ICE connection state changed to checking'],
      [null, 'at Peer.onState (peer.js:10)'],
      ['error', 'ERROR ICE connection state changed to failed'],
    ]);
    // A line of a trace belongs to the moment of the one before.
    expect(session.logs[2]!.atMs).toBe(session.logs[1]!.atMs);
    const report = diagnose(session, 'en');
    expect(report.verdict.state).toBe('findings');
    expect(report.verdict.causes).toContain('ice-failed');
  });

  test.each([
    ['05-14 02:00:01.250  1234  1250 E WebRTC: x', 'error'],
    ['05-14 02:00:01.250 W/Tag(12): x', 'warn'],
    ['[05/14/26 02:00:01:250][1026][W]:[CS]: x', 'warn'],
    ['[2026-05-14 02:00:01][DEBUG] x', 'debug'],
    ['2026-05-14 02:00:01 <信息> x', 'info'],
    ['[ERROR] 2026-05-14 02:00:01 x', 'error'],
    ['2026-05-14 02:00:01 the error count is 0', null],
  ])('level of %s', async (line, level) => {
    expect((await read(line)).logs[0]!.level).toBe(level);
  });

  test('objects of JSON, a line each', async () => {
    const session = await read(
      [
        '{"level":50,"time":1778724001250,"msg":"getUserMedia","err":{"name":"NotAllowedError","message":"denied"}}',
        '{"@timestamp":"2026-05-14T02:00:02Z","severity":"WARNING","message":"websocket closed","code":1006}',
        '{"broken":',
        '{"t":"2026-05-14 02:00:03","text":"x"}',
      ].join('\n'),
    );
    expect(session.logs.map(({ level }) => level)).toEqual(['error', 'warn', null, null]);
    expect(session.logs[0]!.text).toBe('getUserMedia err.name=NotAllowedError err.message=denied');
    expect(session.events.map(({ type }) => type)).toEqual(['capture_failed', 'signalling']);
  });

  test('in the encodings of other systems', async () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(PLAIN, 'utf16le')]);
    expect((await read(utf16, 333)).events).toEqual((await read(PLAIN)).events);
    // “麦克风权限被拒绝” as Chinese Windows writes it.
    const gbk = Buffer.concat([
      Buffer.from('2026-05-14 02:00:01 '),
      Buffer.from('c2f3bfcbb7e7c8a8cfdeb1bbbedcbef8', 'hex'),
    ]);
    expect((await read(gbk)).events).toMatchObject([{ type: 'capture_failed', what: 'microphone' }]);
    const broken = Buffer.concat([Buffer.from(PLAIN), Buffer.from([0x81, 0xff, 0xff, 0x0a])]);
    expect((await read(broken)).problems.map(({ code }) => code)).toEqual(['not_utf8']);
  });
});

test('of a long log all that warns is kept, and what happened', async () => {
  const lines = Array.from({ length: 60_000 }, (_, index) => `2026-05-14 02:00:01 INFO tick ${index}`);
  const session = await read([...lines, '2026-05-14 02:00:02 ERROR ICE connection state failed'].join('\n'), 2 ** 20);
  expect(session.logs).toHaveLength(50_001);
  expect(session.logs.at(-1)!.level).toBe('error');
  expect(session.events).toHaveLength(1);
  expect(session.problems).toEqual([{ code: 'too_large', place: 'logs' }]);
});

test('a log is one however long its traces are, and whatever a tool says before it', async () => {
  const trace = Array.from({ length: 14 }, (_, nth) => `pkg.function${nth}\n\t/src/file${nth}.go:38`);
  const few = ['2026-05-14 02:00:01 ERROR x', ...trace, '2026-05-14 02:00:02 INFO y', '2026-05-14 02:00:03 INFO z'];
  expect((await read(few.join('\n'))).logs).toHaveLength(31);
  const watched = Array.from({ length: 80 }, (_, nth) => `watching folder${nth}`);
  const many = Array.from({ length: 30 }, () => '2026-05-14 02:00:01 INFO x');
  expect((await read([...watched, ...many].join('\n'))).logs).toHaveLength(110);
});

describe('hostile logs', () => {
  test('what is no log is not taken for one', async () => {
    for (const text of [
      'Dear team,\nit stutters.\n',
      'import { x } from "y";\n\nexport const z = 1;\n',
      '<html><body>2026-05-14 02:00:01</body></html>',
      '{\n  "date": "2026-05-14 02:00:01"\n}\n',
    ])
      await expect(read(text)).rejects.toBeInstanceOf(ReadError);
  });

  test('a line without an end is cut and told', async () => {
    const { logs, problems } = await read(`2026-05-14 02:00:01 ${'x'.repeat(70 * 2 ** 20)}`, 2 ** 20);
    expect(logs[0]!.text.length).toBeLessThan(10_000);
    expect(problems).toEqual([{ code: 'too_large', place: 'line 1' }]);
  });

  test('whatever lines come, they are read or refused, in pieces of any size alike', async () => {
    const word = fc.constantFrom(
      'ICE',
      'state',
      'failed',
      '->',
      'TURN',
      '401',
      'wss://h',
      'closed',
      '{"time":1,',
      '"x"}',
      '麦克风',
      'NotAllowedError',
      '\u0000',
      '\\',
      '[',
    );
    const line = fc
      .array(fc.oneof(word, fc.string({ maxLength: 12 })), { maxLength: 12 })
      .map((words) => words.join(' '));
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 200 }),
        async (lines, size) => {
          const text = lines.map((one) => `2026-05-14 02:00:01 ${one}`).join('\n');
          const [whole, cut] = [await read(text, 1e6), await read(text, size)];
          expect(JSON.stringify(cut)).toBe(JSON.stringify(whole));
        },
      ),
      { numRuns: 100 },
    );
  });
});
