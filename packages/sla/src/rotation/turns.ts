import { type Calendar, DAY_MS, readDate, WEEKDAYS, weekdayOf } from '../calendar.ts';
import { openSpans, type Span } from '../spans.ts';
import { instantOfWall } from '../time-zone.ts';
import type { Handover, Layer } from './rotation.ts';

/** A stretch in which a source has somebody on. Stretches of one turn share its number. */
export type Stretch = Span & { person: string; turn: number };

/** A layer made ready for arithmetic. */
export type Turns = {
  layerId: string;
  /** The turn that runs at an instant, from the first one on. */
  turnAt(atMs: number): Span;
  /** When the layer is on and who, in [fromMs, toMs), in order. */
  stretches(fromMs: number, toMs: number): Stretch[];
};

/** @param tz the rotation's zone, for a layer without its own */
export function turnsOf(layer: Layer, tz: string): Turns {
  const zone = layer.tz ?? tz;
  const everyDays = { day: 1, week: 7 }[layer.handover.every] ?? Number(layer.handover.every);
  const [hour, minute] = layer.handover.at.split(':').map(Number) as [number, number];
  const atMs = (hour * 60 + minute) * 60_000;
  const firstDay = firstHandoverDay(layer.handover, readDate(layer.startsOn)!);
  const restrictions: Calendar | null = layer.restrictions ? { tz: zone, week: layer.restrictions } : null;

  const begins = (turn: number) => instantOfWall(zone, (firstDay + turn * everyDays) * DAY_MS + atMs);
  const numberAt = (ms: number): number => {
    // Wall and instant differ by less than a day; so the guess is off by two turns at most.
    let turn = Math.floor((ms / DAY_MS - firstDay) / everyDays) - 2;
    while (begins(turn + 1) <= ms) turn += 1;
    return turn;
  };
  return {
    layerId: layer.id,
    turnAt(ms) {
      const turn = numberAt(ms);
      return { fromMs: begins(turn), toMs: begins(turn + 1) };
    },
    stretches(fromMs, toMs) {
      const result: Stretch[] = [];
      let turn = Math.max(0, numberAt(fromMs));
      let endMs = begins(turn + 1);
      for (const open of openSpans(restrictions, Math.max(fromMs, begins(turn)))) {
        if (open.fromMs >= toMs) break;
        const untilMs = Math.min(open.toMs, toMs);
        let at = open.fromMs;
        while (at < untilMs) {
          while (endMs <= at) {
            turn += 1;
            endMs = begins(turn + 1);
          }
          const cutMs = Math.min(endMs, untilMs);
          result.push({ fromMs: at, toMs: cutMs, person: layer.people[turn % layer.people.length]!, turn });
          at = cutMs;
        }
      }
      return result;
    },
  };
}

function firstHandoverDay({ on }: Handover, startDay: number): number {
  if (on === undefined) return startDay;
  return startDay + ((WEEKDAYS.indexOf(on) - weekdayOf(startDay) + 7) % 7);
}
