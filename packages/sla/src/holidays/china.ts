import china2026 from './data/china-2026.json' with { type: 'json' };
import china2027 from './data/china-2027.json' with { type: 'json' };
import type { StatutoryYear } from './holiday.ts';

const YEARS = new Map([china2026, china2027].map((year) => [year.year, year as StatutoryYear]));

/** The years `chinaHolidays` knows something about. */
export const CHINA_HOLIDAY_YEARS: readonly number[] = [...YEARS.keys()];

/**
 * The statutory holidays of mainland China, with the make-up workdays (调休) of a year the State Council has arranged
 * (R34). Later years become known in the autumn before them: then their file in `data` is replaced.
 *
 * For 2027 the dates are the thirteen days of 全国年节及纪念日放假办法, article 2, alone. The lunar ones follow from the
 * new moons in Beijing's time: that of 6 February falls at 23:56 there (Meeus, Astronomical Algorithms, chapter 49), so
 * the Spring Festival is on the 6th and its eve on the 5th, though ICU's Chinese calendar has it a day later.
 * @returns null for a year nothing is known about here
 */
export function chinaHolidays(year: number): StatutoryYear | null {
  return structuredClone(YEARS.get(year)) ?? null;
}
