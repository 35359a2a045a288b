import { SlaInputError, type SlaIssue } from './input.ts';

/** A step of a contract's credits: below this attainment, this percentage of the fee is owed. */
export type CreditTier = {
  /** A share above 0, up to 1, as it is written in the contract: 0.99. Read as that decimal, never as its binary neighbour. */
  below: number;
  /** Percentage of the fee, above 0, up to 100. */
  percent: number;
};

/** How often a promise was kept, in counts. */
export type Attainment = { met: number; total: number };

/**
 * The percentage of the fee a month's attainment owes: the highest of all tiers whose limit it lies strictly below (R36).
 * @param tiers in any order
 * @returns 0 where no tier is reached and where nothing was promised, `total` being 0 (R37)
 * @throws SlaInputError on what tierIssues finds and on counts that are none
 */
export function creditsOwed(tiers: readonly CreditTier[], { met, total }: Attainment): number {
  const issues = [...tierIssues(tiers), ...countIssues(met, total)];
  if (issues.length > 0) throw new SlaInputError(issues);
  const owed = tiers.filter(({ below }) => isBelow(met, total, below)).map(({ percent }) => percent);
  return Math.max(0, ...owed);
}

/** The problems that keep tiers from being saved; empty when they are sound. */
export function tierIssues(tiers: readonly CreditTier[]): SlaIssue[] {
  const issues: SlaIssue[] = [];
  const limits = new Set<number>();
  tiers.forEach(({ below, percent }, index) => {
    if (!(below > 0 && below <= 1))
      issues.push({ field: `tiers.${index}.below`, problem: 'must be above 0 and at most 1' });
    else if (limits.has(below))
      issues.push({ field: `tiers.${index}.below`, problem: 'is the limit of another tier too' });
    limits.add(below);
    if (!(percent > 0 && percent <= 100))
      issues.push({ field: `tiers.${index}.percent`, problem: 'must be above 0 and at most 100' });
  });
  return issues;
}

function countIssues(met: number, total: number): SlaIssue[] {
  const issues: SlaIssue[] = [];
  if (!Number.isSafeInteger(total) || total < 0)
    issues.push({ field: 'total', problem: 'must be a whole number, zero or more' });
  if (!Number.isSafeInteger(met) || met < 0 || met > total)
    issues.push({ field: 'met', problem: 'must be a whole number from zero to total' });
  return issues;
}

// met / total < below, without dividing and without binary fractions.
function isBelow(met: number, total: number, below: number): boolean {
  const [digits, scale] = decimalOf(below);
  return BigInt(met) * scale < digits * BigInt(total);
}

/** A number from 0 to 1 as the shortest decimal that names it: digits over a power of ten. */
function decimalOf(value: number): [digits: bigint, scale: bigint] {
  const [mantissa, exponent] = value.toString().split('e') as [string, string?];
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?];
  return [BigInt(whole + fraction), 10n ** BigInt(fraction.length - Number(exponent ?? 0))];
}
