import { randomUUID } from 'node:crypto';
import { listMail, markTicket, postMessage, updateMe } from '@alongside/contracts';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Client } from '../people/testing.ts';
import { followed } from '../platform/testing.ts';
import { ANSWER_MAIL_AFTER_MS, unreadAnswer } from './jobs.ts';
import { newVisitor, opened, snapshot, startTestDesk, type TestDesk } from './testing.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await startTestDesk();
});
afterAll(() => desk?.close());

const say = async (client: Client, id: string, body: string, visibility: 'public' | 'internal' = 'public') =>
  (await client.call(postMessage, { params: { id }, body: { message: { id: randomUUID(), body }, visibility } })).body
    .events[0]!.publicSeq!;

const unread = (ticketId: string, publicSeq: number) =>
  unreadAnswer(desk.platform.db, { ticketId, publicSeq }, 'https://help.test');

describe('an answer nobody reads', () => {
  test('is mailed with all that followed it, in the reader’s language, without notes', async () => {
    const { people } = desk;
    const visitor = await newVisitor(desk.platform);
    await visitor.call(updateMe, { body: { email: 'gone@home.test', locale: 'zh-CN' } });
    const id = await opened(visitor, '水泵停了');
    const first = await say(people.engineer, id, 'Which model?');
    await say(people.engineer, id, 'costs us a fortune', 'internal');
    await say(people.lead, id, 'A photo helps too');
    const { number } = (await snapshot(visitor, id))!.ticket;
    expect(await unread(id, first)).toEqual({
      to: 'gone@home.test',
      subject: `回复：水泵停了（#${number}）`,
      text: `Eve Engineer：\nWhich model?\n\nLiam Lead：\nA photo helps too\n\n查看全部内容或回复：\nhttps://help.test/portal/tickets/${number}\n\n—— Acme 支持团队（请勿直接回复此邮件）`,
    });
  });

  test('is not mailed once read, and not to people without an address', async () => {
    const { people } = desk;
    const id = await opened(people.customer, 'Quick one');
    const seq = await say(people.engineer, id, 'Answer');
    expect((await unread(id, seq))?.to).toBe('cleo@north.test');
    await people.customer.call(markTicket, { params: { id }, body: { deliveredSeq: seq, readSeq: seq } });
    expect(await unread(id, seq)).toBeNull();
    const visitor = await newVisitor(desk.platform);
    const nameless = await opened(visitor, 'Who?');
    expect(await unread(nameless, await say(people.engineer, nameless, 'Hi'))).toBeNull();
  });

  test('is mailed two minutes later, once for several', async () => {
    const { people, platform } = desk;
    const id = await opened(people.customer, 'Later');
    // So that it is due in a few seconds, after all of this was said.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - ANSWER_MAIL_AFTER_MS + 6_000 });
    try {
      await say(people.engineer, id, 'One');
      await say(people.engineer, id, 'Two');
      await say(people.customer, id, 'Thanks');
      await followed(platform, 'tickets.mail-answer');
    } finally {
      vi.useRealTimers();
    }
    const mails = async () =>
      (await people.administrator.call(listMail, {})).body.mails.filter((mail) => mail.subject.startsWith('Re: Later'));
    await vi.waitFor(async () => expect(await mails()).toHaveLength(1), { interval: 100 });
    const [mail] = await mails();
    expect(mail).toMatchObject({ to: 'cleo@north.test' });
    expect(mail!.text).toContain(`${desk.platform.app.listeningOrigin}/portal/tickets/`);
    expect(mail!.text).toMatch(/One[\s\S]*Two/);
    // A kill before the job counts as done lets it run once more.
    const again = await platform.db
      .withSchema('pgboss' as never)
      .updateTable('job' as never)
      .set({ state: 'retry', startAfter: new Date(0) } as never)
      .where('name' as never, '=', 'tickets.mail-answer' as never)
      .returning('id' as never)
      .execute();
    expect(again.length).toBeGreaterThan(0);
    await vi.waitFor(
      async () => {
        const { rows } = await sql<{ state: string }>`select distinct state::text from pgboss.job
          where name = 'tickets.mail-answer'`.execute(platform.db);
        expect(rows).toEqual([{ state: 'completed' }]);
      },
      { interval: 100 },
    );
    expect(await mails()).toHaveLength(1);
  });
});
