import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { startTestServer, type TestServer } from '../testing.ts';
import type { MailOutcome } from './mail.ts';

const PUBLIC_URL = 'https://support.example.com';
let server: TestServer;
let smtp: Server | undefined;
afterEach(async () => {
  await server?.close();
  smtp?.close();
  smtp = undefined;
});

/** As much of RFC 5321 as delivers one mail; `refuse` answers the first recipient with an error. */
async function startSmtp(mails: string[], { refuse = 0 } = {}): Promise<string> {
  let refusals = refuse;
  smtp = createServer((socket) => {
    let inData = false;
    let text = '';
    socket.on('error', () => {});
    socket.write('220 test\r\n');
    socket.on('data', (chunk) => {
      text += chunk;
      for (
        let end = text.indexOf(inData ? '\r\n.\r\n' : '\r\n');
        end !== -1;
        end = text.indexOf(inData ? '\r\n.\r\n' : '\r\n')
      ) {
        const line = text.slice(0, end);
        text = text.slice(end + (inData ? 5 : 2));
        if (inData) {
          mails.push(line);
          inData = false;
          socket.write('250 ok\r\n');
        } else if (line === 'DATA') {
          inData = true;
          socket.write('354 go\r\n');
        } else if (line.startsWith('RCPT') && refusals-- > 0) socket.write('550 no such person\r\n');
        else socket.write(line.startsWith('EHLO') ? '250 test\r\n' : line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n');
      }
    });
  });
  await new Promise<void>((resolve) => smtp!.listen(0, '127.0.0.1', resolve));
  return `smtp://127.0.0.1:${(smtp.address() as AddressInfo).port}?ignoreTLS=true`;
}

const send = (to: string, subject: string) =>
  server.platform.db.transaction().execute((trx) => server.platform.mailer.send(trx, { to, subject, text: '正文' }));
const only = () => server.platform.db.selectFrom('mail').selectAll().executeTakeFirstOrThrow();

test('without a mail server mails are kept', async () => {
  server = await startTestServer([]);
  await send('a@example.com', 'Hello');
  expect(await only()).toMatchObject({ recipient: 'a@example.com', state: 'kept', attempts: 0 });
});

test('a mail of a transaction goes out once it commits; its subject begins no header', async () => {
  const mails: string[] = [];
  server = await startTestServer([], {
    env: { SMTP_URL: await startSmtp(mails), PUBLIC_URL, MAIL_FROM: 'Desk <desk@example.com>' },
  });
  await server.platform.db
    .transaction()
    .execute(async (trx) => {
      await server.platform.mailer.send(trx, { to: 'b@example.com', subject: 'never', text: '' });
      throw new Error('undone');
    })
    .catch(() => {});
  await send('a@example.com', 'Sign in\r\nBcc: thief@example.com');
  await vi.waitUntil(async () => (await only()).state === 'sent');
  expect(mails).toHaveLength(1);
  expect(mails[0]).toMatch(/^Subject: Sign in Bcc: thief@example.com\r?$/m);
  expect(mails[0]).not.toMatch(/^Bcc:/m);
  expect(mails[0]).toContain('From: Desk <desk@example.com>');
});

test('a refused mail says why, and a mail whose job is gone is woken at the start', async () => {
  const mails: string[] = [];
  server = await startTestServer([], { env: { SMTP_URL: await startSmtp(mails, { refuse: 1 }), PUBLIC_URL } });
  const outcomes: MailOutcome[] = [];
  server.platform.mailer.onOutcome(async (outcome) => void outcomes.push(outcome));
  const { id, goesOut } = await send('a@example.com', 'Hello');
  expect(goesOut).toBe(true);
  await vi.waitUntil(async () => (await only()).state === 'failed');
  expect(await only()).toMatchObject({ attempts: 1, error: expect.stringContaining('550 no such person') });
  // It has its job, and is not sent for twice.
  await server.platform.mailer.resume();
  const jobs = server.platform.db.withSchema('pgboss' as never).selectFrom('job' as never);
  expect(await jobs.where('name' as never, '=', 'mail.deliver' as never).execute()).toHaveLength(1);
  await server.platform.db
    .withSchema('pgboss' as never)
    .deleteFrom('job' as never)
    .execute();
  await server.platform.mailer.resume();
  await vi.waitUntil(async () => (await only()).state === 'sent');
  expect(mails).toHaveLength(1);
  await vi.waitUntil(() => outcomes.length === 2);
  expect(outcomes).toEqual([
    { id, state: 'failed', error: expect.stringContaining('550'), attempts: 1 },
    { id, state: 'sent', error: null, attempts: 2 },
  ]);
});
