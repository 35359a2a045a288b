import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { TicketHead } from '@alongside/contracts';
import { launchChromium, type RunningServer, startServer, until } from '@alongside/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, person } from './api.ts';
import { choose } from './choose.ts';
import { inspect } from './screens.ts';

type Mail = { to: string; subject: string; text: string };

/** A customer of the demo company, and one of another organisation. */
const WANG = { name: '王磊', email: 'wang.lei@chenxing.example' };
const OLIVIA = { email: 'olivia.hart@northwind.example' };
const TROUBLE = '直播间的声音比画面慢半秒，今晚八点还有一节课。';
const NOTE = '内部：怀疑是昨晚的编码器更新。';
/** A short call, as Chromium’s own page saved it. */
const DUMP = fileURLToPath(
  new URL('../../packages/diagnosis/src/readers/fixtures/chromium-156-short-call.json.gz', import.meta.url),
);

/** One customer's way through the portal, told in order; each step stands on the ones before. */
describe('a customer in the portal', () => {
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let desk: Page;
  let engineer: Person;
  let ticketId = '';
  /** All the server told this customer, as it came. */
  let told = '';
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await startServer();
    browser = await launchChromium();
    // Of the team: a browser, and the same session as programs talk.
    const team = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 860 } });
    desk = await team.newPage();
    await desk.goto(server.links.console);
    await desk.getByRole('navigation').first().waitFor();
    const cookies = await team.cookies();
    engineer = person(() => server.origin, { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') });
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 860 } });
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // The ticket that is not theirs is refused, which the browser prints by itself.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        complaints.push(message.text());
    });
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => (told += payload)));
    page.on('response', async (response) => {
      if (response.url().includes('/api/')) told += await response.text().catch(() => '');
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const mailTo = (address: string) =>
    until(`a mail to ${address}`, async () => {
      const { mails } = await engineer.request<{ mails: Mail[] }>('GET', '/api/mail');
      return mails.find((mail) => mail.to.includes(address));
    });
  /** Whether the browser would ask whether one really wants to leave. */
  const asksBeforeLeaving = () => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);

  it('asks for a link by e-mail in their language and signs in with it, once', async () => {
    await page.goto(`${server.origin}/portal/`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await choose(page.getByRole('radio', { name: '简体中文' }));
    await page.getByLabel('您的邮箱地址').fill(WANG.email);
    await page.getByRole('button', { name: '发送登录链接' }).click();
    await page.getByRole('heading', { name: '请查收邮件' }).waitFor();
    const mail = await mailTo(WANG.email);
    expect(mail.subject).toMatch(/^登录 .*支持中心$/);
    expect(mail.text).toContain(`${WANG.name}，您好`);
    const link = mail.text.match(/https?:\S+/)![0];
    expect(new URL(link).origin).toBe(server.origin);
    await page.goto(link);
    await page.getByRole('heading', { name: '我的请求' }).waitFor();
    expect(page.url()).not.toContain('#');
    const stranger = await (await browser.newContext({ locale: 'zh-CN' })).newPage();
    await stranger.goto(link);
    await stranger.getByRole('heading', { name: '该链接已失效' }).waitFor();
    await stranger.context().close();
  });

  it('gets the mail in English where the portal was English', async () => {
    await person(() => server.origin, {}).request('POST', '/api/portal/magic-link', { ...OLIVIA, locale: 'en' });
    const mail = await mailTo(OLIVIA.email);
    expect(mail.subject).toMatch(/^Sign in to /);
    expect(mail.text).toContain('Hello Olivia Hart');
  });

  it('sees their own requests and, when asked for, those of the organisation; no others', async () => {
    const { tickets } = await engineer.request<{ tickets: TicketHead[] }>('GET', '/api/tickets?view=all');
    const subjects = (of: (ticket: TicketHead) => boolean) =>
      tickets
        .filter(of)
        .map((ticket) => ticket.subject)
        .sort();
    const mine = subjects((ticket) => ticket.contact.name === WANG.name);
    const ours = subjects((ticket) => ticket.organisation?.name === '晨星在线教育');
    expect(mine.length).toBeGreaterThan(0);
    expect(ours.length).toBeGreaterThan(mine.length);
    const shown = async () =>
      (await page.locator('main li a > span:first-child').allInnerTexts()).map((text) => text.trim()).sort();
    await choose(page.getByRole('radio', { name: '全部', exact: true }));
    await expect.poll(shown).toEqual(mine);
    await choose(page.getByRole('radio', { name: '晨星在线教育全部' }));
    await expect.poll(shown).toEqual(ours);
  });

  it('opens a request with a file and gets the answer live, and never the note about them', async () => {
    await page.getByRole('button', { name: '寻求帮助' }).click();
    await page.getByLabel('描述您遇到的问题').fill(TROUBLE);
    await page
      .locator('form input[type=file]')
      .setInputFiles({ name: '直播日志.log', mimeType: 'text/plain', buffer: Buffer.from('音画不同步 512 ms\n') });
    // The offer to diagnose it moves what stands below.
    await page.getByRole('region', { name: '通话记录：直播日志.log' }).waitFor();
    await choose(page.getByRole('radio', { name: /影响严重/ }));
    // Their plan keeps P1 for production; without the box the form offers the best it has instead.
    await page.getByText('P1 仅适用于生产环境').waitFor();
    await page.getByRole('checkbox', { name: '发生在生产环境' }).check();
    await page.getByRole('button', { name: '发送', exact: true }).click();
    const log = page.getByRole('log');
    await log.getByText(TROUBLE).waitFor();
    await log.getByText('直播日志.log').first().waitFor();
    const { tickets } = await engineer.request<{ tickets: TicketHead[] }>('GET', '/api/tickets?view=all');
    const opened = tickets.find((ticket) => ticket.subject.startsWith('直播间的声音'))!;
    expect(opened).toMatchObject({ contact: { name: WANG.name }, priority: 'P1', channel: 'portal' });
    ticketId = opened.id;
    const say = (body: string, visibility: string) =>
      engineer.request('POST', `/api/tickets/${ticketId}/messages`, {
        message: { id: randomUUID(), body },
        visibility,
      });
    await say(NOTE, 'internal');
    await say('我看到日志了，马上和您一起处理。', 'public');
    await log.getByText('我看到日志了，马上和您一起处理。').waitFor();
    // Whose turn it is stands above; a line after each message would be noise.
    await page.locator('header').getByText('等待您回复').waitFor();
    expect(await log.getByText('我们正在处理 → 等待您回复').count()).toBe(0);
    await page.getByRole('textbox', { name: '消息' }).fill('好的，谢谢！');
    await page.getByRole('button', { name: '发送', exact: true }).click();
    await until('the answer to arrive', async () => {
      const { entries } = await engineer.ticket(ticketId);
      return entries.some((entry) => entry.kind === 'message' && entry.body === '好的，谢谢！');
    });
    await page.reload();
    await log.getByText('好的，谢谢！').waitFor();
    expect(await log.getByText('内部').count()).toBe(0);
    expect(told).toContain('我看到日志了');
    expect(told).not.toContain('编码器更新');
  });

  it('drops the record of a call on a request: it is masked and judged here, and the team gets the evidence', async () => {
    await page.locator('input[type=file]').first().setInputFiles(DUMP);
    const diagnose = page.getByRole('button', { name: '脱敏并诊断' });
    await diagnose.waitFor();
    expect(await asksBeforeLeaving(), 'the dump itself is not kept').toBe(true);
    await diagnose.click();
    await page.getByText(/^没有符合要求的设备/).waitFor();
    await page.getByText(/^已脱敏：/).waitFor();
    await page.getByText('仅保存在您浏览器的这个标签页中').waitFor();
    expect(await asksBeforeLeaving()).toBe(false);
    // What was found, and then what was attached, is there after a reload.
    await page.reload();
    await page.getByText(/^没有符合要求的设备/).waitFor();
    await page.getByText(/^诊断时间：.*尚未发送/).waitFor();
    await page.getByRole('button', { name: '添加脱敏后的文件' }).click();
    await until('the draft to hold the file', () => page.evaluate(draftedFiles));
    await page.reload();
    await page.getByRole('list', { name: '附件' }).getByText('call.json.gz').waitFor();
    expect(await page.getByText(/^诊断时间：/).count()).toBe(0);
    await page.getByRole('button', { name: '发送', exact: true }).click();
    const recorded = await until('the diagnosis', async () => {
      const { entries } = await engineer.ticket(ticketId);
      return entries.flatMap((entry) =>
        entry.kind === 'change' && entry.change.what === 'recorded' && entry.change.body.type === 'diagnosis.recorded'
          ? [entry.change.body]
          : [],
      )[0];
    });
    expect(recorded).toMatchObject({
      source: { kind: 'file', format: 'webrtc_internals' },
      summary: { state: 'findings', causes: [{ rule: 'device-unsuitable' }] },
    });
    expect(told).not.toContain('diagnosis.recorded');
  });

  it('sends a log, in which the team alone finds the errors only it knows', async () => {
    const lines = [
      '[warn] publish failed, code=4203',
      '[info] stage gop=4 ENC_GOP_DRIFT',
      '[info] ENC_GOP_DRIFT again',
    ];
    const log = lines.map((line, second) => `2026-11-02T10:00:0${second}.000Z ${line}`).join('\n');
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'stage.log', mimeType: 'text/plain', buffer: Buffer.from(log) });
    const offer = page.getByRole('region', { name: '通话记录：stage.log' });
    await offer.getByRole('button', { name: '脱敏并诊断' }).click();
    await offer.getByText('4203').waitFor();
    await offer.getByRole('button', { name: /^添加/ }).click();
    await page.getByRole('button', { name: '发送', exact: true }).click();
    await until('its diagnosis', async () => {
      const { entries } = await engineer.ticket(ticketId);
      return entries.some((entry) => JSON.stringify(entry).includes('"fileName":"stage.log"'));
    });

    const { ticket } = await engineer.ticket(ticketId);
    await desk.goto(`${server.origin}/console/views/all/${ticket.number}`);
    const known = desk.getByRole('region', { name: 'Known errors in the log' });
    await known.getByText('ENC_GOP_DRIFT').waitFor();
    await known.getByText('in 2 lines').waitFor();
    await known.getByText('4203').waitFor();
    // Opened, it says that it is not for the customer's eyes; the other one is.
    await known.getByRole('button', { name: /4203/ }).click();
    await known.getByRole('region', { name: 'About 4203' }).getByRole('term').first().waitFor();
    await known.getByRole('button', { name: /ENC_GOP_DRIFT/ }).click();
    await known.getByText('Only the team sees this explanation.').waitFor();
    expect(await known.getByText('Only the team sees this explanation.').count()).toBe(1);
    for (const width of [1280, 360]) {
      await desk.setViewportSize({ width, height: 860 });
      await known.scrollIntoViewIfNeeded();
      await inspect(desk, { locale: 'en', theme: 'light', width, height: 860 }, 'team errors', complaints);
    }
    const marks = await page.request.get(`${server.origin}/api/known-errors/marks`, {
      headers: { 'x-alongside': '1' },
    });
    expect(await marks.text()).toContain('4203');
    expect((await marks.text()).includes('ENC_GOP_DRIFT')).toBe(false);
    expect(told.includes('ENC_GOP_DRIFT')).toBe(false);
    expect(await page.getByText('ENC_GOP_DRIFT').count()).toBe(0);
  });

  it('is not told whether a request of somebody else exists', async () => {
    const { tickets } = await engineer.request<{ tickets: TicketHead[] }>('GET', '/api/tickets?view=all');
    const foreign = tickets.find((ticket) => ticket.organisation?.name === 'Northwind Events')!;
    const answerTo = async (id: string | number) => {
      const reply = await page.request.get(`${server.origin}/api/tickets/${id}`, {
        headers: { 'x-alongside': '1', 'accept-language': 'zh-CN' },
      });
      const { error } = (await reply.json()) as { error?: { code: string; message: string } };
      return { status: reply.status(), code: error?.code, message: error?.message };
    };
    const byNumber = await answerTo(foreign.number);
    expect(byNumber.status).toBe(404);
    expect(byNumber).toEqual(await answerTo(999_999));
    expect(await answerTo(foreign.id)).toEqual(await answerTo(randomUUID()));
    for (const id of [foreign.number, foreign.id]) {
      await page.goto(`${server.origin}/portal/tickets/${id}`);
      await page.getByRole('alert').waitFor();
      expect(await page.getByText(foreign.subject).count()).toBe(0);
    }
    expect(told).not.toContain(foreign.subject);
  });

  it('chooses language and theme once, for every browser', async () => {
    await page.goto(`${server.origin}/portal/profile`);
    const chooses = (name: string) =>
      Promise.all([
        page.waitForResponse((reply) => reply.request().method() === 'PATCH' && reply.url().endsWith('/api/me')),
        choose(page.getByRole('radio', { name })),
      ]);
    await chooses('深色');
    await until('the theme', async () => (await theme()) === 'dark');
    await chooses('English');
    await page.getByRole('heading', { name: 'Profile' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Profile' }).waitFor();
    expect(await theme()).toBe('dark');
    // A browser that remembers nothing learns it from the server.
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await page.getByRole('heading', { name: 'Profile' }).waitFor();
    await until('the theme', async () => (await theme()) === 'dark');
  });

  it('signs out, and is out', async () => {
    await page.getByRole('button', { name: WANG.name }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(`${server.origin}/portal/tickets/${ticketId}`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect((await page.request.get(`${server.origin}/api/tickets/${ticketId}`)).status()).toBe(401);
  });

  it('learns without an account what a saved call says, and nothing of it is sent', async () => {
    await page.goto(`${server.origin}/diagnose`);
    await page.getByRole('heading', { name: 'What went wrong in the call?' }).waitFor();
    const sent: string[] = [];
    page.on('request', (request) => request.method() !== 'GET' && sent.push(request.url()));
    const file = page.locator('input[type=file]');
    await file.setInputFiles({ name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('Dear team') });
    await page.getByText('letter.txt is of no kind we know.').waitFor();
    await page.getByRole('button', { name: 'Another file' }).click();
    await file.setInputFiles(DUMP);
    await page.getByRole('heading', { level: 2, name: /^No device fits/ }).waitFor();
    const cause = page.getByRole('button', { name: /No device fits/, expanded: true });
    await cause.waitFor();
    await page.getByRole('slider').press('ArrowRight');
    expect(await page.getByRole('slider').getAttribute('aria-valuetext')).toMatch(/Round trip .*\d+ ms/);
    await inspect(page, { locale: 'en', theme: 'dark', width: 1280, height: 860 }, 'diagnose', complaints);
    await choose(page.getByRole('radio', { name: '简体中文' }));
    await page.getByRole('heading', { level: 3, name: '没有符合要求的设备' }).waitFor();
    // A reload loses nothing, and one can have it forgotten.
    await page.reload();
    const earlier = page.getByRole('region', { name: /^没有符合要求的设备/ });
    await earlier.getByText('chromium-156-short-call.json.gz').waitFor();
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 860 });
      await inspect(page, { locale: 'zh-CN', theme: 'dark', width, height: 860 }, 'diagnosed before', complaints);
    }
    await page.setViewportSize({ width: 1280, height: 860 });
    await earlier.getByRole('button', { name: '再次查看' }).click();
    await page.getByRole('heading', { level: 3, name: '没有符合要求的设备' }).waitFor();
    await page.getByRole('button', { name: '清除' }).click();
    await page.reload();
    await page.getByRole('button', { name: '选择文件' }).first().waitFor();
    expect(await earlier.count()).toBe(0);
    expect(sent).toEqual([]);
  });

  it('reads there what the known errors in a log mean', async () => {
    await choose(page.getByRole('radio', { name: 'English' }));
    const lines = [1, 2, 3].map((second) => `2026-11-02T10:00:0${second}.000Z [warn] publish failed, code=4203`);
    await page.locator('input[type=file]').setInputFiles({
      name: 'app.log',
      mimeType: 'text/plain',
      buffer: Buffer.from(`${lines.join('\n')}\n2026-11-02T10:00:09.000Z [info] stage gop=4 ENC_GOP_DRIFT\n`),
    });
    const known = page.getByRole('region', { name: 'Known errors in the log' });
    await known.getByText('in 3 lines').waitFor();
    await known.getByRole('button', { name: /^4203/ }).click();
    await known.getByText('What helps').waitFor();
    expect(await known.getByText('ENC_GOP_DRIFT').count(), 'is for the team alone').toBe(0);
    await inspect(page, { locale: 'en', theme: 'dark', width: 360, height: 780 }, 'known errors in a log', complaints);
  });

  it('and the page complained about nothing', () => {
    expect(complaints).toEqual([]);
  });
});

/** In the page: whether a draft is kept that names a file. */
async function draftedFiles(): Promise<boolean> {
  const database = await new Promise<IDBDatabase>((resolve) => {
    const request = indexedDB.open('alongside');
    request.onsuccess = () => resolve(request.result);
  });
  const records = await new Promise<unknown[]>((resolve) => {
    const request = database.transaction('records').objectStore('records').getAll();
    request.onsuccess = () => resolve(request.result);
  });
  database.close();
  return records.some((record) => (record as { files?: unknown[] }).files?.length === 1);
}
