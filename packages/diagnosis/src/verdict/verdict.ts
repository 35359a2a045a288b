import type { Session } from '../model/session.ts';
import type { Finding, Severity } from '../rules/finding.ts';
import { findAll, type Rule } from '../rules/rule.ts';

/** A fault with what it brought about. */
export type Cause = {
  finding: Finding;
  /** The same fault again, of other streams or at other times. */
  repeats: Finding[];
  effects: Finding[];
  /** What orders causes: how much people notice of it and of its effects, how long, and how sure it is. */
  weight: number;
};

/** What is wrong with a call, most important first. */
export type Verdict = {
  /** `not_enough_data` where too little was measured to call anything healthy. */
  state: 'healthy' | 'findings' | 'not_enough_data';
  causes: Cause[];
};

/** Causes and effects are not told by the same sample: one may show up this much later or earlier, ms. */
const SLACK_MS = 5_000;

/** Less of a call says nothing, ms and samples. */
const LEAST_MS = 10_000;
const LEAST_SAMPLES = 4;

const SEVERITY_WEIGHTS: Record<Severity, number> = { minor: 1, major: 3, critical: 8 };

/**
 * Ranks what the rules find and puts effects under their causes. A finding is an effect where a rule that accounts for it
 * found something at the same time on the same participant's way; of several the one with more weight has it.
 */
export function judge(session: Session, rules: readonly Rule[]): Verdict {
  const findings = findAll(rules, session);
  if (findings.length === 0) return { state: isMeasured(session) ? 'healthy' : 'not_enough_data', causes: [] };
  const explains = new Map(rules.map((rule) => [rule.id, new Set(rule.explains)]));
  const causeOf = new Map<Finding, Finding>();
  for (const effect of findings) {
    const causes = findings.filter(
      (cause) =>
        cause !== effect &&
        explains.get(cause.rule)?.has(effect.rule) &&
        isOnItsWay(cause, effect) &&
        overlap(cause, effect),
    );
    const heaviest = causes.sort((a, b) => weightOf(b) - weightOf(a))[0];
    if (heaviest) causeOf.set(effect, heaviest);
  }
  const causes: Cause[] = [];
  for (const finding of findings) {
    if (causeOf.has(finding)) continue;
    const same = causes.find(({ finding: first }) => first.rule === finding.rule && isSameWay(first, finding));
    if (same) same.repeats.push(finding);
    else causes.push({ finding, repeats: [], effects: [], weight: 0 });
  }
  for (const [effect, cause] of causeOf) rootOf(causes, causeOf, cause)?.effects.push(effect);
  for (const cause of causes)
    cause.weight =
      weightOf(cause.finding) +
      [...cause.repeats, ...cause.effects].reduce((sum, finding) => sum + weightOf(finding) / 2, 0);
  causes.sort((a, b) => b.weight - a.weight);
  return { state: 'findings', causes };
}

function rootOf(causes: readonly Cause[], causeOf: ReadonlyMap<Finding, Finding>, finding: Finding): Cause | undefined {
  let root = finding;
  // Rules that explain each other would lead in a circle.
  for (let step = 0; step < 10 && causeOf.has(root); step++) root = causeOf.get(root)!;
  return causes.find((cause) => cause.finding === root || cause.repeats.includes(root));
}

function isMeasured({ connections, tracks, fromMs, toMs }: Session): boolean {
  const samples = [...connections, ...tracks].reduce((most, { samples }) => Math.max(most, samples.length), 0);
  return toMs - fromMs >= LEAST_MS && samples >= LEAST_SAMPLES;
}

const weightOf = ({ severity, confidence, fromMs, toMs }: Finding) =>
  SEVERITY_WEIGHTS[severity] * confidence * (1 + Math.log10(1 + (toMs - fromMs) / 10_000));

function overlap(a: Finding, b: Finding): boolean {
  return a.fromMs - SLACK_MS <= b.toMs && b.fromMs - SLACK_MS <= a.toMs;
}

/** What happens to somebody's whole connection happens to each stream on it; one direction says nothing of the other. */
function isOnItsWay(cause: Finding, effect: Finding): boolean {
  const [a, b] = [cause.subject, effect.subject];
  if (a.connectionId !== null && b.connectionId !== null && a.connectionId !== b.connectionId) return false;
  if (a.participantId !== b.participantId) return false;
  if (a.direction !== null && b.direction !== null && a.direction !== b.direction) return false;
  return a.trackId === null || b.trackId === null || a.trackId === b.trackId || cause.area === 'network';
}

const isSameWay = (a: Finding, b: Finding) =>
  a.subject.participantId === b.subject.participantId && a.subject.direction === b.subject.direction;
