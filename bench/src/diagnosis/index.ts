import { join, resolve } from 'node:path';
import type { Session } from '@alongside/diagnosis';
import { networkLabMissing } from '@alongside/testkit';
import { cleanCall, faultyCall, type Timing } from './call.ts';
import { writeConfusion } from './confusion-picture.ts';
import { writeDocsTables } from './docs-tables.ts';
import type { FaultClass } from './fault.ts';
import { FAULTS } from './faults/index.ts';
import { figuresOf, printFigures } from './figures.ts';
import { judgeCall } from './judged-call.ts';
import { type KeptOutcome, type KeptOutcomes, openKeptOutcomes } from './kept-outcomes.ts';
import { type Lab, openLab, type Pair } from './lab.ts';
import { type CleanOutcome, cleanOutcome, type FaultOutcome, faultOutcome } from './outcome.ts';
import { type RecordedCall, readCall, saveCall } from './recorded-call.ts';
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
  pairs: 1,
  timing: { settleMs: 6_000, watchMs: 16_000, longestMs: 44_000, cleanMs: 120_000 },
  repeats: 2,
  repeatForMs: Number.POSITIVE_INFINITY,
};
const QUICK: Extent = {
  ...FULL,
  runs: 2,
  cleanCalls: 3,
  repeats: 1,
  // All of it ends within half an hour.
  repeatForMs: 3 * 60_000,
};

/** Something waited for a processor for this share of a call or more: what was measured is the machine, not the fault. */
const STARVED_RATIO = 0.5;

/** So is it where the host takes this share of the processors: two people's sound runs short at the same time then. */
const STOLEN_RATIO = 0.1;
/** Or this one for ten seconds. */
const WORST_STOLEN_RATIO = 0.25;
/** Or where it takes all of them away for so long: whoever looks at a picture sees it stand, and it stood. */
const LONGEST_STALL_MS = 300;

/**
 * Faults put into real calls, and what the diagnosis says of them: `npm run bench -- diagnosis [--quick]`. Chooses by
 * `DIAGNOSIS_CASES` (ids of classes or `clean`, commas between), `DIAGNOSIS_RUNS` (calls per class), `DIAGNOSIS_CLEAN`
 * (clean calls of two minutes), `DIAGNOSIS_PAIRS` (calls at a time; one takes 0.6 of a core, and beside another it is not
 * undisturbed on two) and `DIAGNOSIS_REPEATS` (of a starved one). Where a folder `DIAGNOSIS_KEEP` is named every call is
 * left in it, and one that it has is not made again but judged anew: so a run that was interrupted goes on, and rules are
 * tried on what was measured before; with `--kept` nothing else is. Where `DIAGNOSIS_OUTCOMES` names a file, what each call
 * was taken for when it was made is kept in it, and such a call is neither made nor judged again. With `--traces` calls that
 * were judged rightly are kept as fixtures of `packages/diagnosis`, and milder ones with them. Prints a JSON line per class
 * and tables; a full run, or one with `--docs`, writes its figures and the picture into the docs.
 */
export async function benchDiagnosis(
  quick: boolean,
  { keepsTraces = false, writesDocs = !quick, keptOnly = false } = {},
): Promise<void> {
  const extent = { ...(quick ? QUICK : FULL) };
  const { DIAGNOSIS_CASES, DIAGNOSIS_CLEAN, DIAGNOSIS_KEEP, DIAGNOSIS_OUTCOMES } = process.env;
  const { DIAGNOSIS_RUNS, DIAGNOSIS_PAIRS, DIAGNOSIS_REPEATS } = process.env;
  if (DIAGNOSIS_REPEATS !== undefined) extent.repeats = Number(DIAGNOSIS_REPEATS);
  if (DIAGNOSIS_RUNS !== undefined) extent.runs = Number(DIAGNOSIS_RUNS);
  if (DIAGNOSIS_CLEAN !== undefined) extent.cleanCalls = Number(DIAGNOSIS_CLEAN);
  if (DIAGNOSIS_PAIRS !== undefined) extent.pairs = Number(DIAGNOSIS_PAIRS);
  const chosen = (DIAGNOSIS_CASES ?? '').split(',').filter((name) => name !== '');
  const done: Done = {
    faults: [],
    cleans: [],
    repeated: 0,
    starved: 0,
    beganMs: performance.now(),
    kept: keepsTraces ? new Set() : null,
    folder: DIAGNOSIS_KEEP ?? null,
    // Whoever judges kept calls anew wants no older judgement of them.
    outcomes: openKeptOutcomes(keptOnly ? null : (DIAGNOSIS_OUTCOMES ?? null)),
    days: new Set(),
    rules: new Set(),
  };
  const jobs: Job[] = [];
  for (const job of jobsOf(extent, chosen, keepsTraces)) {
    const outcome = done.outcomes.find(nameOf(job));
    const before = outcome || done.folder === null ? null : readCall(done.folder, nameOf(job));
    if (outcome) count(outcome, done);
    else if (before) judge(job, before, done);
    else if (!keptOnly) jobs.push(job);
  }
  const missing = jobs.length > 0 ? await networkLabMissing() : null;
  if (missing) console.log(`${jobs.length} calls with faults are left out: no network lab, ${missing}.`);
  else if (jobs.length > 0) await makeCalls(jobs, extent, done);
  if (done.faults.length + done.cleans.length === 0) return;
  const order = FAULTS.map(({ id }) => id);
  const figures = figuresOf(order, done.faults, done.cleans);
  printFigures(figures);
  console.log(
    `\n${done.repeated} calls were made again because the machine was starved or the call failed; ${done.starved} count though it was.`,
  );
  console.log(`Judged by ${done.rules.size === 1 ? 'the same rules' : `${done.rules.size} states of the rules`}.`);
  if (!writesDocs || chosen.length > 0) return;
  writeConfusion(figures.confusion, PICTURE);
  const [firstDay, ...laterDays] = [...done.days].sort();
  const written = writeDocsTables(figures, REPOSITORY, [firstDay, ...laterDays.slice(-1)].join(' – '));
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
  folder: string | null;
  outcomes: KeptOutcomes;
  /** On which days calls were judged, */
  days: Set<string>;
  /** and by which rules. */
  rules: Set<string>;
};

