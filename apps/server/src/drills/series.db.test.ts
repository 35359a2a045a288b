import { randomUUID } from 'node:crypto';
import {
  createDrillSeries,
  type Drill,
  endDrillSeries,
  listDrills,
  type RouteInput,
  stopDrill,
} from '@alongside/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Client } from '../people/testing.ts';
import { saved } from '../routing/testing.ts';
import { fileDueDrill } from './actions.ts';
import { type DrillDesk, startDrillDesk } from './testing.ts';

const HOUR = 60 * 60_000;

let desk: DrillDesk;
let lead: Client;
beforeAll(async () => {
  desk = await startDrillDesk();
  ({ lead } = desk.people);
  await saved(desk.people.engineer);
});
beforeEach(() => {
  desk.clock.stands = null;
});
afterAll(() => desk?.close());

const stop = (id: string) => lead.call(stopDrill, { params: { id }, body: { note: '' } });
const list = async () => (await lead.call(listDrills, {})).body;
const from = (drill: Drill) => Date.parse(drill.window!.from);

describe('a schedule', () => {
  type Input = RouteInput<typeof createDrillSeries>['body'];
  const rhythm = (more: Partial<Input> = {}): Input => ({
    id: randomUUID(),
    ...desk.matter,
    repeat: { every: 'week', on: ['tue', 'thu'] },
    timeZone: 'Asia/Shanghai',
    windowFrom: '22:00',
    windowTo: '02:00',
    startsOn: '2026-01-01',
    ...more,
  });
  const create = (more: Partial<Input> = {}, by: Client = lead) => by.call(createDrillSeries, { body: rhythm(more) });
  const waiting = async (seriesId: string) =>
    (await list()).drills.filter((drill) => drill.seriesId === seriesId && drill.state === 'scheduled');
  const end = (id: string) => lead.call(endDrillSeries, { params: { id }, body: undefined as never });

  test('plans its next drill, and the one after it when that one is filed', async () => {
    const { series } = (await create()).body;
    const [first, ...others] = await waiting(series.id);
    expect(others).toEqual([]);
    expect(series.next).toEqual({ drillId: first!.id, from: first!.window!.from, to: first!.window!.to });
    expect(Date.parse(first!.window!.to) - from(first!)).toBe(4 * HOUR);
    expect(new Date(first!.window!.from).toISOString()).toMatch(/T14:00:00\.000Z$/);
    desk.clock.stands = new Date(first!.window!.to);
    await Promise.all([fileDueDrill(desk.deps, first!.id), fileDueDrill(desk.deps, first!.id)]);
    const [second, ...more] = await waiting(series.id);
    expect(more).toEqual([]);
    expect(from(second!)).toBeGreaterThan(Date.parse(first!.window!.to));
    expect((await desk.report(first!.id)).drill.state).toBe('running');
    await end(series.id);
  });

  test('goes on when one of its drills is cancelled or skipped', async () => {
    const { series } = (await create({ repeat: { every: 'month', on: 31 } })).body;
    const [first] = await waiting(series.id);
    await stop(first!.id);
    const [second] = await waiting(series.id);
    expect(from(second!)).toBeGreaterThan(from(first!));
    desk.clock.stands = new Date(Date.parse(second!.window!.to) + 40 * 24 * HOUR);
    await fileDueDrill(desk.deps, second!.id);
    expect((await desk.report(second!.id)).drill.state).toBe('skipped');
    const [third] = await waiting(series.id);
    // Not those that went by meanwhile.
    expect(from(third!)).toBeGreaterThan(desk.clock.stands.getTime());
    await end(series.id);
  });

  test('that is ended takes its waiting drill with it, whoever files it just then', async () => {
    const { series } = (await create()).body;
    const [first] = await waiting(series.id);
    desk.clock.stands = new Date(first!.window!.to);
    await Promise.all([end(series.id), fileDueDrill(desk.deps, first!.id), end(series.id)]);
    desk.clock.stands = null;
    expect(await waiting(series.id)).toEqual([]);
    expect((await list()).series.map(({ id }) => id)).not.toContain(series.id);
    expect(['running', 'stopped']).toContain((await desk.report(first!.id)).drill.state);
  });

  test('the same again changes nothing', async () => {
    const input = rhythm();
    const [one] = [
      await lead.call(createDrillSeries, { body: input }),
      await lead.call(createDrillSeries, { body: input }),
    ];
    expect(await waiting(input.id)).toHaveLength(1);
    expect(one.body.series.next).not.toBeNull();
    expect((await create({ id: input.id }, desk.people.administrator)).error.code).toBe('id_conflict');
    await end(input.id);
  });

  test.each<[string, Partial<Input>]>([
    ['planId', { planId: randomUUID() }],
    ['topic', { topic: 'no-such-topic' }],
    ['timeZone', { timeZone: 'Mars/Olympus' }],
    ['windowTo', { windowTo: '22:00' }],
    ['windowFrom', { windowFrom: '25:00' }],
    ['startsOn', { startsOn: '2999-01-01' }],
    ['repeat.on', { repeat: { every: 'week', on: [] } }],
    ['repeat.on.1', { repeat: { every: 'week', on: ['mon', 'mon'] } }],
    ['repeat.on', { repeat: { every: 'month', on: 32 } }],
    ['text', { text: 'x'.repeat(2_001) }],
  ])('with a bad %s is refused, and nothing is kept', async (field, more) => {
    const reply = await create(more);
    expect([reply.status, reply.error.field]).toEqual([422, field]);
    expect((await list()).series).toEqual([]);
  });
});
