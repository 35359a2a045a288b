import type { ReadonlySeries } from '../model/series.ts';
import type { Session } from '../model/session.ts';
import { MAX_GAP_MS } from '../rules/derived.ts';
import type { Finding, Severity } from '../rules/finding.ts';
import { findAll, type Rule } from '../rules/rule.ts';
import { gapOf } from '../rules/spans.ts';
import { Ways } from './ways.ts';

/** A fault with what it brought about. */
export type Cause = {
  /** Its confidence is less than the rule's own where there are alternatives. */
  finding: Finding;
  /** The same fault again, of other streams or at other times, or as the other end of the path sees it. */
  repeats: Finding[];
  effects: Finding[];
  /** Rules of other causes that account for the same effects about as well: what was measured cannot tell them apart. */
  alternatives: string[];
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

/** An effect that began before its cause has to lie within it by this share. */
const LEAST_COVERAGE = 0.5;

/** A second cause that accounts for an effect by this share of the first one's merit is an alternative to it. */
const EQUAL_MERIT = 0.75;

/** How much less sure a cause is of which the alternative is as good. */
const DOUBT = 0.8;

/** Less of a call says nothing, ms and samples. */
const LEAST_MS = 10_000;
const LEAST_SAMPLES = 4;

/** More findings than any call has; a hostile file must not keep the verdict busy. The weightiest are kept. */
const MAX_FINDINGS = 500;

const SEVERITY_WEIGHTS: Record<Severity, number> = { minor: 1, major: 3, critical: 8 };

type Link = { cause: Finding; effect: Finding; merit: number };

/**
 * Ranks what the rules find and puts effects under their causes. A finding is an effect where a rule that accounts for it,
 * or the same rule at the sending end, found something at the same time on its way; of several the one that fits best in
 * severity, certainty and time has it. Every finding is in the outcome exactly once, whatever the order of the rules.
 */
export function judge(session: Session, rules: readonly Rule[]): Verdict {
  const findings = weightiest(findAll(rules, session));
  if (findings.length === 0) return { state: isMeasured(session) ? 'healthy' : 'not_enough_data', causes: [] };
  const ways = new Ways(session);
  const links = linksBetween(findings, rules, ways);
  const causeOf = new Map<Finding, Finding>();
  for (const { cause, effect } of links)
    if (!causeOf.has(effect) && rootOf(causeOf, cause) !== effect) causeOf.set(effect, cause);
  const causes: Cause[] = [];
  for (const finding of findings) {
    if (causeOf.has(finding)) continue;
    const same = causes.find(({ finding: first }) => ways.areOne(first, finding));
    if (same) same.repeats.push(finding);
    else causes.push({ finding, repeats: [], effects: [], alternatives: [], weight: 0 });
  }
  const holder = new Map<Finding, Cause>();
  for (const cause of causes) for (const finding of [cause.finding, ...cause.repeats]) holder.set(finding, cause);
  for (const finding of findings) {
    if (causeOf.has(finding)) holder.get(rootOf(causeOf, finding))?.effects.push(finding);
  }
  const linksTo = Map.groupBy(links, ({ effect }) => effect);
  for (const cause of causes)
    cause.alternatives = alternativesOf(cause, linksTo, (one) => holder.get(rootOf(causeOf, one))!);
  for (const cause of causes) {
    if (cause.alternatives.length > 0)
      cause.finding = { ...cause.finding, confidence: Math.round(cause.finding.confidence * DOUBT * 100) / 100 };
    cause.weight = weightOf(cause.finding) + impactOf(cause) / 2;
  }
  causes.sort((a, b) => b.weight - a.weight || compare(a.finding, b.finding));
  const told = (finding: Finding) => ways.told(finding);
  for (const cause of causes) {
    cause.finding = told(cause.finding);
    cause.repeats = cause.repeats.map(told);
    cause.effects = cause.effects.map(told);
  }
  return { state: 'findings', causes };
}

/** Which finding may account for which, the best first. */
function linksBetween(findings: readonly Finding[], rules: readonly Rule[], ways: Ways): Link[] {
  const byId = new Map(rules.map((rule) => [rule.id, { rule, effects: new Set(rule.explains) }]));
  const links: Link[] = [];
  for (const effect of findings)
    for (const cause of findings) {
      if (cause === effect || ways.areOne(cause, effect)) continue;
      // The same fault at both ends: where it is sent, it begins.
      const { rule, effects } = byId.get(cause.rule)!;
      if (!ways.mirrors(cause, effect) && !effects.has(effect.rule)) continue;
      if (rule.accountsFor?.(cause, effect) === false) continue;
      if (!ways.leads(cause, effect)) continue;
      const merit = meritOf(cause, effect);
      if (merit > 0) links.push({ cause, effect, merit });
    }
  return links.sort((a, b) => b.merit - a.merit || compare(a.cause, b.cause) || compare(a.effect, b.effect));
}

/**
 * How well a cause accounts for an effect: how grave and sure it is, how much of the effect it covers, and how much of the
 * cause shows it (what lasts all the call hardly accounts for one bad moment).
 * @returns 0 where it does not: at another time, or the effect was there long before
 */
function meritOf(cause: Finding, effect: Finding): number {
  const fromMs = Math.max(cause.fromMs - SLACK_MS, effect.fromMs);
  const toMs = Math.min(cause.toMs + SLACK_MS, effect.toMs);
  if (fromMs > toMs) return 0;
  const lengthOf = (finding: Finding) => Math.max(1_000, finding.toMs - finding.fromMs);
  const commonMs = Math.max(1_000, toMs - fromMs);
  const coverage = Math.min(1, commonMs / lengthOf(effect));
  if (effect.fromMs < cause.fromMs - SLACK_MS && coverage < LEAST_COVERAGE) return 0;
  const precision = Math.min(1, commonMs / lengthOf(cause));
  return SEVERITY_WEIGHTS[cause.severity] * cause.confidence * coverage * Math.sqrt(precision);
}

/** The rules of other causes that account for at least half of its effects about as well. */
function alternativesOf(
  cause: Cause,
  linksTo: ReadonlyMap<Finding, readonly Link[]>,
  holderOf: (finding: Finding) => Cause,
): string[] {
  const equals = new Map<string, number>();
  let explained = 0;
  for (const effect of cause.effects) {
    const merits = new Map<Cause, number>();
    for (const link of linksTo.get(effect) ?? []) {
      const holder = holderOf(link.cause);
      merits.set(holder, Math.max(merits.get(holder) ?? 0, link.merit));
    }
    const own = merits.get(cause) ?? 0;
    if (own === 0) continue;
    explained += 1;
    const rules = new Set<string>();
    for (const [{ finding }, merit] of merits)
      if (finding.rule !== cause.finding.rule && merit >= own * EQUAL_MERIT) rules.add(finding.rule);
    for (const rule of rules) equals.set(rule, (equals.get(rule) ?? 0) + 1);
  }
  return [...equals].filter(([, count]) => count * 2 >= explained).map(([rule]) => rule);
}

function rootOf(causeOf: ReadonlyMap<Finding, Finding>, finding: Finding): Finding {
  let root = finding;
  while (causeOf.has(root)) root = causeOf.get(root)!;
  return root;
}

function isMeasured({ connections, tracks, fromMs, toMs }: Session): boolean {
  const samples = [...connections, ...tracks].reduce((most, { samples }) => Math.max(most, judgedIn(samples)), 0);
  return toMs - fromMs >= LEAST_MS && samples >= LEAST_SAMPLES;
}

/** How many samples rules could look at: one that stands alone behind a gap tells nothing of any time. */
function judgedIn(samples: Pick<ReadonlySeries<never>, 'length' | 'atMs'>): number {
  const gapMs = gapOf(samples, MAX_GAP_MS);
  let joined = 0;
  for (let index = 1; index < samples.length; index++)
    if (samples.atMs(index) - samples.atMs(index - 1) <= gapMs) joined += 1;
  return joined === 0 ? 0 : joined + 1;
}

const weightOf = ({ severity, confidence, fromMs, toMs }: Finding) =>
  SEVERITY_WEIGHTS[severity] * confidence * (1 + Math.log10(1 + (toMs - fromMs) / 10_000));

/** Each kind of trouble counts once for each person it reaches, by its gravest: layers and repetitions do not add up. */
function impactOf({ repeats, effects }: Cause): number {
  const gravest = new Map<string, number>();
  for (const finding of [...repeats, ...effects]) {
    const key = `${finding.rule}\n${finding.subject.participantId}`;
    gravest.set(key, Math.max(gravest.get(key) ?? 0, weightOf(finding)));
  }
  return [...gravest.values()].reduce((sum, weight) => sum + weight, 0);
}

function weightiest(findings: Finding[]): Finding[] {
  if (findings.length <= MAX_FINDINGS) return findings;
  const kept = new Set(findings.toSorted((a, b) => weightOf(b) - weightOf(a) || compare(a, b)).slice(0, MAX_FINDINGS));
  return findings.filter((finding) => kept.has(finding));
}

/** An order of findings that depends on nothing but themselves. */
function compare(a: Finding, b: Finding): number {
  return a.fromMs - b.fromMs || a.toMs - b.toMs || keyOf(a).localeCompare(keyOf(b), 'en');
}

const keyOf = ({ rule, subject }: Finding) =>
  [rule, subject.participantId, subject.connectionId, subject.trackId, subject.direction].join('\n');
