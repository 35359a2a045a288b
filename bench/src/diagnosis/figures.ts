import { percentile, printTable } from '../figures.ts';
import { type CleanOutcome, type FaultOutcome, NOTHING } from './outcome.ts';

/** How often the diagnosis is right about one class of faults. */
export type ClassFigures = {
  fault: string;
  runs: number;
  /** Of the calls taken for it, how many were; null where none was. */
  precision: number | null;
  /** Of the calls that had it, in how many the first cause said so: the same as top 1. */
  recall: number;
  top3: number;
  foundP50Ms: number | null;
  foundP95Ms: number | null;
};

/** Who is taken for whom: rows are what was injected, columns what was said first. */
export type Confusion = { rows: string[]; columns: string[]; counts: number[][] };

export type Figures = {
  classes: ClassFigures[];
  top1: number;
  top3: number;
  precision: number;
  foundP50Ms: number | null;
  foundP95Ms: number | null;
  /** Of the calls whose fault was found at all, how many within ten seconds of its onset. */
  within10S: number;
  cleanMinutes: number;
  falseAlarmsPerHour: number | null;
  confusion: Confusion;
};

const CLEAN = 'clean';
const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
const orNull = (figure: number) => (Number.isFinite(figure) ? figure : null);

/** @param order of the classes in the tables */
export function figuresOf(
  order: readonly string[],
  faults: readonly FaultOutcome[],
  cleans: readonly CleanOutcome[],
): Figures {
  const rows = order.filter((id) => faults.some(({ fault }) => fault === id));
  const alarmed = cleans.filter(({ alarms }) => alarms.length > 0);
  const classes = rows.map((fault): ClassFigures => {
    const own = faults.filter((one) => one.fault === fault);
    const taken = faults.filter(({ takenFor }) => takenFor === fault);
    const right = own.filter(({ rank }) => rank === 1).length;
    const foundMs = own.flatMap(({ foundMs }) => foundMs ?? []);
    return {
      fault,
      runs: own.length,
      precision: taken.length === 0 ? null : share(right, taken.length),
      recall: share(right, own.length),
      top3: share(own.filter(({ rank }) => rank !== null && rank <= 3).length, own.length),
      foundP50Ms: orNull(percentile(foundMs, 0.5)),
      foundP95Ms: orNull(percentile(foundMs, 0.95)),
    };
  });
  const foundMs = faults.flatMap(({ foundMs }) => foundMs ?? []);
  const cleanMinutes = cleans.reduce((sum, { minutes }) => sum + minutes, 0);
  const alarms = alarmed.reduce((sum, one) => sum + one.alarms.length, 0);
  const right = faults.filter(({ rank }) => rank === 1).length;
  return {
    classes,
    top1: share(right, faults.length),
    top3: share(faults.filter(({ rank }) => rank !== null && rank <= 3).length, faults.length),
    precision: share(right, faults.filter(({ takenFor }) => takenFor !== NOTHING).length + alarmed.length),
    foundP50Ms: orNull(percentile(foundMs, 0.5)),
    foundP95Ms: orNull(percentile(foundMs, 0.95)),
    within10S: share(foundMs.filter((ms) => ms <= 10_000).length, faults.length),
    cleanMinutes,
    falseAlarmsPerHour: cleanMinutes === 0 ? null : (alarms * 60) / cleanMinutes,
    confusion: confusionOf(rows, faults, cleans),
  };
}

function confusionOf(
  rows: readonly string[],
  faults: readonly FaultOutcome[],
  cleans: readonly CleanOutcome[],
): Confusion {
  const said = [
    ...faults.map(({ fault, takenFor }) => [fault, takenFor] as const),
    ...cleans.map(({ alarms }) => [CLEAN, alarms[0]?.split(' ')[0] ?? NOTHING] as const),
  ];
  const others = new Set(said.map(([, takenFor]) => takenFor).filter((id) => !rows.includes(id) && id !== NOTHING));
  const columns = [...rows, ...[...others].sort(), NOTHING];
  const allRows = cleans.length > 0 ? [...rows, CLEAN] : [...rows];
  const counts = allRows.map((row) =>
    columns.map((column) => said.filter(([fault, takenFor]) => fault === row && takenFor === column).length),
  );
  return { rows: allRows, columns, counts };
}

/** What was taken for something else in a fifth of its calls or more, in words. */
export function confusedPairs({ confusion: { rows, columns, counts } }: Figures): string[] {
  return rows.flatMap((row, at) => {
    const all = counts[at]!.reduce((sum, count) => sum + count, 0);
    return columns.flatMap((column, index) => {
      const count = counts[at]![index]!;
      const isWrong = row === CLEAN ? column !== NOTHING : column !== row;
      return isWrong && count > 0 && count * 5 >= all ? [`${row} taken for ${column}: ${count} of ${all}`] : [];
    });
  });
}

const percent = (ratio: number | null) => (ratio === null ? '–' : `${Math.round(ratio * 100)} %`);
const inSeconds = (ms: number | null) => (ms === null ? '–' : (ms / 1_000).toFixed(1));
export const CLASS_HEADS = ['fault', 'calls', 'precision', 'recall = top 1', 'top 3', 'found p50 s', 'found p95 s'];
export const classRow = (one: ClassFigures): string[] => [
  one.fault,
  String(one.runs),
  percent(one.precision),
  percent(one.recall),
  percent(one.top3),
  inSeconds(one.foundP50Ms),
  inSeconds(one.foundP95Ms),
];

/** The figures of the whole, beside what they are to reach. */
export function summaryRows(figures: Figures): string[][] {
  const alarms = figures.falseAlarmsPerHour;
  return [
    ['top 1 right', percent(figures.top1), '≥ 90 %'],
    ['top 3 right', percent(figures.top3), '≥ 98 %'],
    ['precision of the first cause', percent(figures.precision), ''],
    [
      `false alarms per clean hour (${figures.cleanMinutes.toFixed(0)} minutes)`,
      alarms === null ? '–' : alarms.toFixed(1),
      '≤ 1',
    ],
    ['found within 10 s of the onset', percent(figures.within10S), ''],
    ['found, p50 s', inSeconds(figures.foundP50Ms), '≤ 10'],
    ['found, p95 s', inSeconds(figures.foundP95Ms), '≤ 10'],
  ];
}

export function printFigures(figures: Figures): void {
  for (const one of figures.classes) console.log(JSON.stringify({ case: one.fault, ...one }));
  const { confusion, classes, ...whole } = figures;
  console.log(JSON.stringify({ case: 'all', ...whole }));
  console.log(JSON.stringify({ case: 'confusion', ...confusion }));
  printTable('How often it is right', CLASS_HEADS, classes.map(classRow));
  printTable('All of it', ['', 'measured', 'aim'], summaryRows(figures));
  const { rows, columns, counts } = confusion;
  printTable(
    'Taken for (rows: injected; a number is a column of the list below)',
    ['', ...columns.map((_, index) => String(index + 1))],
    rows.map((row, at) => [row, ...counts[at]!.map((count) => (count === 0 ? '·' : String(count)))]),
  );
  console.log(columns.map((column, index) => `${index + 1} ${column}`).join(', '));
  const pairs = confusedPairs(figures);
  console.log(pairs.length === 0 ? '\nNothing is taken for something else often.' : '\nNot told apart:');
  for (const pair of pairs) console.log(`– ${pair}`);
}
