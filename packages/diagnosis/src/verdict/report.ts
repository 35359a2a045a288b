import type { Session } from '../model/session.ts';
import type { Evidence, Finding, Severity, Subject } from '../rules/finding.ts';
import { RULES } from '../rules/index.ts';
import { type DiagnosisLocale, type FindingWords, wordsOf } from '../words/words.ts';
import { judge } from './verdict.ts';

/** A finding as programs get it: the numbers, and the words of one language. */
export type ReportedFinding = {
  rule: string;
  /** The rule it is an effect of; its own where it is a cause. */
  cause: string;
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
};

/** Judges a session by every rule and puts the outcome into words. */
export function diagnose(session: Session, locale: DiagnosisLocale): DiagnosisReport {
  const verdict = judge(session, RULES);
  const instant = (atMs: number) =>
    session.clock === 'wall' ? new Date(atMs).toISOString() : Math.round(atMs - session.fromMs) / 1_000;
  const reported = (finding: Finding, cause: string): ReportedFinding => {
    const { title, says, disprovedBy, questions, remedy } = wordsOf(finding, locale);
    const { rule, severity, confidence, subject, evidence } = finding;
    const from = instant(finding.fromMs);
    const to = instant(finding.toMs);
    return {
      rule,
      cause,
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
    findings: verdict.causes.flatMap(({ finding, repeats, effects }) =>
      [finding, ...repeats, ...effects].map((one) => reported(one, finding.rule)),
    ),
  };
}

/** Several documents of one file as one report: causes of all, none twice. */
export function merged(reports: readonly DiagnosisReport[]): DiagnosisReport {
  const states = reports.map(({ verdict }) => verdict.state);
  const state = states.includes('findings') ? 'findings' : states.includes('healthy') ? 'healthy' : 'not_enough_data';
  return {
    verdict: { state, causes: [...new Set(reports.flatMap(({ verdict }) => verdict.causes))] },
    findings: reports.flatMap(({ findings }) => findings),
  };
}
