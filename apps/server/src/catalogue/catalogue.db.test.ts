import { randomUUID } from 'node:crypto';
import * as contracts from '@alongside/contracts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Client } from '../people/testing.ts';
import { startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { createCatalogueFeature } from './feature.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await startTestDesk([createCatalogueFeature()]);
});
afterAll(() => desk?.close());
beforeEach(() => desk.platform.db.deleteFrom('knownError').execute());

type Content = Parameters<typeof contracts.KnownErrorContent.parse>[0] & object;

const content = (code: string, more: object = {}) =>
  ({
    code,
    component: 'Room SDK',
    meaning: { en: `About ${code}`, 'zh-CN': `关于 ${code}` },
    ...more,
  }) as Content as never;
const save = (who: Client, body: never, id: string = randomUUID()) =>
  who.call(contracts.saveKnownError, { params: { id }, body });
const take = (entries: never[], trial = false) =>
  desk.people.lead.call(contracts.importKnownErrors, { body: { entries, trial } });
const fieldsOf = ({ issues = [] }: { issues?: { field: string }[] | undefined }) => issues.map(({ field }) => field);
const codes = async (who: Client, query = '') =>
  (await who.call(contracts.listKnownErrors, { query: { query } })).body.entries.map(({ code }) => code);

test('what a lead writes is read by all it is for', async () => {
  const { lead, engineer, customer } = desk.people;
  const open = (await save(lead, content('1501', { fix: { en: 'Renew the token.' } }))).body.entry;
  const inner = (await save(lead, content('1502', { audience: 'team' }))).body.entry;
  expect(open).toMatchObject({
    fix: { en: 'Renew the token.', 'zh-CN': '' },
    affectedVersions: '',
    audience: 'everyone',
  });
  expect([await codes(engineer), await codes(customer)]).toEqual([['1501', '1502'], ['1501']]);
  const marks = (await customer.call(contracts.listKnownErrorMarks, {})).body.marks;
  expect(marks).toEqual([{ id: open.id, code: '1501', component: 'Room SDK', meaning: open.meaning }]);
  const get = (who: Client, id: string) => who.call(contracts.getKnownError, { params: { id } });
  expect((await get(customer, open.id)).body.entry).toEqual(open);
  expect((await get(customer, inner.id)).status).toBe(404);
  expect((await get(engineer, inner.id)).status).toBe(200);
});

test('whoever is not signed in learns what is for everyone, and no list', async () => {
  const { lead } = desk.people;
  const open = (await save(lead, content('1501'))).body.entry;
  const inner = (await save(lead, content('1502', { audience: 'team' }))).body.entry;
  const visitor = new Client(desk.platform);
  const { marks } = (await visitor.call(contracts.listKnownErrorMarks, {})).body;
  expect(marks.map(({ code }) => code)).toEqual(['1501']);
  const get = (id: string) => visitor.call(contracts.getKnownError, { params: { id } });
  expect([(await get(open.id)).status, (await get(inner.id)).status]).toEqual([200, 404]);
  expect((await visitor.call(contracts.listKnownErrors, {})).status).toBe(401);
});

test('only leads and administrators change it', async () => {
  for (const who of [desk.people.engineer, desk.people.customer]) {
    expect((await save(who, content('1'))).status).toBe(403);
    expect((await who.call(contracts.deleteKnownError, { params: { id: randomUUID() } })).status).toBe(403);
    expect((await who.call(contracts.importKnownErrors, { body: { entries: [content('1')] } })).status).toBe(403);
  }
});

test('a code of a component stands once, in any case of letters', async () => {
  const { lead } = desk.people;
  const { id } = (await save(lead, content('ERR_A'))).body.entry;
  const again = await save(lead, content('err_a', { component: 'room sdk' }));
  expect([again.status, fieldsOf(again.error)]).toEqual([422, ['code']]);
  expect((await save(lead, content('err_a', { component: 'Player' }))).status).toBe(200);
  expect((await save(lead, content('err_a'), id)).body.entry).toMatchObject({ id, code: 'err_a' });
  await lead.call(contracts.deleteKnownError, { params: { id } });
  expect(await codes(lead)).toHaveLength(1);
});

test('what is wrong is named, and nothing is saved', async () => {
  const { lead } = desk.people;
  for (const [body, field] of [
    [content('two words'), 'code'],
    [content('1', { meaning: { en: ' ' } }), 'meaning'],
    [content('1', { audience: 'nobody' }), 'audience'],
    [content('1', { fix: { en: 'x'.repeat(4_001) } }), 'fix.en'],
  ] as [never, string][]) {
    const { status, error } = await save(lead, body);
    expect([status, fieldsOf(error)]).toEqual([422, [field]]);
  }
  const { status, error } = await take([content('1'), content('2'), content('1')]);
  expect([status, fieldsOf(error)]).toEqual([422, ['entries.2.code']]);
  const bad = await take([content('1'), content('a b')]);
  expect([bad.status, fieldsOf(bad.error)]).toEqual([422, ['entries.1.code']]);
  expect(await codes(lead)).toEqual([]);
});

test('an import adds and changes, says what, and on trial does nothing', async () => {
  const { lead } = desk.people;
  const first = [content('1'), content('2'), content('3', { component: '' })];
  expect((await take(first, true)).body).toEqual({ added: 3, changed: 0, same: 0 });
  expect(await codes(lead)).toEqual([]);
  expect((await take(first)).body).toEqual({ added: 3, changed: 0, same: 0 });
  const before = (await lead.call(contracts.listKnownErrors, {})).body.entries;
  const next = [content('1'), content('2', { causes: { en: 'A clock that is wrong.' } }), content('4')];
  expect((await take(next)).body).toEqual({ added: 1, changed: 1, same: 1 });
  const after = (await lead.call(contracts.listKnownErrors, {})).body.entries;
  expect(after.map(({ code }) => code)).toEqual(['1', '2', '3', '4']);
  expect(after.slice(0, 3).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect(after[1]).toMatchObject({ causes: { en: 'A clock that is wrong.' } });
});

test('thousands come at once', async () => {
  const many = Array.from({ length: 2_500 }, (_, index) => content(`E${index}`));
  expect((await take(many)).body).toEqual({ added: 2_500, changed: 0, same: 0 });
  const { total, entries } = (await desk.people.lead.call(contracts.listKnownErrors, { query: { offset: 2_450 } }))
    .body;
  expect([total, entries.length]).toEqual([2_500, 50]);
});

test('is searched in all that is said, with what begins so first', async () => {
  const { lead } = desk.people;
  await take([content('A_1501'), content('1501'), content('7', { fix: { 'zh-CN': '更新令牌 100%' } })]);
  expect(await codes(lead, '1501')).toEqual(['1501', 'A_1501']);
  expect(await codes(lead, '令牌')).toEqual(['7']);
  expect(await codes(lead, 'room 1501')).toEqual(['1501', 'A_1501']);
  expect(await codes(lead, '%')).toEqual(['7']);
  expect(await codes(lead, 'nothing of it')).toEqual([]);
});
