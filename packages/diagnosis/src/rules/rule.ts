import type { Session } from '../model/session.ts';
import type { Area, Finding } from './finding.ts';

/** One kind of fault: when it is there, and what else it accounts for. One file each. */
export type Rule = {
  /** In words with hyphens: part of the JSON output and of addresses, so it never changes. */
  id: string;
  area: Area;
  /** Rules whose findings are effects of this one, when they happen at the same time on its way. */
  explains: readonly string[];
  /** Where it begins, ends and becomes graver, by name; units at the ends of names, else those of its measure. */
  thresholds?: Readonly<Record<string, number>>;
  /** Where not every finding of it accounts for every such effect. */
  accountsFor?(cause: Finding, effect: Finding): boolean;
  /** @returns what it finds, in no particular order */
  find(session: Session): Found[];
};

/** A finding without what the rule itself says. */
export type Found = Omit<Finding, 'rule' | 'area'>;

/** @returns all findings of several rules, by their beginning */
export function findAll(rules: readonly Rule[], session: Session): Finding[] {
  return rules
    .flatMap((rule) => rule.find(session).map((found) => ({ rule: rule.id, area: rule.area, ...found })))
    .sort((a, b) => a.fromMs - b.fromMs || a.rule.localeCompare(b.rule));
}