/** Round by round, so that a run that is cut short has something of every class; clean calls lie between. */
function jobsOf({ runs, cleanCalls }: Extent, chosen: readonly string[], keepsTraces: boolean): Job[] {
  const isChosen = (name: string) => chosen.length === 0 || chosen.includes(name);
  const faults = FAULTS.filter(({ id }) => isChosen(id));
  const faulty = Array.from({ length: runs }, (_, number) =>
    faults.map((fault) => ({ fault, number, isMild: false })),
  ).flat();
  const clean = Array.from({ length: isChosen('clean') ? cleanCalls : 0 }, (_, number) => ({
    fault: null,
    number,
    isMild: false,
  }));
  const apart = (faulty.length + clean.length) / Math.max(1, clean.length);
  const jobs: Job[] = faulty;
  for (const [index, job] of clean.entries()) jobs.splice(Math.round(index * apart), 0, job);
  const mild = keepsTraces ? faults.filter(({ mild }) => mild) : [];
  return [...jobs, ...mild.map((fault) => ({ fault, number: 0, isMild: true }))];
}

async function makeCalls(jobs: Job[], extent: Extent, done: Done): Promise<void> {
  const lab = await openLab(extent.pairs);
  // Hosts of a network lab outlive whoever made them.
  const stop = () => void lab.close().finally(() => process.exit(1));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    await Promise.all(lab.pairs.map((pair) => work(lab, pair, jobs, extent, done)));
  } finally {
    await lab.close();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  }
}

/** One pair takes one call after the other, until none is left. */
async function work(lab: Lab, pair: Pair, jobs: Job[], extent: Extent, done: Done): Promise<void> {
  const { timing, repeats, repeatForMs } = extent;
  for (let job = jobs.shift(); job; job = jobs.shift()) {
    const name = nameOf(job);
    for (let attempt = 0; attempt <= repeats; attempt++) {
      const isLast = attempt === repeats || performance.now() - done.beganMs > repeatForMs;
      const { fault, isMild } = job;
      const made = fault ? faultyCall(lab, pair, fault, name, timing, isMild) : cleanCall(lab, pair, name, timing);
      const call = await made.catch((error) => {
        console.log(`FAILED: ${name}:`, error);
        if (isLast) process.exitCode = 1;
        return null;
      });
      const stolenRatio = call?.stolenRatio ?? 0;
      const worstStolenRatio = call?.worstStolenRatio ?? 0;
      const stallMs = call?.longestStallMs ?? 0;
      const isStolen = stolenRatio >= STOLEN_RATIO || worstStolenRatio >= WORST_STOLEN_RATIO;
      const isStarved =
        call !== null && (call.starvedRatio >= STARVED_RATIO || isStolen || stallMs >= LONGEST_STALL_MS);
      if (isStarved) {
        const percent = (ratio: number) => `${Math.round(ratio * 100)} %`;
        const taken = `${percent(stolenRatio)}, in its worst ten seconds ${percent(worstStolenRatio)}`;
        console.log(
          `${name}: something waited for a processor ${percent(call.starvedRatio)} of the time, the host took ${taken}, and it stood still for ${stallMs} ms`,
        );
        if (isLast) done.starved += 1;
      }
      if (call && (isLast || !isStarved)) {
        if (done.folder) saveCall(done.folder, call);
        judge(job, call, done);
      }
      if (isLast || (call && !isStarved)) break;
      done.repeated += 1;
    }
  }
}

const nameOf = ({ fault, number, isMild }: Job) => `${fault?.id ?? 'clean'} ${isMild ? 'mild' : number}`;

/** Says of a call what it was taken for. */
function judge({ fault, isMild }: Job, call: RecordedCall, done: Done): void {
  const judged = judgeCall(call);
  const { causes, session } = judged;
  if (fault === null) {
    const outcome = cleanOutcome(call, judged);
    if (outcome.alarms.length === 0) keep(done, call.name.replace(' ', '-'), session, null, null, 'clean');
    count(done.outcomes.keep(outcome), done);
    return;
  }
  if (isMild) {
    const [rule] = fault.expected.rules;
    const isFound = causes.some(({ finding }) => finding.rule === rule);
    if (!isFound) keep(done, `${fault.id}-borderline`, session, fault, causeOf(rule!), 'borderline');
    console.log(JSON.stringify({ call: call.name, isFound }));
    return;
  }
  const outcome = faultOutcome(call, fault, FAULTS, judged);
  const [first] = causes;
  if (outcome.rank === 1 && first) keep(done, fault.id, session, fault, first.finding, 'faulty');
  count(done.outcomes.keep(outcome), done);
}

function count(outcome: KeptOutcome, { faults, cleans, days, rules }: Done): void {
  console.log(JSON.stringify(outcome));
  days.add(outcome.at.slice(0, 10));
  rules.add(outcome.rules);
  if ('fault' in outcome) faults.push(outcome);
  else cleans.push(outcome);
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
