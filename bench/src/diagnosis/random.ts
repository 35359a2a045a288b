/** Numbers that look random and are the same for the same seed, 0 to 1 (mulberry32). */
export type Random = {
  /** Evenly between two numbers. */
  between(least: number, most: number): number;
  pick<T>(choices: readonly T[]): T;
};

/** @param seed any text, e.g. the class and the number of a run */
export function randomOf(seed: string): Random {
  let state = 0x9e3779b9;
  for (const character of seed) state = Math.imul(state ^ character.codePointAt(0)!, 0x85ebca6b) >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  next();
  return {
    between: (least, most) => least + (most - least) * next(),
    pick: (choices) => choices[Math.floor(next() * choices.length)]!,
  };
}
