import type { Diagnosis, DiagnosisParticipant } from '@alongside/contracts';
import { type Cause, type Finding, hasWords, type Lane } from '@alongside/diagnosis';

/**
 * A diagnosis as it is drawn. What came over the wire may have been made by another version of this program, or by a
 * hostile one: see `evidenceOf`.
 */
export type Evidence = Omit<Diagnosis, 'causes' | 'lanes'> & { causes: readonly Cause[]; lanes: readonly Lane[] };

/** What a date can hold, ms. */
const DATE_MAX_MS = 8.64e15;

/** Takes of a diagnosis what this page has words for and can draw. */
export function evidenceOf(diagnosis: Diagnosis): Evidence {
  const { fromMs, toMs, clock } = diagnosis;
  const known = (causes: Diagnosis['causes']) => causes.filter(({ finding }) => hasWords(finding.rule));
  const causes = known(diagnosis.causes).map((cause) => ({
    ...cause,
    repeats: cause.repeats.filter(({ rule }) => hasWords(rule)),
    effects: cause.effects.filter(({ rule }) => hasWords(rule)),
    alternatives: cause.alternatives.filter(hasWords),
  }));
  const isDated = clock === 'wall' && Math.abs(fromMs) <= DATE_MAX_MS && Math.abs(toMs) <= DATE_MAX_MS;
  return {
    ...diagnosis,
    clock: isDated ? 'wall' : 'relative',
    toMs: Math.max(fromMs, toMs),
    causes: causes as Cause[],
    lanes: diagnosis.lanes as Lane[],
    // Kept before logs were looked through.
    knownErrors: diagnosis.knownErrors ?? [],
  };
}

/** Which finding it is, also after it came over a wire once more. */
export function findingKey({ rule, subject, fromMs }: Pick<Finding, 'rule' | 'subject' | 'fromMs'>): string {
  return `${rule} ${subject.participantId} ${subject.connectionId ?? ''} ${subject.trackId ?? ''} ${fromMs}`;
}

/** Causes, repeats and effects, each with the number of its cause as people see it. */
export function findingsOf(causes: readonly Cause[]): { finding: Finding; number: number; isEffect: boolean }[] {
  return causes.flatMap(({ finding, repeats, effects }, index) => [
    ...[finding, ...repeats].map((one) => ({ finding: one, number: index + 1, isEffect: false })),
    ...effects.map((one) => ({ finding: one, number: index + 1, isEffect: true })),
  ]);
}

/** A kind of effect on one stream, and all its times. */
export type EffectGroup = { finding: Finding; times: Finding[] };

const SEVERITIES: readonly Finding['severity'][] = ['critical', 'major', 'minor'];

/**
 * What came of a cause, each kind on each stream once, told by the worst of its times, the worst kind first. The cause's
 * own fault on another stream comes last: it is no news.
 */
export function effectGroups({ finding: { rule }, effects }: Pick<Cause, 'finding' | 'effects'>): EffectGroup[] {
  const groups = new Map<string, EffectGroup>();
  for (const effect of effects) {
    const { participantId, direction, kind } = effect.subject;
    const key = `${effect.rule} ${participantId} ${direction} ${kind}`;
    const group = groups.get(key);
    if (!group) groups.set(key, { finding: effect, times: [effect] });
    else {
      group.times.push(effect);
      if (isWorse(effect, group.finding)) group.finding = effect;
    }
  }
  return [...groups.values()].sort(
    (a, b) =>
      Number(a.finding.rule === rule) - Number(b.finding.rule === rule) || rankOf(a.finding) - rankOf(b.finding),
  );
}

const rankOf = ({ severity }: Finding) => SEVERITIES.indexOf(severity);

function isWorse(a: Finding, b: Finding): boolean {
  return rankOf(a) < rankOf(b) || (rankOf(a) === rankOf(b) && a.toMs - a.fromMs > b.toMs - b.fromMs);
}

/** A participant of whom nothing is known but that something was measured or found. */
export const unknownParticipant = (id: string): DiagnosisParticipant => ({
  id,
  name: null,
  side: null,
  userAgent: null,
});
