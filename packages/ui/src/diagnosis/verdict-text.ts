import { type Cause, type DiagnosisLocale, type Finding, streamName, wordsOf } from '@alongside/diagnosis';
import type { TFunction } from 'i18next';
import { type Evidence, effectGroups } from './evidence.ts';
import { personTitle } from './person-title.ts';

/** More effects than this are counted, not named. */
const NAMED_EFFECTS = 3;

type Words = { t: TFunction; locale: DiagnosisLocale; nameOf: (name: string) => string };

/** The heaviest cause, whose call it concerns, and what it brought about: one sentence. Null where nothing was found. */
export function verdictText(evidence: Pick<Evidence, 'causes' | 'participants'>, words: Words): string | null {
  const { t, locale } = words;
  const [heaviest] = evidence.causes;
  if (!heaviest) return null;
  const { title } = wordsOf(heaviest.finding, locale);
  const who = subjectText(heaviest.finding, evidence.participants, words);
  const cause = who ? t('verdict.whose', { title, who }) : title;
  const titles = effectTitles(heaviest, locale);
  if (titles.length === 0) return t('verdict.cause', { cause });
  const named = titles.slice(0, NAMED_EFFECTS).map((one) => (locale === 'en' ? lowerFirst(one) : one));
  const effects = named.join(locale === 'en' ? ', ' : '、');
  const more = titles.length - named.length;
  return more > 0
    ? t('verdict.effectsAndMore', { cause, effects, count: more })
    : t('verdict.effects', { cause, effects });
}

/** Whose call and which stream a finding concerns; empty where there is nothing to tell apart. */
export function subjectText(
  { subject }: Pick<Finding, 'subject'>,
  participants: Evidence['participants'],
  { t, locale, nameOf }: Words,
): string {
  const person = participants.find(({ id }) => id === subject.participantId);
  const name = person ? personTitle({ ...person, side: person.name === null ? person.side : null }, t, nameOf) : null;
  const parts = [name, streamName(subject, locale)].filter(Boolean);
  return parts.join(locale === 'en' ? ', ' : '，');
}

/** What came of a cause, each kind once, the worst first. */
export function effectTitles(cause: Pick<Cause, 'finding' | 'effects'>, locale: DiagnosisLocale): string[] {
  const others = effectGroups(cause).filter(({ finding }) => finding.rule !== cause.finding.rule);
  return [...new Set(others.map(({ finding }) => wordsOf(finding, locale).title))];
}

/** A title within a sentence; one that begins with an abbreviation stays as it is. */
function lowerFirst(title: string): string {
  return /^[A-Z](?![A-Z])/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}
