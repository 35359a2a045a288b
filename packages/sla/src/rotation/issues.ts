import { calendarIssues, readDate, WEEKDAYS } from '../calendar.ts';
import { readInstant, SlaInputError, type SlaIssue } from '../input.ts';
import { isTimeZone } from '../time-zone.ts';
import type { Handover, Layer, Override, Rotation } from './rotation.ts';

const EVERY_DAYS_MAX = 366;

/** The problems that keep a rotation from being saved; empty when it is sound (R29). */
export function rotationIssues(rotation: Rotation): SlaIssue[] {
  const issues: SlaIssue[] = [];
  if (!isTimeZone(rotation.tz)) issues.push({ field: 'tz', problem: 'is not an IANA time zone' });
  const ids = new Set<string>();
  rotation.layers.forEach((layer, index) => {
    if (ids.has(layer.id)) issues.push({ field: `layers.${index}.id`, problem: 'is the id of another layer too' });
    ids.add(layer.id);
    issues.push(...within(`layers.${index}`, layerIssues(layer)));
  });
  rotation.overrides.forEach((override, index) => {
    issues.push(...within(`overrides.${index}`, overrideIssues(override)));
  });
  return issues;
}

function layerIssues(layer: Layer): SlaIssue[] {
  const issues = within('handover', handoverIssues(layer.handover));
  if (layer.people.length === 0) issues.push({ field: 'people', problem: 'is empty' });
  if (readDate(layer.startsOn) === null)
    issues.push({ field: 'startsOn', problem: 'is not a date such as 2026-05-14' });
  if (layer.tz !== undefined && !isTimeZone(layer.tz))
    issues.push({ field: 'tz', problem: 'is not an IANA time zone' });
  if (layer.restrictions) {
    const found = calendarIssues({ tz: 'UTC', week: layer.restrictions });
    issues.push(...found.map(({ field, problem }) => ({ field: field.replace(/^week/, 'restrictions'), problem })));
  }
  return issues;
}

function handoverIssues({ every, at, on }: Handover): SlaIssue[] {
  const issues: SlaIssue[] = [];
  const isCount = Number.isInteger(every) && Number(every) >= 1 && Number(every) <= EVERY_DAYS_MAX;
  if (every !== 'day' && every !== 'week' && !isCount)
    issues.push({ field: 'every', problem: `must be day, week or a number of days from 1 to ${EVERY_DAYS_MAX}` });
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(at)) issues.push({ field: 'at', problem: 'is not a time such as 09:00' });
  if (on !== undefined && !WEEKDAYS.includes(on)) issues.push({ field: 'on', problem: 'is not a day of the week' });
  else if (on !== undefined && every !== 'week')
    issues.push({ field: 'on', problem: 'goes with a weekly handover only' });
  return issues;
}

function overrideIssues({ from, to, person }: Override): SlaIssue[] {
  const issues: SlaIssue[] = [];
  const [fromMs, toMs] = [readOr(from, 'from', issues), readOr(to, 'to', issues)];
  if (toMs <= fromMs) issues.push({ field: 'to', problem: 'is not after from' });
  if (person === '') issues.push({ field: 'person', problem: 'is empty' });
  return issues;
}

function readOr(text: string, field: string, issues: SlaIssue[]): number {
  try {
    return readInstant(text, field);
  } catch (error) {
    if (!(error instanceof SlaInputError)) throw error;
    issues.push(...error.issues);
    return Number.NaN;
  }
}

function within(prefix: string, issues: readonly SlaIssue[]): SlaIssue[] {
  return issues.map(({ field, problem }) => ({ field: `${prefix}.${field}`, problem }));
}
