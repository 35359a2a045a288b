import type { Skill } from '@alongside/contracts';
import type { DemandedSkill } from './routing.ts';

/** What a ticket says by which one recognises the skills it demands. */
export type TicketWords = {
  topic: string | null;
  /** Subject, first message, and what the page told of platform and browser. */
  texts: readonly string[];
};

/**
 * The skills a ticket demands: those its topic stands for, and those of whose keywords it says one.
 * @param skills the workspace's list, in its order
 */
export function demandedSkills({ topic, texts }: TicketWords, skills: readonly Skill[]): DemandedSkill[] {
  const said = texts.map(normalised).join('\n');
  return skills
    .filter(
      ({ topics, keywords }) =>
        (topic !== null && topics.includes(topic)) || keywords.some((keyword) => isSaid(keyword, said)),
    )
    .map(({ id, name, kind }) => ({ id, name, required: kind !== 'platform' }));
}

/**
 * The languages one should speak with a customer, most wanted first: that of what they wrote, where its script tells,
 * then their browser's, then the one they chose with us.
 * @param said subject and first message
 * @param told BCP 47 tags in this order; what is no tag is left out
 */
export function wantedLanguages(said: string, told: readonly (string | null | undefined)[]): string[] {
  const wanted: string[] = [];
  for (const tag of [languageOfScript(said), ...told]) {
    const canonical = canonicalTag(tag);
    if (canonical !== null && !wanted.some((other) => sameLanguage(other, canonical))) wanted.push(canonical);
  }
  return wanted;
}

/** So many characters of a script in a text make it that language's: a quoted word does not. */
const SCRIPT_MIN_SHARE = 0.2;

/** The language a script alone gives away; null where several languages share it, as the Latin and Cyrillic ones. */
function languageOfScript(text: string): string | null {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const letters = count(/\p{L}/gu);
  if (letters === 0) return null;
  const isMany = (found: number) => found > 0 && found / letters >= SCRIPT_MIN_SHARE;
  const kana = count(/\p{Script=Hiragana}|\p{Script=Katakana}/gu);
  const han = count(/\p{Script=Han}/gu);
  // Japanese mixes both; a Chinese text has no kana.
  if (kana > 0 && isMany(kana + han)) return 'ja';
  if (isMany(han)) return 'zh';
  if (isMany(count(/\p{Script=Hangul}/gu))) return 'ko';
  if (isMany(count(/\p{Script=Thai}/gu))) return 'th';
  if (isMany(count(/\p{Script=Hebrew}/gu))) return 'he';
  return null;
}

function canonicalTag(tag: string | null | undefined): string | null {
  try {
    return tag ? (Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0] ?? null) : null;
  } catch {
    return null;
  }
}

function sameLanguage(a: string, b: string): boolean {
  return a.split('-')[0] === b.split('-')[0];
}

/**
 * Whether a text says a keyword. Words of alphabets are found whole (`echo` is not in “mechoui”), and with a star at
 * their end as beginnings (`echo*` is in “echoing”); in Chinese, which puts no spaces, they are found anywhere.
 */
function isSaid(keyword: string, said: string): boolean {
  const isBeginning = keyword.endsWith('*');
  const word = normalised(isBeginning ? keyword.slice(0, -1) : keyword).trim();
  if (word === '') return false;
  const letter = String.raw`[[\p{L}\p{N}]--${SPACELESS}]`;
  const before = hasSpaces(word.at(0)!) ? `(?<!${letter})` : '';
  const after = hasSpaces(word.at(-1)!) && !isBeginning ? `(?!${letter})` : '';
  const pattern = word.split(/\s+/).map(escaped).join(String.raw`\s+`);
  return new RegExp(before + pattern + after, 'v').test(said);
}

/** Scripts that put no spaces between words. */
const SPACELESS = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]`;

function hasSpaces(character: string): boolean {
  return !new RegExp(SPACELESS, 'v').test(character);
}

// Full-width letters, ligatures and curly apostrophes become plain ones.
function normalised(text: string): string {
  return text.normalize('NFKC').replaceAll('’', "'").toLowerCase();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
