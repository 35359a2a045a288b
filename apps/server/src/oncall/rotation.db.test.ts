import { randomUUID } from 'node:crypto';
import {
  answerSwap,
  archiveRotation,
  askSwap,
  createOverride,
  createPolicy,
  createRotation,
  getOnCallSchedule,
  getRotationHistory,
  listRotations,
  listSwaps,
  type RotationContent,
  removeOverride,
  saveRotation,
  setDefaultRotation,
  withdrawSwap,
} from '@alongside/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Client } from '../people/testing.ts';
import { type OncallDesk, rotationContent, startOncallDesk, withRotation } from './testing.ts';

let desk: OncallDesk;
let lead: Client;
let engineer: Client;
beforeAll(async () => {
  desk = await startOncallDesk();
  ({ lead, engineer } = desk.people);
});
/** A Wednesday, 10:00 in Berlin. */
const NOW = new Date('2031-05-14T08:00:00Z');
beforeEach(() => {
  desk.clock.stands = NOW;
});
afterAll(() => desk?.close());

const at = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000).toISOString();
const alone = (client: Client, name: string = randomUUID()) => withRotation(lead, rotationContent([client], { name }));
const find = async (id: string) =>
  (await lead.call(listRotations, {})).body.rotations.find((rotation) => rotation.id === id)!;
/** Who is on call in a rotation over a stretch, as names by their beginnings. */
async function shiftsOf(id: string, from: string, to: string): Promise<[string | null, string, string][]> {
  const { rotations, people } = (await engineer.call(getOnCallSchedule, { query: { from, to } })).body;
  const nameOf = (personId: string | null) => people.find((person) => person.id === personId)?.name ?? null;
  return rotations
    .find(({ rotationId }) => rotationId === id)!
    .shifts.map((shift) => [nameOf(shift.personId), shift.from, shift.to]);
}

