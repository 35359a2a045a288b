import type { EngineFigures } from './engine-figures.ts';
import { type FrontFigures, renderMetrics } from './render.ts';

/** Asked more often than this, the last answer is given again: a scrape costs the media threads something. */
const FRESH_MS = 1_000;

/** The whole media server's figures, gathered from its threads when somebody asks. */
export class ServerMetrics {
  readonly #engines: () => readonly { figures(): Promise<EngineFigures> }[];
  readonly #front: () => FrontFigures;
  #latest: { text: Promise<string>; atMs: number } | undefined;

  constructor(engines: () => readonly { figures(): Promise<EngineFigures> }[], front: () => FrontFigures) {
    this.#engines = engines;
    this.#front = front;
  }

  /** In Prometheus' text format. A thread that does not answer is told as down and holds up nobody for long. */
  text(): Promise<string> {
    const nowMs = performance.now();
    if (!this.#latest || nowMs - this.#latest.atMs > FRESH_MS) {
      this.#latest = { text: this.#gather(), atMs: nowMs };
    }
    return this.#latest.text;
  }

  async #gather(): Promise<string> {
    const workers = await Promise.all(this.#engines().map((engine) => engine.figures().catch(() => undefined)));
    return renderMetrics(workers, this.#front());
  }
}
