import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { until } from '@alongside/testkit';
import { printTable } from '../figures.ts';
import { fetchPackages } from '../packages.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');

/** As our development server has them. */
export const KEYS = { key: 'devkey', secret: 'secret' };

/** One piece of software that others wrote, run against our media engine. */
export interface ForeignPart {
  /** One line for whoever chooses. */
  about: string;
  run(run: ForeignRun): Promise<void>;
}

export type ForeignOutcome = 'passed' | 'failed' | 'not run';

/** A program that runs beside this one. */
export interface Program {
  readonly process: ChildProcess;
  /** All it wrote so far. */
  printed(): string;
  /** Its exit code. */
  ended: Promise<number>;
  stop(): Promise<void>;
}

/** What a part needs: its packages, our server, programs, and a place for what came of it. */
export class ForeignRun {
  readonly quick: boolean;
  readonly #name: string;
  readonly #rows: string[][];
  readonly #programs: Program[] = [];

  constructor(name: string, quick: boolean, rows: string[][]) {
    this.#name = name;
    this.quick = quick;
    this.#rows = rows;
  }

  /** Where this part keeps what it fetched. Ignored by git. */
  get folder(): string {
    return join(REPOSITORY, '.cache/foreign', this.#name);
  }

  /**
   * Installs packages from the registry into the part's folder.
   * @param files programs of ours that use them, copied beside them
   */
  async install(packages: Readonly<Record<string, string>>, files: readonly string[] = []): Promise<void> {
    await fetchPackages(this.folder, packages);
    for (const file of files) await copyFile(file, join(this.folder, basename(file)));
  }

  /** Starts our media engine alone, on free ports. @returns its address, `ws://…` */
  async startEngine(...args: string[]): Promise<string> {
    return (await this.startEngineProgram(...args)).url;
  }

  /** The same for a part that ends it and starts it again: `--port` then names the port of the first time. */
  async startEngineProgram(...args: string[]): Promise<{ url: string; program: Program }> {
    const path = join(REPOSITORY, 'packages/sfu/src/dev.ts');
    const program = this.start(process.execPath, [path, '--host', '127.0.0.1', '--port', '0', ...args]);
    const url = await until(
      'our media engine to start',
      () => /LIVEKIT_URL=(\S+)/.exec(program.printed())?.[1],
      20_000,
    );
    return { url, program };
  }

  /** Starts a program in the part's folder; it is ended with the part at the latest. */
  start(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Program {
    const child = spawn(command, args, { cwd: this.folder, env: { ...process.env, ...environment } });
    let printed = '';
    const take = (chunk: Buffer): void => {
      printed += chunk;
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const ended = new Promise<number>((done) => {
      child.once('error', (error) => {
        printed += error.message;
        done(127);
      });
      child.once('exit', (code) => done(code ?? 1));
    });
    const program: Program = {
      process: child,
      printed: () => printed,
      ended,
      async stop() {
        if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
        await once(child, 'exit');
        clearTimeout(timer);
      },
    };
    this.#programs.push(program);
    return program;
  }

  /** One line of the report. @param detail how much, or why not */
  report(what: string, outcome: ForeignOutcome, detail = ''): void {
    console.log(`  ${outcome}: ${what}${detail === '' ? '' : `: ${detail}`}`);
    this.#rows.push([this.#name, what, outcome, detail.split('\n')[0]!.slice(0, 100)]);
    if (outcome === 'failed') process.exitCode = 1;
  }

  /** Ends what was started, last first. */
  async end(): Promise<void> {
    for (const program of this.#programs.toReversed()) await program.stop();
  }
}

export function printForeignReport(rows: string[][]): void {
  printTable('What others wrote, run against our media engine', ['part', 'what', 'outcome', 'detail'], rows);
}
