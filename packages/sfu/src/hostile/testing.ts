import fc from 'fast-check';

/**
 * How often each property is tried. The same inputs every time by default, so that nobody's change fails on another's
 * luck; `FUZZ_RUNS=100000 FUZZ_SEED=$RANDOM` goes looking for new ones.
 */
const RUNS = Number(process.env.FUZZ_RUNS ?? 400);
const SEED = Number(process.env.FUZZ_SEED ?? 20_260);
/** No property takes longer by default; what was tried until then counts. */
const TIME_LIMIT_MS = process.env.FUZZ_RUNS === undefined ? 3_000 : 600_000;

/** Tries a property on what the network may bring. */
export function assertHostile(property: fc.IRawProperty<unknown>, share = 1): void {
  fc.assert(property as fc.IProperty<unknown>, {
    numRuns: Math.max(20, Math.round(RUNS * share)),
    seed: SEED,
    interruptAfterTimeLimit: TIME_LIMIT_MS,
  });
}

/** One thing that happens to bytes on their way from somebody who means harm. */
type Damage =
  | { kind: 'flip' | 'truncate' | 'remove' | 'repeat'; at: number; size: number }
  | { kind: 'set'; at: number; value: number; width: 1 | 2 | 4 }
  | { kind: 'insert'; at: number; bytes: Uint8Array };

const place = fc.double({ min: 0, max: 1, noNaN: true });
/** Lengths and counts that parsers stumble over. */
const edge = fc.constantFrom(
  0,
  1,
  2,
  3,
  4,
  7,
  8,
  0x7f,
  0x80,
  0xff,
  0x100,
  0x7fff,
  0x8000,
  0xffff,
  0x7fffffff,
  0xffffffff,
);

const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('flip' as const, 'truncate' as const, 'remove' as const, 'repeat' as const),
    at: place,
    size: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({
    kind: fc.constant('set' as const),
    at: place,
    value: fc.oneof(edge, fc.integer({ min: 0, max: 255 })),
    width: fc.constantFrom(1 as const, 2 as const, 4 as const),
  }),
  fc.record({ kind: fc.constant('insert' as const), at: place, bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }) }),
);

function apply(bytes: Buffer, change: Damage): Buffer {
  const at = Math.min(bytes.length, Math.floor(change.at * (bytes.length + 1)));
  switch (change.kind) {
    case 'flip': {
      const out = Buffer.from(bytes);
      if (at < out.length) out[at] = out[at]! ^ (1 << (change.size & 7));
      return out;
    }
    case 'truncate':
      return bytes.subarray(0, at);
    case 'remove':
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + change.size)]);
    case 'repeat':
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - change.size))]);
    case 'set': {
      const out = Buffer.from(bytes);
      if (at + change.width > out.length) return out;
      out.writeUIntBE(change.value % 2 ** (8 * change.width), at, change.width);
      return out;
    }
    case 'insert':
      return Buffer.concat([bytes.subarray(0, at), change.bytes, bytes.subarray(at)]);
  }
}

/** Bytes of no sense, and sensible ones that were damaged, cut, or are as they should be. */
export function hostileBytes(seeds: readonly Buffer[], maxLength = 1_500): fc.Arbitrary<Buffer> {
  const noise = fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes));
  if (seeds.length === 0) return noise;
  const damaged = fc
    .tuple(fc.constantFrom(...seeds), fc.array(damage, { maxLength: 6 }))
    .map(([seed, changes]) => changes.reduce(apply, Buffer.from(seed)));
  return fc.oneof({ weight: 1, arbitrary: noise }, { weight: 4, arbitrary: damaged });
}

/** The same for text: lines and words of it are what gets mixed up. */
export function hostileText(seeds: readonly string[]): fc.Arbitrary<string> {
  const bytes = hostileBytes(seeds.map((seed) => Buffer.from(seed))).map((buffer) => buffer.toString('utf8'));
  const shuffled = fc
    .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(place, place, fc.boolean()), { maxLength: 8 }))
    .map(([seed, moves]) => {
      const lines = seed.split('\n');
      for (const [from, to, copies] of moves) {
        const at = Math.floor(from * lines.length);
        const [line = ''] = copies ? [lines[at]] : lines.splice(at, 1);
        lines.splice(Math.floor(to * lines.length), 0, line ?? '');
      }
      return lines.join('\n');
    });
  return fc.oneof(bytes, shuffled);
}
