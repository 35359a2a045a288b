import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { printTable } from '../figures.ts';

const PACKAGE = resolve(import.meta.dirname, '../../../packages/diagnosis');
const REAL_DUMP = join(PACKAGE, 'src/readers/fixtures/chromium-156-short-call.json.gz');
/** chrome://webrtc-internals keeps no more of a statistic. */
const SAMPLES = 1_000;
const BYTES = 100_000_000;
const QUICK_BYTES = 20_000_000;

type Dump = { PeerConnections: Record<string, { stats: Record<string, { values: string }> }> };

/** Diagnoses a dump made out of a real one, as `alongside diagnose` does it, in a process of its own. */
export async function benchDumpCost(quick: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-dump-'));
  const file = join(folder, 'webrtc_internals_dump.json');
  try {
    const bytes = writeDump(file, quick ? QUICK_BYTES : BYTES);
    const cost = await diagnoseIt(file);
    console.log(JSON.stringify({ case: 'cost of a dump', bytes, ...cost }));
    printTable(
      `A dump of ${(bytes / 1e6).toFixed(0)} MB`,
      ['', 'measured', 'aim for 100 MB'],
      [
        ['processor time, s', cost.processorS.toFixed(1), '10'],
        ['time, s', cost.tookS.toFixed(1), ''],
        ['peak memory, MB', (cost.peakBytes / 1e6).toFixed(0), '300'],
        ['findings', String(cost.findings), ''],
      ],
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A real call, made as long as the browser keeps one, as many times as it takes. @returns bytes written */
function writeDump(path: string, atLeast: number): number {
  const { PeerConnections, ...rest } = JSON.parse(String(gunzipSync(readFileSync(REAL_DUMP)))) as Dump;
  const connections = Object.values(PeerConnections).map((connection) => {
    for (const stat of Object.values(connection.stats)) stat.values = longer(stat.values);
    return JSON.stringify(connection, null, 1);
  });
  const file = openSync(path, 'w');
  let bytes = writeSync(file, `${JSON.stringify(rest, null, 1).slice(0, -2)},\n "PeerConnections": {\n`);
  for (let number = 0; bytes < atLeast; number++)
    bytes += writeSync(file, `${number === 0 ? '' : ',\n'}"7-${number}": ${connections[number % connections.length]}`);
  return bytes + writeSync(file, '}}\n');
}

/** Goes on as it was: counters count on, the rest repeats itself. @param values a list as JSON, as the dump has it */
function longer(values: string): string {
  const short = JSON.parse(values) as unknown[];
  const [first, last] = [short[0], short.at(-1)];
  const isCounter =
    typeof first === 'number' &&
    typeof last === 'number' &&
    last > first &&
    short.every((value, index) => index === 0 || Number(value) >= Number(short[index - 1]));
  const stepOver = isCounter ? ((last - first) * short.length) / Math.max(1, short.length - 1) : 0;
  const long = Array.from({ length: SAMPLES }, (_, index) => {
    const value = short[index % short.length];
    return isCounter ? Math.round((Number(value) + Math.floor(index / short.length) * stepOver) * 1e3) / 1e3 : value;
  });
  return JSON.stringify(long);
}

/** @throws Error where it cannot be read */
async function diagnoseIt(
  file: string,
): Promise<{ processorS: number; tookS: number; peakBytes: number; findings: number }> {
  const tell = `process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    process.stderr.write(JSON.stringify({ processorS: (userCPUTime + systemCPUTime) / 1e6, peakBytes: maxRSS * 1024 }));
  })`;
  const began = performance.now();
  const child = spawn(process.execPath, [
    '--import',
    `data:text/javascript,${encodeURIComponent(tell)}`,
    join(PACKAGE, 'src/command.ts'),
    file,
    '--json',
  ]);
  let printed = '';
  let told = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  child.stderr.on('data', (chunk) => (told += chunk));
  const code = await new Promise<number | null>((done) => child.once('close', done));
  const tookS = (performance.now() - began) / 1_000;
  if (code !== 0 && code !== 1) throw new Error(`the dump cannot be read: ${printed}${told}`);
  const { processorS, peakBytes } = JSON.parse(told.slice(told.lastIndexOf('{'))) as {
    processorS: number;
    peakBytes: number;
  };
  return { processorS, tookS, peakBytes, findings: (JSON.parse(printed) as { findings: unknown[] }).findings.length };
}
