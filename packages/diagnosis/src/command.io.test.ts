import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { DiagnosisReport } from './verdict/report.ts';

const COMMAND = fileURLToPath(new URL('./command.ts', import.meta.url));
const DUMP = fileURLToPath(new URL('./readers/fixtures/chromium-156-short-call.json.gz', import.meta.url));

async function diagnose(...parameters: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [COMMAND, ...parameters]);
  let out = '';
  let err = '';
  child.stdout.on('data', (piece) => (out += piece));
  child.stderr.on('data', (piece) => (err += piece));
  const code = await new Promise<number | null>((ended) => child.once('close', ended));
  return { code, out, err };
}

test('prints what it found, for people and for programs, in either language', async () => {
  const [english, chinese, json] = await Promise.all([
    diagnose(DUMP),
    diagnose(DUMP, '--lang', 'zh'),
    diagnose(DUMP, '--json', '--lang=zh'),
  ]);
  expect([english.code, chinese.code, json.code]).toEqual([1, 1, 1]);
  expect(english.out).toContain('No device fits');
  expect(chinese.out).toContain('没有符合要求的设备');
  const report = JSON.parse(json.out) as DiagnosisReport;
  expect(report.verdict).toEqual({ state: 'findings', causes: ['device-unsuitable'] });
  expect(report.findings[0]).toMatchObject({
    rule: 'device-unsuitable',
    cause: 'device-unsuitable',
    from: '2026-11-21T19:58:00.706Z',
    title: '没有符合要求的设备',
  });
  // One window of ten seconds of the sound that was received, and of what was sent.
  expect(report.quality.map(({ subject }) => subject.direction).sort()).toEqual(['receive', 'send']);
  expect(report.quality[0]!.score).toBeGreaterThan(4);
  expect(english.out).toContain('an estimate by the E-model');
});

test('says why it cannot read a file, without a trace of the program', async () => {
  const [missing, source, none, json] = await Promise.all([
    diagnose('/no/such/file'),
    diagnose(COMMAND, '--lang=zh'),
    diagnose(),
    diagnose(COMMAND, '--json'),
  ]);
  expect([missing.code, source.code, none.code, json.code]).toEqual([2, 2, 2, 2]);
  expect(missing.err).toBe('/no/such/file is not there.\n');
  expect(source.err).toContain('的格式无法识别');
  expect(JSON.parse(json.out).error).toEqual({ code: 'unknown_format', place: COMMAND });
});

test('names a dump of a Jitsi server in the reader’s language', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'diagnose-'));
  try {
    const dump = join(folder, 'jvb.txt');
    await writeFile(dump, '{"statsSessionId":"a","type":"identity","data":{"applicationName":"JVB","endpoints":[]}}\n');
    const [english, chinese] = await Promise.all([diagnose(dump), diagnose(dump, '--lang=zh')]);
    expect([english.code, chinese.code]).toEqual([2, 2]);
    expect(english.err).toContain('is a dump of a Jitsi server (JVB, Jicofo, Jigasi or Jibri)');
    expect(chinese.err).toContain('是 Jitsi 服务器（JVB、Jicofo、Jigasi 或 Jibri）的转储');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('masks a log, which is judged the same then, and writes over nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'diagnose-'));
  try {
    const [log, healthy, out] = ['app.log', 'fine.log', 'masked.log'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(log, '2026-05-14T02:00:00Z join?token=s3cret\n2026-05-14T02:00:09Z ICE connection state failed\n');
    await writeFile(healthy, '2026-05-14T02:00:00Z joining\n2026-05-14T02:00:09Z left\n');
    const [masked, fine] = await Promise.all([diagnose(log, '--mask', out), diagnose(healthy)]);
    expect([masked.code, fine.code]).toEqual([1, 0]);
    expect(masked.err).toBe(`1 secret masked (tokens 1), written to ${out}.\n`);
    expect(await readFile(out, 'utf8')).toContain('join?token=masked-token\n');
    const [again, over] = await Promise.all([diagnose(out), diagnose(log, '--mask', log, '--lang=zh')]);
    expect(again.out).toBe(masked.out);
    expect([over.code, over.err]).toEqual([2, `${log} 已经存在。\n`]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