describe('a rotation', () => {
  test('tells who is on call now and who is next, by its own clocks', async () => {
    const id = await withRotation(lead, rotationContent([engineer, lead]));
    const { now, next, current } = await find(id);
    // Made just now: nobody was on call by it before.
    expect([now!.from, now!.to]).toEqual([NOW.toISOString(), '2031-05-19T07:00:00.000Z']);
    expect(next!.from).toBe('2031-05-19T07:00:00.000Z');
    expect(new Set([now!.person.name, next!.person.name])).toEqual(new Set(['Eve Engineer', 'Liam Lead']));
    expect(current).toMatchObject({ version: 1, by: { name: 'Liam Lead' } });
  });

  test('changed, keeps its past: until then it is who it was', async () => {
    const id = await alone(engineer);
    desk.clock.stands = new Date(at(24));
    const content = rotationContent([lead]);
    await lead.call(saveRotation, { params: { id }, body: { content, validFrom: null } });
    expect(await shiftsOf(id, NOW.toISOString(), at(48))).toEqual([
      ['Eve Engineer', NOW.toISOString(), at(24)],
      ['Liam Lead', at(24), at(48)],
    ]);
    const { versions } = (await engineer.call(getRotationHistory, { params: { id } })).body;
    expect(versions.map(({ version }) => version)).toEqual([2, 1]);
  });

  test('changed for later, changes then; what was planned before is withdrawn', async () => {
    const id = await alone(engineer);
    const save = (client: Client, validFrom: string) =>
      lead.call(saveRotation, { params: { id }, body: { content: rotationContent([client]), validFrom } });
    await save(lead, at(5));
    await save(lead, at(10));
    expect(await shiftsOf(id, NOW.toISOString(), at(20))).toEqual([
      ['Eve Engineer', NOW.toISOString(), at(10)],
      ['Liam Lead', at(10), at(20)],
    ]);
    expect((await find(id)).planned).toMatchObject({ version: 3, validFrom: at(10) });
    expect((await save(lead, at(-1))).error).toMatchObject({ code: 'invalid_input', field: 'validFrom' });
  });

  test.each<[string, (content: RotationContent) => void]>([
    ['content.tz', (content) => Object.assign(content, { tz: 'Mars/Olympus' })],
    ['content.layers.0.tz', ({ layers }) => Object.assign(layers[0]!, { tz: '+08:00' })],
    ['content.layers.0.people.0', ({ layers }) => Object.assign(layers[0]!, { people: [randomUUID()] })],
    [
      'content.layers.0.restrictions.mon.0',
      ({ layers }) => Object.assign(layers[0]!, { restrictions: { mon: ['9-18'] } }),
    ],
    [
      'content.layers.0.handover.on',
      ({ layers }) => Object.assign(layers[0]!, { handover: { every: 'day', at: '09:00', on: 'mon' } }),
    ],
  ])('that is unsound in %s is refused, and nothing of it is kept', async (field, spoil) => {
    const before = (await lead.call(listRotations, {})).body.rotations.length;
    const content = rotationContent([engineer]);
    spoil(content);
    const reply = await lead.call(createRotation, { body: { id: randomUUID(), content } });
    expect([reply.status, reply.error.issues!.map((issue) => issue.field)]).toEqual([422, [field]]);
    expect((await lead.call(listRotations, {})).body.rotations).toHaveLength(before);
  });

  test('the first one is the default, another one can be; one a policy pages cannot go', async () => {
    const { rotations } = (await lead.call(listRotations, {})).body;
    expect(rotations.filter(({ isDefault }) => isDefault)).toHaveLength(1);
    const id = await alone(engineer, 'Nights');
    await lead.call(setDefaultRotation, { params: { id }, body: {} });
    const after = (await lead.call(listRotations, {})).body.rotations;
    expect(after.filter(({ isDefault }) => isDefault).map((rotation) => rotation.id)).toEqual([id]);
    await lead.call(createPolicy, {
      body: {
        id: randomUUID(),
        enabled: true,
        content: {
          name: 'Pages the nights',
          rules: [{ causes: ['opened'], priorities: ['P3'], topics: [], planIds: [], targets: [] }],
          delayMs: 0,
          steps: [{ targets: [{ kind: 'rotation', id }], waitMs: 60_000 }],
          repeats: 0,
        },
      },
    });
    expect((await lead.call(archiveRotation, { params: { id } })).error).toMatchObject({
      code: 'in_use',
      message: expect.stringContaining('Pages the nights'),
    });
    expect((await find(id)).usedBy.map(({ name }) => name)).toContain('Pages the nights');
  });

  test('is for leads to change and for the team to see; customers see nothing', async () => {
    const content = rotationContent([engineer]);
    expect((await engineer.call(createRotation, { body: { id: randomUUID(), content } })).status).toBe(403);
    expect((await engineer.call(listRotations, {})).body.mayEdit).toBe(false);
    expect((await desk.people.customer.call(listRotations, {})).status).toBe(403);
  });
});

describe('an override', () => {
  const put = (id: string, from: string, to: string, client = lead) =>
    lead.call(createOverride, { params: { id }, body: { from, to, personId: client.id, note: 'Dentist' } });

  test('stands before the layers for its stretch; taken back while it runs, for the rest', async () => {
    const id = await alone(engineer);
    const { override } = (await put(id, at(1), at(5))).body;
    expect(await shiftsOf(id, NOW.toISOString(), at(8))).toEqual([
      ['Eve Engineer', NOW.toISOString(), at(1)],
      ['Liam Lead', at(1), at(5)],
      ['Eve Engineer', at(5), at(8)],
    ]);
    desk.clock.stands = new Date(at(3));
    await lead.call(removeOverride, { params: { id: override.id } });
    expect((await shiftsOf(id, NOW.toISOString(), at(8))).map(([name, , to]) => [name, to])).toEqual([
      ['Eve Engineer', at(1)],
      ['Liam Lead', at(3)],
      ['Eve Engineer', at(8)],
    ]);
    expect((await lead.call(removeOverride, { params: { id: override.id } })).error.code).toBe('shift_changed');
  });

  test('leaves out what is past, and is refused where nothing else remains', async () => {
    const id = await alone(engineer);
    expect((await put(id, at(-5), at(2))).body.override.from).toBe(NOW.toISOString());
    expect((await put(id, at(-5), at(-2))).error).toMatchObject({ code: 'invalid_input', field: 'to' });
    expect((await put(id, at(5), at(2))).error).toMatchObject({ code: 'invalid_input', field: 'to' });
    expect((await put(id, at(1), at(2), { id: randomUUID() } as Client)).error).toMatchObject({ field: 'personId' });
  });
});

