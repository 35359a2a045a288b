import type { Money } from '@alongside/contracts';

/** Digits after the point in a currency, 2 for most; 2 for one that is unknown. */
function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** An amount as one types it: "12000" or "12000.50". */
export function writeAmount({ amountMinor, currency }: Money): string {
  const digits = digitsOf(currency);
  const amount = amountMinor / 10 ** digits;
  return Number.isInteger(amount) ? String(amount) : amount.toFixed(digits);
}

/**
 * What was typed as an amount, in the currency's smallest unit.
 * @returns undefined for nothing, null for what is no amount of this currency
 */
export function readAmount(text: string, currency: string): number | undefined | null {
  const clean = text.replaceAll(/[\s,，]/g, '');
  if (clean === '') return undefined;
  const digits = digitsOf(currency);
  const match = /^(\d{1,12})(?:\.(\d+))?$/.exec(clean);
  if (!match || (match[2]?.length ?? 0) > digits) return null;
  return Number(match[1]! + (match[2] ?? '').padEnd(digits, '0'));
}
