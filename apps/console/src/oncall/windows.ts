import { type RotationLayer, WEEKDAYS, type Weekday } from '@alongside/contracts';

export type Restrictions = NonNullable<RotationLayer['restrictions']>;

/** Hours of several weekdays; the end may be earlier than the beginning: over midnight. `00:00` as the end closes the day. */
export type HoursRule = { days: readonly Weekday[]; from: string; to: string };

/** Monday to Friday by day: what most layers that are not on round the clock begin with. */
export const OFFICE_HOURS: HoursRule = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '09:00', to: '18:00' };

/** The windows of each weekday as rules, one for all days that share a window. */
export function rulesOf(restrictions: Restrictions): HoursRule[] {
  const daysByWindow = new Map<string, Weekday[]>();
  for (const day of WEEKDAYS)
    for (const window of restrictions[day] ?? []) daysByWindow.set(window, [...(daysByWindow.get(window) ?? []), day]);
  return [...daysByWindow].map(([window, days]) => {
    const [from = '00:00', to = '00:00'] = window.split('-');
    return { days, from, to: to === '24:00' ? '00:00' : to };
  });
}

/** The windows of each weekday that rules name, in the order of the clock. */
export function restrictionsOf(rules: readonly HoursRule[]): Restrictions {
  const restrictions: Restrictions = {};
  for (const day of WEEKDAYS) {
    const windows = rules
      .filter(({ days }) => days.includes(day))
      .map(({ from, to }) => `${from}-${to === '00:00' ? '24:00' : to}`);
    if (windows.length > 0) restrictions[day] = [...new Set(windows)].sort();
  }
  return restrictions;
}
