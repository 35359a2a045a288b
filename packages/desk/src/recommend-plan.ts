import type { OfferedPlan, Recommendation, Scene, SceneNeed, Wait } from '@alongside/contracts';
import { type Calendar, elapsedMs, isTimeZone, localReading, startOfLocalDate } from '@alongside/sla';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** When the users of such a business usually are there, and how long its operators can stand an outage. */
export const USUAL_NEEDS: Record<Scene, Pick<SceneNeed, 'days' | 'window' | 'wait'>> = {
  evening_live_show: { days: 'every_day', window: '19:00-24:00', wait: 'half_hour' },
  social_video: { days: 'every_day', window: '10:00-02:00', wait: 'half_hour' },
  overseas_business: { days: 'every_day', window: '00:00-24:00', wait: 'half_hour' },
  education: { days: 'every_day', window: '09:00-21:00', wait: 'hour' },
  smart_hardware: { days: 'workdays', window: '09:00-18:00', wait: 'half_day' },
  other: { days: 'workdays', window: '09:00-18:00', wait: 'half_day' },
};

const WAIT_MS: Record<Exclude<Wait, 'any'>, number> = { half_hour: HOUR_MS / 2, hour: HOUR_MS, half_day: 4 * HOUR_MS };

/** A plan measured by a need. */
type Fit = { planId: string; coveredMs: number; firstResponseMs: number | null; lacks: ('hours' | 'response')[] };

/**
 * The smallest of the plans that works while a customer's users are there and answers an outage in time; where none
 * does, the nearest. Holidays are left out of the reckoning: it is about ordinary weeks.
 * @param plans those on offer; their order does not matter
 * @param at ISO instant; the seven local dates from then on are looked at
 * @returns null where nothing is offered or the zone is unknown
 */
export function recommendPlan(need: SceneNeed, plans: readonly OfferedPlan[], at: string): Recommendation | null {
  if (plans.length === 0 || !isTimeZone(need.timeZone)) return null;
  const spans = spansOf(need, at);
  const neededMs = spans.reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0);
  const fits = plans
    .map((plan) => ({ fit: measure(plan, need, spans, neededMs), weekMs: weekOf(plan, at) }))
    .sort(
      (a, b) => a.weekMs - b.weekMs || (b.fit.firstResponseMs ?? Infinity) - (a.fit.firstResponseMs ?? Infinity) || 0,
    )
    .map(({ fit }) => fit);
  const suiting = fits.find((fit) => fit.lacks.length === 0);
  const chosen = suiting ?? fits.toSorted(nearest)[0]!;
  const smaller = fits[fits.indexOf(chosen) - 1];
  return {
    planId: chosen.planId,
    neededHours: hours(neededMs),
    coveredHours: hours(chosen.coveredMs),
    firstResponseMs: chosen.firstResponseMs,
    suits: suiting !== undefined,
    smaller:
      smaller === undefined
        ? null
        : {
            planId: smaller.planId,
            lacks: smaller.lacks,
            coveredHours: hours(smaller.coveredMs),
            firstResponseMs: smaller.firstResponseMs,
          },
  };
}

function nearest(a: Fit, b: Fit): number {
  return b.coveredMs - a.coveredMs || (a.firstResponseMs ?? Infinity) - (b.firstResponseMs ?? Infinity);
}

function measure(
  plan: OfferedPlan,
  need: SceneNeed,
  spans: readonly { from: string; to: string }[],
  neededMs: number,
): Fit {
  const firstResponseMs = plan.terms.priorities.P0.targetsMs.first_response ?? null;
  const calendar = ordinaryHours(plan);
  const coveredMs =
    firstResponseMs === null ? 0 : spans.reduce((sum, { from, to }) => sum + elapsedMs(calendar, from, to), 0);
  const lacks: Fit['lacks'] = [];
  if (need.wait !== 'any') {
    if (coveredMs < neededMs) lacks.push('hours');
    if (firstResponseMs === null || firstResponseMs > WAIT_MS[need.wait]) lacks.push('response');
  }
  return { planId: plan.planId, coveredMs, firstResponseMs, lacks };
}

/** How much of a week a plan works on outages. */
function weekOf(plan: OfferedPlan, at: string): number {
  if (plan.terms.priorities.P0.targetsMs.first_response === undefined) return 0;
  return elapsedMs(ordinaryHours(plan), at, new Date(Date.parse(at) + 7 * DAY_MS).toISOString());
}

function ordinaryHours({ terms }: OfferedPlan): Calendar | null {
  const { calendarId } = terms.priorities.P0;
  const found = terms.hours.find((hours) => hours.id === calendarId);
  return found ? { tz: found.content.tz, week: found.content.week as Calendar['week'] } : null;
}

/** The stretches of a week in which the customer's users are there. */
function spansOf(need: SceneNeed, at: string): { from: string; to: string }[] {
  const today = Date.parse(`${localReading(need.timeZone, at).wall.slice(0, 10)}T00:00:00Z`);
  const [open = 0, close = 0] = need.window.split('-').map(minutes);
  const lengthMs = (close > open ? close - open : close + 24 * 60 - open) * 60_000;
  return Array.from({ length: 7 }, (_, day) => new Date(today + day * DAY_MS))
    .filter((date) => need.days === 'every_day' || (date.getUTCDay() !== 0 && date.getUTCDay() !== 6))
    .map((date) => {
      const fromMs = Date.parse(startOfLocalDate(need.timeZone, date.toISOString().slice(0, 10))) + open * 60_000;
      return { from: new Date(fromMs).toISOString(), to: new Date(fromMs + lengthMs).toISOString() };
    });
}

function minutes(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  return hour * 60 + minute;
}

function hours(ms: number): number {
  return Math.round(ms / (HOUR_MS / 10)) / 10;
}
