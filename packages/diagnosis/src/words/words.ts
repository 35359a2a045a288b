import type { Evidence, Finding, Measure, Subject } from '../rules/finding.ts';
import { en } from './en/index.ts';
import { zhCn } from './zh-CN/index.ts';

/** Languages in which everything is said. */
export type DiagnosisLocale = 'en' | 'zh-CN';

type RuleWords = {
  title: string;
  says: string;
  disprovedBy: string;
  questions: string[];
  remedy: { endUser: string[]; developer: string[]; operator: string[] };
};

/** A finding in words. */
export type FindingWords = RuleWords;

const CATALOGUES: Record<DiagnosisLocale, Record<string, RuleWords>> = { en: en.rules, 'zh-CN': zhCn.rules };

const NAMES: Record<DiagnosisLocale, Record<string, string>> = { en: en.names, 'zh-CN': zhCn.names };

/** Whether a rule can be put into words: one told by another version of this program may not be known here. */
export const hasWords = (rule: string): boolean => Object.hasOwn(CATALOGUES.en, rule);

/** All that is said of a rule, with `{{holes}}` for what a finding fills in; undefined where it has no words. */
export const ruleWords = (rule: string, locale: DiagnosisLocale): FindingWords | undefined => CATALOGUES[locale][rule];

/** What a rule is called where it is only mentioned, without what it found. */
export function ruleTitle(rule: string, locale: DiagnosisLocale): string {
  return (CATALOGUES[locale][rule]?.title ?? rule).replace(/[:：]?\s*\{\{\w+\}\}/g, '');
}

/**
 * Says what was found, with its numbers, in one language.
 * @throws Error for a rule without words, which no rule of ours is (a test looks at all of them)
 */
export function wordsOf(finding: Finding, locale: DiagnosisLocale): FindingWords {
  const words = CATALOGUES[locale][finding.rule];
  if (!words) throw new Error(`no words for ${finding.rule}`);
  const names = NAMES[locale];
  const [first] = finding.evidence;
  const values: Record<string, string> = {
    direction: finding.subject.direction ? names[finding.subject.direction]! : '',
    value: first ? quantity(first, first.value, locale) : '',
    worst: first?.worst == null ? '' : quantity(first, first.worst, locale),
  };
  for (const [fact, value] of Object.entries(finding.facts)) values[fact] = names[String(value)] ?? String(value);
  const filled = (text: string) => text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => values[name] ?? '');
  return { ...words, title: filled(words.title), says: filled(words.says).trim() };
}

const MEASURES: Record<DiagnosisLocale, Partial<Record<Measure, string>>> = {
  en: en.measures,
  'zh-CN': zhCn.measures,
};

/** Which stream: its direction and kind, in one language; empty for a whole connection. */
export function streamName({ direction, kind }: Pick<Subject, 'direction' | 'kind'>, locale: DiagnosisLocale): string {
  if (direction === null || kind === null) return '';
  if (locale === 'zh-CN') return `${direction === 'send' ? '发送' : '接收'}的${kind === 'audio' ? '声音' : '画面'}`;
  return `${kind === 'audio' ? 'sound' : 'picture'} ${direction === 'send' ? 'sent' : 'received'}`;
}

/** A measure's name for people; the field's own where it has none. */
export const measureName = (measure: Measure, locale: DiagnosisLocale): string => MEASURES[locale][measure] ?? measure;

/** A number in the unit at the end of its measure's name. */
export function quantity({ measure }: Pick<Evidence, 'measure'>, value: number, locale: DiagnosisLocale): string {
  const number = (digits: number, style: Intl.NumberFormatOptions = {}) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits, ...style }).format(value);
  if (measure === 'audioLevel' || measure === 'noiseFloor') return level(value);
  if (measure.endsWith('Db')) return `${number(0)} dB`;
  if (measure.endsWith('Ratio') || measure.startsWith('luma') || measure === 'echoCorrelation')
    return number(value < 0.1 ? 1 : 0, { style: 'percent' });
  if (measure.endsWith('Ms')) {
    const [amount, unit] = value >= 1_000 ? [value / 1_000, 'second'] : [value, 'millisecond'];
    const format = new Intl.NumberFormat(locale, {
      maximumFractionDigits: value >= 1_000 ? 1 : 0,
      style: 'unit',
      unit,
    });
    // Our Chinese has a space before the unit, the platform's has none.
    return format.format(amount).replace(/\d(?=\p{Script=Han})/gu, '$& ');
  }
  if (measure.endsWith('Bps') && value >= 1_000_000)
    return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value / 1_000_000)} Mbit/s`;
  if (measure.endsWith('Bps'))
    return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(value / 1_000)} kbit/s`;
  if (measure.endsWith('Px')) return `${number(0)} px`;
  return number(value < 10 ? 1 : 0);
}

/** The smallest step of 16 bits: below it there is nothing to be told apart. */
const LEAST_LEVEL = 1 / 32_768;

/** A linear level, 0 to 1, as those who work with sound read it. */
function level(value: number): string {
  if (value < LEAST_LEVEL) return '−∞ dBFS';
  return `${Math.round(20 * Math.log10(value))} dBFS`.replace('-', '−');
}