describe('a swap', () => {
  /** The engineer's the first day, the lead's the next. */
  async function days(): Promise<string> {
    const content = rotationContent([engineer, lead], { tz: 'UTC', name: randomUUID() });
    Object.assign(content.layers[0]!, { handover: { every: 'day', at: '00:00' }, startsOn: '2031-05-12' });
    return withRotation(lead, content);
  }
  const mine = { from: '2031-05-16T00:00:00.000Z', to: '2031-05-17T00:00:00.000Z' };
  const theirs = { from: '2031-05-17T00:00:00.000Z', to: '2031-05-18T00:00:00.000Z' };
  const ask = (id: string, body: Record<string, unknown> = {}) =>
    engineer.call(askSwap, {
      params: { id },
      body: { ...mine, colleagueId: lead.id, back: theirs, note: 'A wedding', ...body } as never,
    });
  const names = async (id: string) => (await shiftsOf(id, mine.from, theirs.to)).map(([name]) => name);

  test('accepted, both shifts change hands; until then nothing does', async () => {
    const id = await days();
    expect(await names(id)).toEqual(['Eve Engineer', 'Liam Lead']);
    const { swap } = (await ask(id)).body;
    expect(await names(id)).toEqual(['Eve Engineer', 'Liam Lead']);
    expect((await lead.call(listSwaps, {})).body.swaps.map((each) => each.id)).toContain(swap.id);
    expect((await engineer.call(answerSwap, { params: { id: swap.id }, body: { accept: true } })).status).toBe(404);
    const answered = await lead.call(answerSwap, { params: { id: swap.id }, body: { accept: true } });
    expect(answered.body.swap.state).toBe('accepted');
    expect(await names(id)).toEqual(['Liam Lead', 'Eve Engineer']);
    expect((await lead.call(answerSwap, { params: { id: swap.id }, body: { accept: true } })).error.code).toBe(
      'swap_over',
    );
  });

  test('declined or taken back, everything stays', async () => {
    const id = await days();
    const first = (await ask(id)).body.swap;
    await lead.call(answerSwap, { params: { id: first.id }, body: { accept: false } });
    const second = (await ask(id)).body.swap;
    expect((await lead.call(withdrawSwap, { params: { id: second.id }, body: {} })).status).toBe(404);
    await engineer.call(withdrawSwap, { params: { id: second.id }, body: {} });
    expect(await names(id)).toEqual(['Eve Engineer', 'Liam Lead']);
    const waiting = (await engineer.call(listSwaps, {})).body.swaps.map((swap) => swap.id);
    expect(waiting).not.toContain(first.id);
    expect(waiting).not.toContain(second.id);
  });

  test('of what is not one’s own, or not the colleague’s, is refused by its field', async () => {
    const id = await days();
    expect((await ask(id, theirs)).error).toMatchObject({ code: 'invalid_input', field: 'from' });
    expect((await ask(id, { back: mine })).error).toMatchObject({ code: 'invalid_input', field: 'back.from' });
    expect((await ask(id, { colleagueId: engineer.id })).error).toMatchObject({
      code: 'invalid_input',
      field: 'colleagueId',
    });
  });

  test('of shifts that are others’ meanwhile changes nothing', async () => {
    const id = await days();
    const { swap } = (await ask(id)).body;
    await lead.call(createOverride, { params: { id }, body: { ...mine, personId: lead.id, note: '' } });
    expect((await lead.call(answerSwap, { params: { id: swap.id }, body: { accept: true } })).error.code).toBe(
      'shift_changed',
    );
    expect(await names(id)).toEqual(['Liam Lead', 'Liam Lead']);
  });
});
