import type { Session } from '../model/session.ts';
import { type QualityEstimate, qualityOf } from '../quality/session-quality.ts';
import type { Evidence, Finding, Severity, Subject } from '../rules/finding.ts';
import { RULES } from '../rules/index.ts';
import { type DiagnosisLocale, type FindingWords, wordsOf } from '../words/words.ts';
import { judge } from './verdict.ts';

/** A finding as programs get it: the numbers, and the words of one language. */
export type ReportedFinding = {
  rule: string;
  /** The rule it is an effect of; its own where it is a cause. */
  cause: string;
  /** Rules that account for the same effects about as well; empty for effects. */
  alternatives: string[];
  severity: Severity;
  confidence: number;
  subject: Subject;
  /** ISO instants, or seconds since the beginning where the source tells no date. */
  from: string | number;
  to: string | number;
  title: string;
  says: string;
  evidence: Evidence[];
  disprovedBy: string;
  questions: string[];
  remedy: FindingWords['remedy'];
};

/** What is wrong with a call, in the form `alongside diagnose --json` prints. */
export type DiagnosisReport = {
  verdict: {
    state: 'healthy' | 'findings' | 'not_enough_data';
    /** Rules found, the most important cause first. */
    causes: string[];
  };
  /** Causes by importance, each followed by its effects. */
  findings: ReportedFinding[];
  /** How each stream of sound is estimated to have been heard; none where too little was measured. */
  quality: QualityEstimate[];
};

/** Judges a session by every rule and puts the outcome into words. */
export function diagnose(session: Session, locale: DiagnosisLocale): DiagnosisReport {
  const verdict = judge(session, RULES);
  const instant = (atMs: number) =>
    session.clock === 'wall' ? new Date(atMs).toISOString() : Math.round(atMs - session.fromMs) / 1_000;
  const reported = (finding: Finding, cause: string, alternatives: string[] = []): ReportedFinding => {
    const { title, says, disprovedBy, questions, remedy } = wordsOf(finding, locale);
    const { rule, severity, confidence, subject, evidence } = finding;
    const from = instant(finding.fromMs);
    const to = instant(finding.toMs);
    return {
      rule,
      cause,
      alternatives,
      severity,
      confidence,
      subject,
      from,
      to,
      title,
      says,
      evidence,
      disprovedBy,
      questions,
      remedy,
    };
  };
  return {
    verdict: { state: verdict.state, causes: [...new Set(verdict.causes.map(({ finding }) => finding.rule))] },
    findings: verdict.causes.flatMap(({ finding, repeats, effects, alternatives }) => [
      reported(finding, finding.rule, alternatives),
      ...[...repeats, ...effects].map((one) => reported(one, finding.rule)),
    ]),
    quality: qualityOf(session),
  };
}

/** Several documents of one file as one report: causes of all, none twice. */
export function merged(reports: readonly DiagnosisReport[]): DiagnosisReport {
  const states = reports.map(({ verdict }) => verdict.state);
  const state = states.includes('findings') ? 'findings' : states.includes('healthy') ? 'healthy' : 'not_enough_data';
  return {
    verdict: { state, causes: [...new Set(reports.flatMap(({ verdict }) => verdict.causes))] },
    findings: reports.flatMap(({ findings }) => findings),
    quality: reports.flatMap(({ quality }) => quality),
  };
}
