import { join, resolve } from 'node:path';
import type { Session } from '@alongside/diagnosis';
import { networkLabMissing } from '@alongside/testkit';
import { cleanCall, faultyCall, type Timing } from './call.ts';
import { writeConfusion } from './confusion-picture.ts';
import { writeDocsTables } from './docs-tables.ts';
import type { FaultClass } from './fault.ts';
import { FAULTS } from './faults/index.ts';
import { figuresOf, printFigures } from './figures.ts';
import { type Lab, openLab, type Pair } from './lab.ts';
import { watchMachine } from './machine.ts';
import { type CleanOutcome, cleanOutcome, type FaultOutcome, faultOutcome } from './outcome.ts';
import { FIXTURES, saveTrace, type Trace } from './trace.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');
const PICTURE = join(REPOSITORY, 'docs/diagnosis/confusion.svg');

/** How much is measured. */
type Extent = {
  runs: number;
  cleanCalls: number;
  pairs: number;
  timing: Timing;
  /** Calls of a starved machine are made again so often, and not after so long. */
  repeats: number;
  repeatForMs: number;
};
const FULL: Extent = {
  runs: 10,
  cleanCalls: 30,
  pairs: 3,
  timing: { settleMs: 9_000, watchMs: 20_000, longestMs: 60_000, cleanMs: 120_000 },
  repeats: 2,
  repeatForMs: Number.POSITIVE_INFINITY,
};
const QUICK: Extent = {
  runs: 2,
  cleanCalls: 3,
  pairs: 3,
  timing: { settleMs: 6_000, watchMs: 16_000, longestMs: 34_000, cleanMs: 120_000 },
  repeats: 1,
  // All of it ends within a quarter of an hour.
  repeatForMs: 3 * 60_000,
};

/** Something waited for a processor for this share of a call or more: what was measured is the machine, not the fault. */
const STARVED_RATIO = 0.65;

/**
 * Faults put into real calls, and what the diagnosis says of them: `npm run bench -- diagnosis [--quick]`. Chooses by
 * `DIAGNOSIS_CASES` (ids of classes or `clean`, commas between), `DIAGNOSIS_RUNS` (calls per class),
 * `DIAGNOSIS_PAIRS` (calls at a time) and `DIAGNOSIS_REPEATS` (of a starved one); every call is left in the folder
 * `DIAGNOSIS_KEEP`, where one is named, to look at what was not found. With `--traces` calls that were judged rightly are kept as fixtures of
 * `packages/diagnosis`, and milder ones with them. Prints a JSON line per class and tables; a full run, or one with `--docs`,
 * writes its figures and the picture into the docs.
 */
export async function benchDiagnosis(quick: boolean, { keepsTraces = false, writesDocs = !quick } = {}): Promise<void> {
  const missing = await networkLabMissing();
  if (missing) {
    console.log(`The faults of calls are left out: no network lab, ${missing}.`);
    return;
  }
  const extent = { ...(quick ? QUICK : FULL) };
  const { DIAGNOSIS_CASES, DIAGNOSIS_KEEP, DIAGNOSIS_RUNS, DIAGNOSIS_PAIRS, DIAGNOSIS_REPEATS } = process.env;
  if (DIAGNOSIS_REPEATS !== undefined) extent.repeats = Number(DIAGNOSIS_REPEATS);
  const chosen = (DIAGNOSIS_CASES ?? '').split(',').filter((name) => name !== '');
  const isChosen = (name: string) => chosen.length === 0 || chosen.includes(name);
  const runs = Number(DIAGNOSIS_RUNS ?? extent.runs);
  const lab = await openLab(Number(DIAGNOSIS_PAIRS ?? extent.pairs));
  // Hosts of a network lab outlive whoever made them.
  const stop = () => void lab.close().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const done: Done = {
    faults: [],
    cleans: [],
    repeated: 0,
    starved: 0,
    beganMs: performance.now(),
    kept: keepsTraces ? new Set() : null,
    keptAll: DIAGNOSIS_KEEP ?? null,
  };
  try {
    const jobs: Job[] = [
      ...(isChosen('clean')
        ? Array.from({ length: extent.cleanCalls }, (_, number) => ({ fault: null, number, isMild: false }))
        : []),
      ...Array.from({ length: runs }, (_, number) =>
        FAULTS.filter(({ id }) => isChosen(id)).map((fault) => ({ fault, number, isMild: false })),
      ).flat(),
      ...FAULTS.filter(({ id, mild }) => keepsTraces && mild && isChosen(id)).map((fault) => ({
        fault,
        number: 0,
        isMild: true,
      })),
    ];
    await Promise.all(lab.pairs.map((pair) => work(lab, pair, jobs, extent, done)));
  } finally {
    await lab.close();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  }
  const order = FAULTS.map(({ id }) => id);
  const figures = figuresOf(order, done.faults, done.cleans);
  printFigures(figures);
  console.log(
    `\n${done.repeated} calls were made again because the machine was starved or the call failed; ${done.starved} count though it was.`,
  );
  if (!writesDocs || chosen.length > 0) return;
  writeConfusion(figures.confusion, PICTURE);
  const written = writeDocsTables(figures, REPOSITORY, new Date().toISOString().slice(0, 10));
  console.log(`Written: ${PICTURE}, ${written.join(', ')}`);
}

