import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';

const require = createRequire(import.meta.url);
/** Noto Sans SC, and for what it lacks (Polish, Turkish, Vietnamese, Greek …) Noto Sans. */
const FAMILIES = ['noto-sans-sc', 'noto-sans'] as const;
type Family = (typeof FAMILIES)[number];

export type Weight = 400 | 700;

/** The parts that hold what a text of ours is made of; tried in this order. */
const MAIN_PARTS = ['latin', 'chinese-simplified'] as const;

/** One file of the font and what it is called in a document. */
export type FontPart = { name: string; content: Buffer };

/** The parts a document always has, in the order in which a character is looked for. */
export async function mainFonts(weight: Weight): Promise<FontPart[]> {
  return Promise.all(MAIN_PARTS.map((part) => fontPart('noto-sans-sc', part, weight)));
}

/**
 * The parts that may hold a rarer character (traditional Chinese, kana, Cyrillic, accents), the likeliest first. Only
 * the file itself tells whether it does: the published ranges name letters that are missing.
 */
export async function fontsFor(codePoint: number, weight: Weight): Promise<FontPart[]> {
  const parts = rareParts().filter(({ ranges }) => ranges.some(([from, to]) => codePoint >= from && codePoint <= to));
  return Promise.all(parts.map(({ family, name }) => fontPart(family, name, weight)));
}

const kept = new Map<string, Promise<FontPart>>();

async function fontPart(family: Family, part: string, weight: Weight): Promise<FontPart> {
  const name = `${family}-${part}-${weight}`;
  let loading = kept.get(name);
  if (!loading) {
    loading = readFile(require.resolve(`@fontsource/${family}/files/${name}-normal.woff`)).then(async (woff) => ({
      name,
      content: await unpackWoff(woff),
    }));
    kept.set(name, loading);
    loading.catch(() => kept.delete(name));
  }
  return loading;
}

type RarePart = { family: Family; name: string; ranges: [number, number][] };
let rare: RarePart[] | null = null;

function rareParts(): RarePart[] {
  rare ??= FAMILIES.flatMap((family) =>
    Object.entries(require(`@fontsource/${family}/unicode.json`) as Record<string, string>).map(([name, ranges]) => ({
      family,
      // Numbered parts stand in brackets there, and without in the names of files.
      name: name.replace(/[[\]]/g, ''),
      ranges: ranges.split(',').map((range): [number, number] => {
        const [from, to = from] = range.replace('U+', '').split('-') as [string, string?];
        return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
      }),
    })),
  );
  return rare;
}

const inflated = promisify(inflate);

/**
 * A WOFF 1.0 file as the plain font it wraps (W3C, WOFF File Format 1.0, section 4). The PDF library could read it as
 * it is, but unpacks it in script, again for each table it looks at: seconds instead of milliseconds.
 */
export async function unpackWoff(woff: Buffer): Promise<Buffer> {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error('not a WOFF file');
  const count = woff.readUInt16BE(12);
  const power = 2 ** Math.floor(Math.log2(count));
  const head = Buffer.alloc(12 + 16 * count);
  woff.copy(head, 0, 4, 8);
  for (const [index, value] of [count, power * 16, Math.log2(power), (count - power) * 16].entries())
    head.writeUInt16BE(value, 4 + 2 * index);
  const parts: Buffer[] = [head];
  let at = head.length;
  for (let index = 0; index < count; index += 1) {
    const entry = 44 + 20 * index;
    const [offset, packedLength, length] = [4, 8, 12].map((field) => woff.readUInt32BE(entry + field)) as [
      number,
      number,
      number,
    ];
    const packed = woff.subarray(offset, offset + packedLength);
    const table = packedLength < length ? await inflated(packed) : packed;
    const place = 12 + 16 * index;
    woff.copy(head, place, entry, entry + 4);
    woff.copy(head, place + 4, entry + 16, entry + 20);
    head.writeUInt32BE(at, place + 8);
    head.writeUInt32BE(length, place + 12);
    const padding = Buffer.alloc((4 - (length % 4)) % 4);
    parts.push(table, padding);
    at += length + padding.length;
  }
  return Buffer.concat(parts);
}
