import { randomUUID } from 'node:crypto';
import type { TicketHead } from '@alongside/contracts';
import { launchChromium, type RunningServer, startServer, until } from '@alongside/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, signIn } from './api.ts';
import { type Complaints, CustomerScene } from './scenes.ts';

describe('the widget’s size in a call', () => {
  let server: RunningServer;
  let browser: Browser;
  let engineer: Person;
  let customer: CustomerScene;
  let callId = '';
  const complaints: Complaints = [];

  beforeAll(async () => {
    server = await startServer();
    browser = await launchChromium();
    engineer = await signIn(() => server.origin, server.links.console);
    customer = await CustomerScene.open(browser, server.links.demo, complaints);
    await customer.ask('The preview stutters.', /Badly disturbed/);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const size = () => customer.page.locator('[data-mode]').getAttribute('data-mode');
  const button = async (name: string) => (await customer.frame()).getByRole('button', { name });
  const reload = async () => {
    const before = await customer.frame();
    await customer.page.reload();
    await until('the frame to be another one', async () => (await customer.frame()) !== before);
  };

  it('is large when a call begins', async () => {
    const ticketId = await until('the ticket', async () => {
      const { tickets } = await engineer.request<{ tickets: TicketHead[] }>('GET', '/api/tickets?view=all');
      return tickets.find((ticket) => ticket.subject.startsWith('The preview'))?.id;
    });
    callId = randomUUID();
    await engineer.request('POST', `/api/tickets/${ticketId}/calls`, { callId, video: false });
    // Its entry is under way only: the way in stays without an answer until the page is another one.
    const held = Promise.withResolvers<void>();
    await customer.page.route(/\/api\/calls\/[^/]+\/join$/, async (route) => {
      await held.promise;
      await route.abort().catch(() => {});
    });
    await (await button('Accept')).click();
    await (await button('Mute microphone')).waitFor();
    await expect.poll(size).toBe('stage');
    await reload();
    held.resolve();
    await customer.page.unroute(/\/api\/calls\/[^/]+\/join$/);
  });

  it('is large again after a reload in the midst of answering', async () => {
    await (await button('Mute microphone')).waitFor();
    await expect.poll(size).toBe('stage');
  });

  it('is small again after a reload when it was small', async () => {
    await (await button('To a small card')).click();
    await (await button('Back to the call')).waitFor();
    expect(await size()).toBe('bar');
    await reload();
    // Back in the call for good: the microphone obeys.
    await (await button('Mute microphone')).click();
    await (await button('Unmute microphone')).click();
    await (await button('Mute microphone')).waitFor();
    expect(await size()).toBe('bar');
  });

  it('is large again after a reload when it was large', async () => {
    await (await button('Back to the call')).click();
    await expect.poll(size).toBe('stage');
    await reload();
    await (await button('Mute microphone')).waitFor();
    expect(await size()).toBe('stage');
  });

  it('goes out of the way when the call ended while the page was away', async () => {
    await (await button('To a small card')).click();
    await expect.poll(size).toBe('bar');
    await customer.page.goto('about:blank');
    await engineer.request('POST', `/api/calls/${callId}/end`, { quality: null });
    await customer.page.goto(server.links.demo);
    await customer.page
      .getByRole('button', { name: /^Get help/ })
      .and(customer.page.locator('[aria-expanded=false]'))
      .waitFor();
  });

  it('and the page complained about nothing', () => {
    expect(complaints).toEqual([]);
  });
});
