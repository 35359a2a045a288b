const HAN = /\p{Script=Han}/u;

/**
 * What stands in a person's round picture.
 * @param name as people write it: a Chinese name gives its last two characters (the given name), others the first
 * letters of the first and the last word
 * @returns one or two characters, upper case; `?` for an empty name
 */
export function initials(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') return '?';
  const words = trimmed.split(/\s+/u);
  const firstWord = Array.from(words[0]!);
  if (HAN.test(trimmed) && firstWord.every((character) => HAN.test(character))) return firstWord.slice(-2).join('');
  const first = firstGrapheme(words[0]!);
  const last = words.length > 1 ? firstGrapheme(words.at(-1)!) : '';
  return (first + last).toLocaleUpperCase();
}

const SIGNS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

// Emoji and letters with marks are several code points but one sign to the eye.
function firstGrapheme(word: string): string {
  for (const { segment } of SIGNS.segment(word)) return segment;
  return '';
}

/**
 * A colour for a person, the same on every screen.
 * @param key their id
 * @returns hue, degrees 0–359
 */
export function hueOf(key: string): number {
  let hash = 2_166_136_261;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 16_777_619);
  }
  return (hash >>> 0) % 360;
}
