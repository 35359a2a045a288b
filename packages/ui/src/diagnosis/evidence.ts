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

/** A participant of whom nothing is known but that something was measured or found. */
export const unknownParticipant = (id: string): DiagnosisParticipant => ({
  id,
  name: null,
  side: null,
  userAgent: null,
});
