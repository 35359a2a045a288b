import type {
  createDrillSeries,
  FieldIssue,
  Locale,
  LocalisedText,
  RouteInput,
  startDrill,
} from '@alongside/contracts';
import { isTimeZone } from '@alongside/sla';
import { latestPlans } from '../plans/list.queries.ts';
import { invalidField, invalidFields } from '../plans/wording.ts';
import type { Trx } from '../platform/database/database.ts';
import { requireTopic } from '../tickets/triage.actions.ts';
import type { DrillMatter } from './tables.ts';
import { REFUSALS } from './words.ts';

const DAY_MS = 86_400_000;
const AHEAD_MAX_MS = 366 * DAY_MS;
const WINDOW_MAX_MS = 31 * DAY_MS;

export type WindowInput = NonNullable<RouteInput<typeof startDrill>['body']['window']>;
export type RhythmInput = Pick<
  RouteInput<typeof createDrillSeries>['body'],
  'repeat' | 'timeZone' | 'windowFrom' | 'windowTo' | 'startsOn'
>;

/** @throws AppError `invalid_input` naming planId or topic */
export async function requireSoundMatter(trx: Trx, { planId, topic }: DrillMatter, locale: Locale): Promise<void> {
  const plan = (await latestPlans(trx)).find((known) => known.planId === planId);
  if (!plan || plan.archived) throw invalidField('planId', REFUSALS.plan, locale);
  await requireTopic(trx, topic, locale);
}

/** @throws AppError `invalid_input` naming the window's fields at fault */
export function requireSoundWindow({ from, to, timeZone }: WindowInput, now: Date, locale: Locale): void {
  const [begins, ends, nowMs] = [Date.parse(from), Date.parse(to), now.getTime()];
  const issues: FieldIssue[] = [];
  const note = (field: keyof WindowInput, message: LocalisedText) =>
    void issues.push({ field: `window.${field}`, message: message[locale] });
  if (!isTimeZone(timeZone)) note('timeZone', REFUSALS.timeZone);
  if (ends <= begins) note('to', REFUSALS.backwards);
  else if (ends <= nowMs) note('to', REFUSALS.past);
  else if (begins > nowMs + AHEAD_MAX_MS) note('from', REFUSALS.tooFar);
  else if (ends - begins > WINDOW_MAX_MS) note('to', REFUSALS.tooLong);
  if (issues.length > 0) throw invalidFields(issues);
}

/** @throws AppError `invalid_input` naming the fields at fault */
export function requireSoundRhythm(rhythm: RhythmInput, now: Date, locale: Locale): void {
  const { repeat, timeZone, windowFrom, windowTo, startsOn } = rhythm;
  const issues: FieldIssue[] = [];
  const note = (field: string, message: LocalisedText) => void issues.push({ field, message: message[locale] });
  if (!isTimeZone(timeZone)) note('timeZone', REFUSALS.timeZone);
  if (windowFrom === windowTo) note('windowTo', REFUSALS.empty);
  if (Date.parse(startsOn) > now.getTime() + AHEAD_MAX_MS) note('startsOn', REFUSALS.tooFar);
  if (repeat.every === 'week')
    repeat.on.forEach((day, index) => {
      if (repeat.on.indexOf(day) < index) note(`repeat.on.${index}`, REFUSALS.weekdayTwice);
    });
  if (issues.length > 0) throw invalidFields(issues);
}
