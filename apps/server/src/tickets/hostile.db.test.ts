import { randomUUID } from 'node:crypto';
import { getSession, openTicket, postMessage, setTicketSubject, updateMe } from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { opened, snapshot, startTestDesk, type TestDesk } from './testing.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await startTestDesk();
});
afterAll(() => desk?.close());

const STRANGE = [
  ['right to left', 'مرحبا بالعالم ‮abc‬'],
  ['emoji', '👩🏽‍🚀🏳️‍🌈 e\u0301'],
  ['markup', '<img src=x onerror=alert(1)>"\'`</script>'],
  ['SQL', "'; drop table ticket; -- \\"],
  ['format signs', '%s %n {{7*7}} {field}'],
  ['an inherited name', 'constructor'],
] as const;

describe('texts come back as they went in', () => {
  test.each(STRANGE)('%s', async (_, text) => {
    const { people } = desk;
    const id = await opened(people.customer, text, {
      subject: text,
      context: { custom: { [text.slice(0, 60)]: text } },
    });
    const view = (await snapshot(people.engineer, id))!;
    expect(view.ticket.subject).toBe(text.trim());
    expect(view.entries.flatMap((entry) => (entry.kind === 'message' ? entry.body : []))).toEqual([text]);
    expect(view.context.custom).toEqual({ [text.slice(0, 60)]: text });
    expect((await people.customer.call(updateMe, { body: { name: text } })).body.me.name).toBe(text.trim());
    expect((await people.customer.call(getSession, {})).body.me?.name).toBe(text.trim());
  });
});

describe('a wrong field is named in the reader’s language', () => {
  test.each([
    ['en', /120/, /Please check/],
    ['zh-CN', /120/, /请检查/],
  ])('a name of 10,000 characters, %s', async (locale, says, frame) => {
    const { customer } = desk.people;
    await customer.call(updateMe, { body: { locale: locale as 'en' } });
    const reply = await customer.call(updateMe, { body: { name: 'x'.repeat(10_000) } });
    expect([reply.status, reply.error.code, reply.error.field]).toEqual([422, 'invalid_input', 'name']);
    expect(reply.error.message).toMatch(frame);
    expect(reply.error.issues?.[0]?.message).toMatch(says);
    expect(JSON.stringify(reply.error).length).toBeLessThan(1_000);
  });

  test.each([
    ['message.body', { message: { id: randomUUID(), body: 'x'.repeat(20_001) } }],
    ['message.body', { message: { id: randomUUID(), body: '  \n ' } }],
    ['message.id', { message: { id: 'no uuid', body: 'x' } }],
    ['message.fileIds.0', { message: { id: randomUUID(), body: 'x', fileIds: ['no'] } }],
    ['message.colour', { message: { id: randomUUID(), body: 'x', colour: 'red' } }],
    ['priority', { priority: 'P9', message: { id: randomUUID(), body: 'x' } }],
    ['context.browser', { context: { browser: 'x'.repeat(121) }, message: { id: randomUUID(), body: 'x' } }],
    ['message.body', { message: { id: randomUUID(), body: 'a\0b' } }],
    ['subject', { subject: 'a\0b', message: { id: randomUUID(), body: 'x' } }],
    ['context.custom.key', { context: { custom: { key: '\0' } }, message: { id: randomUUID(), body: 'x' } }],
    ['message.body', { message: { id: randomUUID(), body: 'half a pair: \ud83d' } }],
  ])('%s', async (field, part) => {
    const { lead } = desk.people;
    const body = { id: randomUUID(), channel: 'portal', contactId: desk.people.customer.id, ...part };
    const reply = await lead.raw('POST', openTicket.path, body);
    expect([reply.status, reply.error.field]).toEqual([422, field]);
  });
});

test('what is no JSON, or not an object, is refused without a trace of the inside', async () => {
  const { customer } = desk.people;
  for (const body of ['{', '[]', '"x"', 'null', '{"__proto__":{"x":1}}']) {
    const reply = await customer.raw('POST', openTicket.path, body);
    expect(reply.status, body).toBeGreaterThanOrEqual(400);
    expect(reply.status, body).toBeLessThan(500);
    expect(JSON.stringify(reply.error)).not.toMatch(/at .*\.ts|node_modules/);
  }
});

test('paths that are no ids are not found or refused, never an error of ours', async () => {
  const { engineer } = desk.people;
  for (const id of ['0', '-1', '1e3', "1' or '1'='1", '../session', '%00', 'x'.repeat(190), '99999999999999999999']) {
    const reply = await engineer.raw('GET', `/api/tickets/${encodeURIComponent(id)}`);
    expect([404, 422], id).toContain(reply.status);
  }
});

test('a subject of blanks is refused, one of the full length is kept', async () => {
  const { people } = desk;
  const id = await opened(people.customer, 'x');
  const set = (subject: string) => people.engineer.call(setTicketSubject, { params: { id }, body: { subject } });
  expect((await set('   ')).error.field).toBe('subject');
  expect((await set('字'.repeat(200))).status).toBe(200);
  expect((await set('字'.repeat(201))).error.field).toBe('subject');
});

test('a file that is not there is named, and the message is not', async () => {
  const { people } = desk;
  const id = await opened(people.customer, 'x');
  const message = { id: randomUUID(), body: 'see file', fileIds: [randomUUID()] };
  const reply = await people.customer.call(postMessage, { params: { id }, body: { message } });
  expect([reply.status, reply.error.code]).toEqual([409, 'file_missing']);
  expect((await snapshot(people.customer, id))!.entries.filter((entry) => entry.kind === 'message')).toHaveLength(1);
});
