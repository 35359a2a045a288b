import { printTable } from '../figures.ts';

/** The servers every cell stands for, in the order of the columns. */
export const SERVER_NAMES = ['alongside', 'livekit', 'janus'] as const;
/** `native-pipe`: our engine over node-datachannel (native-pipe/), in the cells of parts that measure it. */
export type ServerName = (typeof SERVER_NAMES)[number] | 'native-pipe';

/** One figure of one case for each server, as it is printed: null where a server has none, with a sentence why. */
export type Cell = {
  /** What was done, e.g. `one-to-many, 100 listeners`. */
  case: string;
  /** What was measured, its unit in the name, e.g. `cpuPerPacketUs`. */
  metric: string;
  why?: string;
} & Record<(typeof SERVER_NAMES)[number], number | null> & { 'native-pipe'?: number | null };

/** One subject of `npm run bench -- media`, e.g. forwarding; see `parts.ts`. */
export interface MediaPart {
  /** One line for the usage text. */
  readonly about: string;
  run(run: MediaRun): Promise<void>;
}

/** What a part is given: how thorough to be, and where its figures go. */
export interface MediaRun {
  /** All parts together end in under five minutes then. */
  readonly quick: boolean;
  /** How many measurements each cell is the median of. */
  readonly rounds: number;
  /** Prints the cell as a JSON line at once and keeps it for the table. Servers left out of the figures are null. */
  report(cell: Pick<Cell, 'case' | 'metric' | 'why'> & Partial<Record<ServerName, number | null>>): void;
}

/** Collects what the parts report. */
export class MediaReport implements MediaRun {
  readonly quick: boolean;
  readonly rounds: number;
  readonly #cells: { part: string; cell: Cell }[] = [];
  #part = '';

  constructor(quick: boolean) {
    this.quick = quick;
    this.rounds = Number(process.env.MEDIA_ROUNDS ?? (quick ? 1 : 5));
  }

  begin(part: string): void {
    this.#part = part;
  }

  report(given: Parameters<MediaRun['report']>[0]): void {
    const figure = (name: ServerName) => (Number.isFinite(given[name]) ? rounded(given[name]!) : null);
    const cell: Cell = {
      case: given.case,
      metric: given.metric,
      alongside: figure('alongside'),
      ...('native-pipe' in given ? { 'native-pipe': figure('native-pipe') } : {}),
      livekit: figure('livekit'),
      janus: figure('janus'),
      ...(given.why === undefined ? {} : { why: given.why }),
    };
    this.#cells.push({ part: this.#part, cell });
    console.log(JSON.stringify(cell));
  }

  /** One table for each part, and below it why figures are absent. */
  printTables(): void {
    for (const part of new Set(this.#cells.map((entry) => entry.part))) {
      const cells = this.#cells.filter((entry) => entry.part === part).map((entry) => entry.cell);
      const names: ServerName[] = [...SERVER_NAMES];
      if (cells.some((cell) => 'native-pipe' in cell)) names.splice(1, 0, 'native-pipe');
      printTable(
        part,
        ['case', 'metric', ...names],
        cells.map((cell) => [cell.case, cell.metric, ...names.map((name) => cell[name]?.toString() ?? '–')]),
      );
      for (const why of new Set(cells.flatMap((cell) => cell.why ?? []))) console.log(`– ${why}`);
    }
  }
}

/** Four significant digits: more would only look exact. */
function rounded(figure: number): number {
  return Number(figure.toPrecision(4));
}