type Job = { fault: FaultClass | null; number: number; isMild: boolean };
type Done = {
  faults: FaultOutcome[];
  cleans: CleanOutcome[];
  repeated: number;
  starved: number;
  beganMs: number;
  /** Names of the traces that are kept; null where none are. */
  kept: Set<string> | null;
  /** Where every call is left; null where none is. */
  keptAll: string | null;
};

/** One pair takes one call after the other, until none is left. */
async function work(lab: Lab, pair: Pair, jobs: Job[], extent: Extent, done: Done): Promise<void> {
  const { timing, repeats, repeatForMs } = extent;
  for (let job = jobs.shift(); job; job = jobs.shift()) {
    for (let attempt = 0; attempt <= repeats; attempt++) {
      const isLast = attempt === repeats || performance.now() - done.beganMs > repeatForMs;
      const outcome = await attemptCall(lab, pair, job, timing, done, isLast).catch((error) => {
        console.log(`FAILED: ${nameOf(job)}:`, error);
        if (isLast) process.exitCode = 1;
        return null;
      });
      if (outcome || isLast) break;
      done.repeated += 1;
    }
  }
}

const nameOf = ({ fault, number, isMild }: Job) => `${fault?.id ?? 'clean'} ${isMild ? 'mild' : number}`;

/** @returns false where the machine was starved and the call is to be made again */
async function attemptCall(
  lab: Lab,
  pair: Pair,
  job: Job,
  timing: Timing,
  done: Done,
  isLast: boolean,
): Promise<boolean> {
  const call = nameOf(job);
  const machine = watchMachine();
  const isStarved = () => {
    const ratio = machine() ?? 0;
    if (ratio < STARVED_RATIO) return false;
    console.log(`${call}: something waited for a processor ${Math.round(ratio * 100)} % of the time`);
    if (isLast) done.starved += 1;
    return true;
  };
  if (job.fault === null) {
    const judged = await cleanCall(lab, pair, call, timing);
    const outcome = cleanOutcome(call, timing.cleanMs / 60_000, judged, machine() ?? 0);
    if (done.keptAll) {
      const about = { kind: 'clean', fault: null, rule: null, participantId: null } as const;
      saveTrace(done.keptAll, call.replace(' ', '-'), judged.session, about);
    }
    if (outcome.alarms.length === 0) keep(done, call.replace(' ', '-'), judged.session, null, null, 'clean');
    if (isStarved() && !isLast) return false;
    console.log(JSON.stringify(outcome));
    done.cleans.push(outcome);
    return true;
  }
  const judged = await faultyCall(lab, pair, job.fault, call, timing, job.isMild);
  const { causes, faultyId } = judged;
  if (job.isMild) {
    const [rule] = job.fault.expected.rules;
    const isFound = causes.some(({ finding }) => finding.rule === rule);
    if (!isFound) keep(done, `${job.fault.id}-borderline`, judged.session, job.fault, causeOf(rule!), 'borderline');
    console.log(JSON.stringify({ call, isFound }));
    return true;
  }
  const outcome = faultOutcome(call, job.fault, FAULTS, judged, machine() ?? 0);
  if (done.keptAll) {
    const about = { kind: 'faulty', fault: job.fault.id, rule: null, participantId: faultyId } as const;
    saveTrace(done.keptAll, call.replace(' ', '-'), judged.session, about);
  }
  const [first] = causes;
  if (outcome.rank === 1 && first) keep(done, job.fault.id, judged.session, job.fault, first.finding, 'faulty');
  if (isStarved() && !isLast) return false;
  console.log(JSON.stringify({ ...outcome, faultyId }));
  done.faults.push(outcome);
  return true;
}

const causeOf = (rule: string) => ({ rule, subject: { participantId: null } });

/** Keeps the first good call of each name. */
function keep(
  { kept }: Done,
  name: string,
  session: Session,
  fault: FaultClass | null,
  found: { rule: string; subject: { participantId: string | null } } | null,
  kind: Trace['kind'],
): void {
  if (!kept || kept.has(name)) return;
  kept.add(name);
  const bytes = saveTrace(FIXTURES, name, session, {
    kind,
    fault: fault?.id ?? null,
    rule: found?.rule ?? null,
    participantId: found?.subject.participantId ?? null,
  });
  console.log(`kept ${name}: ${bytes} bytes`);
}
