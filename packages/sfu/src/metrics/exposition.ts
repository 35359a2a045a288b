/** What kind of series a family holds. */
export type MetricType = 'counter' | 'gauge';

/** Labels of one sample, in the order they are written. */
export type Labels = Readonly<Record<string, string | number>>;

/** Writes Prometheus' text format, version 0.0.4: families with their samples. */
export class Exposition {
  readonly #families = new Map<string, string[]>();

  /**
   * Adds one sample. A family is described by its first sample; values that are no finite number are left out, since
   * a scrape must not fail for one of them.
   */
  add(name: string, type: MetricType, help: string, value: number | undefined, labels: Labels = {}): void {
    if (value === undefined || !Number.isFinite(value)) return;
    let lines = this.#families.get(name);
    if (!lines) {
      lines = [`# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, `# TYPE ${name} ${type}`];
      this.#families.set(name, lines);
    }
    const written = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(String(text))}"`);
    lines.push(`${name}${written.length > 0 ? `{${written.join(',')}}` : ''} ${value}`);
  }

  toString(): string {
    return [...this.#families.values()].map((lines) => `${lines.join('\n')}\n`).join('');
  }
}

/** The content type of the text. */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
