import { describe, expect, it } from 'vitest';
import { readAmount, writeAmount } from './amount-text.ts';

describe('amounts', () => {
  it('are kept in the smallest unit, whatever the currency has', () => {
    expect(readAmount('12,000.5', 'CNY')).toBe(1_200_050);
    expect(readAmount('12000', 'JPY')).toBe(12_000);
    expect(readAmount('1.234', 'BHD')).toBe(1_234);
    expect(readAmount('', 'CNY')).toBeUndefined();
    for (const [text, currency] of [
      ['12.345', 'CNY'],
      ['1.5', 'JPY'],
      ['-1', 'EUR'],
      ['much', 'EUR'],
    ] as const)
      expect(readAmount(text, currency), text).toBeNull();
  });

  it('are read again as they were written', () => {
    for (const money of [
      { amountMinor: 1_200_050, currency: 'CNY' },
      { amountMinor: 12_000, currency: 'JPY' },
      { amountMinor: 900, currency: 'EUR' },
    ])
      expect(readAmount(writeAmount(money), money.currency)).toBe(money.amountMinor);
  });
});
