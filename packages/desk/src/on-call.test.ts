import type { RotationContent, RotationLayer } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { byPerson, layerScheduleOf, named, onCallAround, type RotationStory, scheduleOf } from './on-call.ts';

const layer = (people: string[], more: Partial<RotationLayer> = {}): RotationLayer => ({
  id: 'week',
  name: 'Weeks',
  people,
  handover: { every: 'week', at: '09:00', on: 'mon' },
  startsOn: '2026-05-04',
  ...more,
});
const content = (...layers: RotationLayer[]): RotationContent => ({ name: 'Video', tz: 'Asia/Shanghai', layers });
/** 09:00 in Shanghai of a day in May 2026. */
const nine = (day: number) => `2026-05-${String(day).padStart(2, '0')}T01:00:00.000Z`;
const story = (versions: [string, RotationContent][], overrides: RotationStory['overrides'] = []): RotationStory => ({
  versions: versions.map(([validFrom, said], index) => ({ validFrom, version: index + 1, content: said })),
  overrides,
});
const told = (list: { from: string; personId: string | null }[]) =>
  list.map(({ from, personId }) => `${from} ${personId}`);

const first = content(layer(['ann', 'bo']));

describe('scheduleOf', () => {
  it('keeps the past as it was: an edit decides from its instant on', () => {
    const edited = story([
      [nine(4), first],
      ['2026-05-13T04:00:00.000Z', content(layer(['cy', 'di']))],
    ]);
    expect(told(scheduleOf(edited, nine(4), nine(25)))).toEqual([
      `${nine(4)} ann`,
      `${nine(11)} bo`,
      // The edit, in the middle of a shift.
      '2026-05-13T04:00:00.000Z di',
      `${nine(18)} cy`,
    ]);
    expect(scheduleOf(edited, nine(4), nine(11))).toEqual(scheduleOf(story([[nine(4), first]]), nine(4), nine(11)));
  });

  it('joins a shift that an edit leaves as it is, and no others', () => {
    const renamed = story([
      [nine(4), first],
      ['2026-05-13T04:00:00.000Z', { ...first, name: 'Audio' }],
    ]);
    expect(scheduleOf(renamed, nine(4), nine(25))).toEqual(scheduleOf(story([[nine(4), first]]), nine(4), nine(25)));
    const alone = story([[nine(4), content(layer(['ann']))]]);
    expect(scheduleOf(alone, nine(4), nine(25))).toHaveLength(3);
  });

  it('of two versions of the same instant the later saved counts', () => {
    const twice = story([
      [nine(4), first],
      [nine(4), content(layer(['cy']))],
    ]);
    expect(told(scheduleOf(twice, nine(4), nine(5)))).toEqual([`${nine(4)} cy`]);
  });

  it('has nobody before the first version, and no holes', () => {
    const all = scheduleOf(story([[nine(6), first]]), nine(1), nine(20));
    expect(all[0]).toEqual({ from: nine(1), to: nine(6), personId: null, layerId: null });
    for (const [index, shift] of all.entries()) expect(shift.from).toBe(index === 0 ? nine(1) : all[index - 1]!.to);
    expect(all.at(-1)!.to).toBe(nine(20));
    expect(scheduleOf(story([]), nine(1), nine(2))).toHaveLength(1);
    expect(scheduleOf(story([[nine(4), first]]), nine(4), nine(4))).toEqual([]);
  });

  it('lets overrides beat layers through an edit', () => {
    const covered = story(
      [
        [nine(4), first],
        [nine(6), content(layer(['cy']))],
      ],
      [{ from: nine(5), to: nine(7), person: 'eve' }],
    );
    expect(told(scheduleOf(covered, nine(4), nine(11)))).toEqual([`${nine(4)} ann`, `${nine(5)} eve`, `${nine(7)} cy`]);
  });
});

describe('layerScheduleOf', () => {
  it('shows one layer as if it were alone, without overrides, and nobody while it does not exist', () => {
    const nights = layer(['nia'], { id: 'night', name: 'Nights', restrictions: { mon: ['21:00-24:00'] } });
    const two = story(
      [
        [nine(4), first],
        [nine(11), content(layer(['ann', 'bo']), nights)],
      ],
      [{ from: nine(4), to: nine(25), person: 'eve' }],
    );
    expect(told(layerScheduleOf(two, 'week', nine(4), nine(18)))).toEqual([`${nine(4)} ann`, `${nine(11)} bo`]);
    expect(told(layerScheduleOf(two, 'night', nine(4), nine(12)))).toEqual([
      `${nine(4)} null`,
      '2026-05-11T13:00:00.000Z nia',
      '2026-05-11T16:00:00.000Z null',
    ]);
  });
});

describe('onCallAround', () => {
  it('tells who is on, since when, until when, and who is the next that is somebody else', () => {
    const weekly = story([[nine(4), content(layer(['ann', 'ann', 'bo']))]]);
    expect(onCallAround(weekly, nine(5))).toEqual({
      now: { personId: 'ann', from: nine(4), to: nine(18) },
      next: { personId: 'bo', from: nine(18), to: nine(25) },
    });
  });

  it('tells of a gap that nobody is on, and who comes after it', () => {
    const days = story([[nine(4), content(layer(['ann'], { restrictions: { tue: ['09:00-18:00'] } }))]]);
    expect(onCallAround(days, nine(4))).toMatchObject({ now: null, next: { personId: 'ann', from: nine(5) } });
    expect(onCallAround(story([[nine(4), first]]), nine(1))).toMatchObject({ now: null, next: { from: nine(4) } });
    expect(onCallAround(story([]), nine(1))).toEqual({ now: null, next: null });
  });
});

describe('byPerson', () => {
  it('joins what one person does in several layers', () => {
    const shift = (from: string, to: string, personId: string | null, layerId: string | null) => ({
      from,
      to,
      personId,
      layerId,
    });
    const turns = byPerson([
      shift(nine(4), nine(5), 'ann', 'a'),
      shift(nine(5), nine(6), 'ann', null),
      shift(nine(6), nine(7), null, null),
      shift(nine(7), nine(8), 'ann', 'a'),
    ]);
    expect(told(turns)).toEqual([`${nine(4)} ann`, `${nine(6)} null`, `${nine(7)} ann`]);
    expect(named({ personId: 'ann', from: nine(4), to: nine(6) }, (id) => id.toUpperCase())).toEqual({
      person: { id: 'ann', name: 'ANN' },
      from: nine(4),
      to: nine(6),
    });
  });
});
