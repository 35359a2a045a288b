import { join, resolve } from 'node:path';
import { networkLabMissing } from '@alongside/testkit';
import { cleanCall, faultyCall, type Timing } from './call.ts';
import { writeConfusion } from './confusion-picture.ts';
import type { FaultClass } from './fault.ts';
import { FAULTS } from './faults/index.ts';
import { figuresOf, printFigures } from './figures.ts';
import { type Lab, openLab, type Pair } from './lab.ts';
import { watchMachine } from './machine.ts';
import { type CleanOutcome, cleanOutcome, type FaultOutcome, faultOutcome } from './outcome.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');
const PICTURE = join(REPOSITORY, 'docs/diagnosis/confusion.svg');

/** How much is measured. */
type Extent = { runs: number; cleanCalls: number; pairs: number; timing: Timing };
const FULL: Extent = {
  runs: 10,
  cleanCalls: 30,
  pairs: 3,
  timing: { settleMs: 9_000, watchMs: 20_000, cleanMs: 120_000 },
};
const QUICK: Extent = {
  runs: 2,
  cleanCalls: 3,
  pairs: 3,
  timing: { settleMs: 7_000, watchMs: 16_000, cleanMs: 120_000 },
};

/** Something waited for a processor for this share of a call or more: what was measured is the machine, not the fault. */
const STARVED_RATIO = 0.6;
const REPEATS = 2;

/**
 * Faults put into real calls, and what the diagnosis says of them: `npm run bench -- diagnosis [--quick]`. Chooses by
 * `DIAGNOSIS_CASES` (ids of classes or `clean`, commas between), `DIAGNOSIS_RUNS` (calls per class) and
 * `DIAGNOSIS_PAIRS` (calls at a time). Prints a JSON line per class and tables; a full run draws the picture of the docs.
 */
export async function benchDiagnosis(quick: boolean): Promise<void> {
  const missing = await networkLabMissing();
  if (missing) {
    console.log(`The faults of calls are left out: no network lab, ${missing}.`);
    return;
  }
  const extent = quick ? QUICK : FULL;
  const { DIAGNOSIS_CASES, DIAGNOSIS_RUNS, DIAGNOSIS_PAIRS } = process.env;
  const chosen = (DIAGNOSIS_CASES ?? '').split(',').filter((name) => name !== '');
  const isChosen = (name: string) => chosen.length === 0 || chosen.includes(name);
  const runs = Number(DIAGNOSIS_RUNS ?? extent.runs);
  const lab = await openLab(Number(DIAGNOSIS_PAIRS ?? extent.pairs));
  const done: Done = { faults: [], cleans: [], repeated: 0, starved: 0 };
  try {
    const jobs: Job[] = [
      ...(isChosen('clean') ? Array.from({ length: extent.cleanCalls }, (_, number) => ({ fault: null, number })) : []),
      ...Array.from({ length: runs }, (_, number) =>
        FAULTS.filter(({ id }) => isChosen(id)).map((fault) => ({ fault, number })),
      ).flat(),
    ];
    await Promise.all(lab.pairs.map((pair) => work(lab, pair, jobs, extent.timing, done)));
  } finally {
    await lab.close();
  }
  const order = FAULTS.map(({ id }) => id);
  const figures = figuresOf(order, done.faults, done.cleans);
  printFigures(figures);
  console.log(
    `\n${done.repeated} calls were made again because the machine was starved or the call failed; ${done.starved} count though it was.`,
  );
  if (!quick && chosen.length === 0) writeConfusion(figures.confusion, PICTURE);
}

type Job = { fault: FaultClass | null; number: number };
type Done = { faults: FaultOutcome[]; cleans: CleanOutcome[]; repeated: number; starved: number };

/** One pair takes one call after the other, until none is left. */
async function work(lab: Lab, pair: Pair, jobs: Job[], timing: Timing, done: Done): Promise<void> {
  for (let job = jobs.shift(); job; job = jobs.shift()) {
    const { fault, number } = job;
    const call = `${fault?.id ?? 'clean'} ${number}`;
    for (let attempt = 0; ; attempt++) {
      const machine = watchMachine();
      try {
        const outcome = fault
          ? await faultyCall(lab, pair, fault, call, timing).then((judged) =>
              faultOutcome(call, fault, FAULTS, judged, machine() ?? 0),
            )
          : await cleanCall(lab, pair, call, timing).then((judged) =>
              cleanOutcome(call, timing.cleanMs / 60_000, judged, machine() ?? 0),
            );
        const isStarved = outcome.starvedRatio >= STARVED_RATIO;
        if (isStarved && attempt < REPEATS) {
          console.log(`${call}: again, something waited for a processor ${Math.round(outcome.starvedRatio * 100)} %`);
          done.repeated += 1;
          continue;
        }
        if (isStarved) done.starved += 1;
        console.log(JSON.stringify(outcome));
        if ('fault' in outcome) done.faults.push(outcome);
        else done.cleans.push(outcome);
        break;
      } catch (error) {
        console.log(`FAILED: ${call}:`, error);
        if (attempt >= REPEATS) {
          process.exitCode = 1;
          break;
        }
        done.repeated += 1;
      }
    }
  }
}
