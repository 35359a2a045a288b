import type { SlaIssue } from '../input.ts';
import { type PolicyVersion, PRIORITIES, TARGETS, type Target } from './events.ts';

/**
 * The problems that keep a version of a plan from being saved; empty when it is sound.
 * @param calendarIds the calendars there are; left out = not looked at
 */
export function policyIssues(policy: PolicyVersion, calendarIds?: readonly string[]): SlaIssue[] {
  const issues: SlaIssue[] = [];
  if (!(policy.warnAtShare > 0 && policy.warnAtShare < 1))
    issues.push({ field: 'warnAtShare', problem: 'must lie between 0 and 1' });
  for (const priority of PRIORITIES) {
    const promise = policy.priorities[priority];
    const field = `priorities.${priority}`;
    if (!promise) {
      issues.push({ field, problem: 'is missing' });
      continue;
    }
    if (calendarIds && promise.calendarId !== null && !calendarIds.includes(promise.calendarId))
      issues.push({ field: `${field}.calendarId`, problem: 'is not a calendar there is' });
    for (const [target, budgetMs] of Object.entries(promise.targetsMs)) {
      if (!TARGETS.includes(target as Target))
        issues.push({ field: `${field}.targetsMs.${target}`, problem: 'is not a target' });
      else if (budgetMs !== undefined && !(Number.isSafeInteger(budgetMs) && budgetMs >= 0))
        issues.push({
          field: `${field}.targetsMs.${target}`,
          problem: 'must be a whole number of milliseconds, zero or more',
        });
    }
  }
  return issues;
}
