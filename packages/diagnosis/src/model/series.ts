const FIRST_CAPACITY = 16;

/** ECMA-262, 21.4.1.1: dates reach no farther; what claims to be later or earlier cannot be written down as one. */
const FARTHEST_MS = 8.64e15;

/** Whether a number can be an instant: a source may write any. */
export const isInstant = (atMs: number): boolean => Math.abs(atMs) <= FARTHEST_MS;

/** Times, in ms, and numbers measured at them. */
export interface ReadonlySeries<F extends string> {
  readonly length: number;
  /** @returns when sample `index` was taken */
  atMs(index: number): number;
  /** @returns null where it was not measured */
  value(field: F, index: number): number | null;
  /** Whether any sample has it. */
  has(field: F): boolean;
  /** @returns the first index at or after an instant; `length` when there is none */
  indexAt(atMs: number): number;
}

/**
 * Numbers over time, a column per field, so that an hour of a call costs a few megabytes and not an object per sample.
 * Fields nobody measured cost nothing.
 */
export class Series<F extends string> implements ReadonlySeries<F> {
  #times = new Float64Array(FIRST_CAPACITY);
  readonly #columns = new Map<F, Float64Array>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /**
   * Appends a sample. What is null, undefined or not finite counts as not measured.
   * @returns false, and nothing is kept, when it is not later than the one before
   */
  append(atMs: number, values: Partial<Record<F, number | null | undefined>>): boolean {
    if (!isInstant(atMs) || (this.#length > 0 && atMs <= this.#times[this.#length - 1]!)) return false;
    if (this.#length === this.#times.length) this.#grow();
    this.#times[this.#length] = atMs;
    this.#length += 1;
    this.#write(this.#length - 1, values);
    return true;
  }

  /** Adds what somebody else measured to the first sample at or after an instant, or to the last one. */
  amend(atMs: number, values: Partial<Record<F, number | null | undefined>>): void {
    if (this.#length === 0) return;
    this.#write(Math.min(this.indexAt(atMs), this.#length - 1), values);
  }

  /** Lets go of the samples before an instant, for whoever watches without an end. */
  forgetBefore(atMs: number): void {
    const count = this.indexAt(atMs);
    if (count === 0) return;
    this.#times.copyWithin(0, count, this.#length);
    for (const column of this.#columns.values()) {
      column.copyWithin(0, count, this.#length);
      column.fill(Number.NaN, this.#length - count, this.#length);
    }
    this.#length -= count;
  }

  atMs(index: number): number {
    return index >= 0 && index < this.#length ? this.#times[index]! : Number.NaN;
  }

  value(field: F, index: number): number | null {
    const value = index < this.#length ? this.#columns.get(field)?.[index] : undefined;
    return value === undefined || Number.isNaN(value) ? null : value;
  }

  has(field: F): boolean {
    return this.#columns.has(field);
  }

  indexAt(atMs: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[middle]! < atMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #write(index: number, values: Partial<Record<F, number | null | undefined>>): void {
    for (const field in values) {
      const value = values[field];
      if (typeof value === 'number' && Number.isFinite(value)) this.#column(field)[index] = value;
    }
  }

  #column(field: F): Float64Array {
    let column = this.#columns.get(field);
    if (!column) {
      column = new Float64Array(this.#times.length).fill(Number.NaN);
      this.#columns.set(field, column);
    }
    return column;
  }

  #grow(): void {
    const capacity = this.#times.length * 2;
    const times = new Float64Array(capacity);
    times.set(this.#times);
    this.#times = times;
    for (const [field, column] of this.#columns) {
      const grown = new Float64Array(capacity).fill(Number.NaN);
      grown.set(column);
      this.#columns.set(field, grown);
    }
  }
}
