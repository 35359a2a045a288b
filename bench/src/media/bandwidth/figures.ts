import { percentile } from '../../figures.ts';
import type { Reading } from './page.ts';
import type { Stretch } from './profile.ts';

/** Two seconds of readings. */
const READINGS_HELD = 8;

/** What one run over the varying path showed. */
export type PathFigures = {
  deliveredKbps: number;
  /** Of the path's capacity over the whole run. */
  usedPercent: number;
  queueP50Ms: number;
  queueP95Ms: number;
  /** From the end of the narrow stretch until the picture is as tall as it was in the first. */
  recoveryS: number;
  /** Changes of the picture's size a minute. */
  sizeChangesPerMinute: number;
  freezePercent: number;
  concealedPercent: number;
};

/** Delivered bit rate of each second. */
export type Second = { second: number; capacityKbps: number; deliveredKbps: number; pictureHeight: number };

/** Turns readings into figures. @param startedMs Unix ms when the first stretch began */
export function figuresOf(readings: Reading[], startedMs: number, profile: readonly Stretch[]): PathFigures {
  const first = readings[0]!;
  const last = readings.at(-1)!;
  const elapsedS = (last.atMs - first.atMs) / 1000;
  const delays = readings.flatMap(({ delayMs }) => delayMs ?? []);
  const baseMs = Math.min(...delays);
  const queues = delays.map((delayMs) => delayMs - baseMs);
  let sizeChanges = 0;
  for (let i = 1; i < readings.length; i++) {
    if (readings[i]!.pictureHeight !== readings[i - 1]!.pictureHeight) sizeChanges++;
  }
  const capacityKbit = profile.reduce((sum, { rateKbps, seconds }) => sum + rateKbps * seconds, 0);
  const deliveredKbit = ((last.receivedBytes - first.receivedBytes) * 8) / 1000;
  return {
    deliveredKbps: deliveredKbit / elapsedS,
    usedPercent: (100 * deliveredKbit) / capacityKbit,
    queueP50Ms: queues.length > 0 ? percentile(queues, 0.5) : Number.NaN,
    queueP95Ms: queues.length > 0 ? percentile(queues, 0.95) : Number.NaN,
    recoveryS: recoveryOf(readings, startedMs, profile),
    sizeChangesPerMinute: (sizeChanges * 60) / elapsedS,
    freezePercent: Math.min(100, (100 * (last.freezeS - first.freezeS)) / elapsedS),
    concealedPercent:
      (100 * (last.concealedSamples - first.concealedSamples)) / Math.max(1, last.soundSamples - first.soundSamples),
  };
}

function recoveryOf(readings: Reading[], startedMs: number, profile: readonly Stretch[]): number {
  const firstEndMs = startedMs + profile[0]!.seconds * 1000;
  const lastBeginMs = startedMs + profile.slice(0, -1).reduce((sum, { seconds }) => sum + seconds * 1000, 0);
  const usual = tallestHeld(readings.filter(({ atMs }) => atMs < firstEndMs));
  const back = readings.find(({ atMs, pictureHeight }) => atMs >= lastBeginMs && pictureHeight >= usual);
  return back ? (back.atMs - lastBeginMs) / 1000 : Number.NaN;
}

/** The tallest picture of those that were there for two seconds in all. */
function tallestHeld(readings: readonly Reading[]): number {
  const counts = new Map<number, number>();
  for (const { pictureHeight } of readings) counts.set(pictureHeight, (counts.get(pictureHeight) ?? 0) + 1);
  return Math.max(0, ...[...counts].flatMap(([height, count]) => (count >= READINGS_HELD ? height : [])));
}

/** The course of the run, second by second. */
export function courseOf(readings: Reading[], startedMs: number, profile: readonly Stretch[]): Second[] {
  const seconds: Second[] = [];
  let second = 0;
  for (const { rateKbps, seconds: length } of profile) {
    for (let i = 0; i < length; i++, second++) {
      const within = readings.filter(({ atMs }) => Math.floor((atMs - startedMs) / 1000) === second);
      const from = within[0];
      const to = within.at(-1);
      if (!from || !to || to.atMs === from.atMs) continue;
      const deliveredKbps = Math.round(((to.receivedBytes - from.receivedBytes) * 8) / (to.atMs - from.atMs));
      seconds.push({ second, capacityKbps: rateKbps, deliveredKbps, pictureHeight: to.pictureHeight });
    }
  }
  return seconds;
}
