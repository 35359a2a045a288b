import { randomUUID } from 'node:crypto';
import type { TicketHead, Watching } from '@alongside/contracts';
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
  let ticketId = '';
  let callId = '';
  const complaints: Complaints = [];

  beforeAll(async () => {
    server = await startServer();
    browser = await launchChromium();
    engineer = await signIn(() => server.origin, server.links.console);
    customer = await CustomerScene.open(browser, server.links.demo, complaints);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const size = () => customer.page.locator('[data-mode]').getAttribute('data-mode');
  const button = async (name: string) => (await customer.frame()).getByRole('button', { name, exact: true });
  /** What the team sees drawn of a call, ours or the page's own. */
  const measured = async (sourceId: string): Promise<string[]> => {
    const path = `/api/tickets/${ticketId}/watching/${sourceId}`;
    const { watching } = await engineer.request<{ watching: Watching }>('GET', path);
    return watching.diagnosis.lanes.map(({ measure }) => measure);
  };
  const reload = async () => {
    const before = await customer.frame();
    await customer.page.reload();
    await until('the frame to be another one', async () => (await customer.frame()) !== before);
  };

  it('sends a call of the page’s own along with the request, and says so', async () => {
    await customer.page.getByRole('button', { name: 'Connect' }).click();
    await customer.page.getByText(/\d+ fps, [\d.]+ Mb\/s/).waitFor();
    const opened = customer.page.waitForRequest(
      (request) => request.method() === 'POST' && new URL(request.url()).pathname === '/api/tickets',
    );
    const { sentAlong } = await customer.ask('The preview stutters.', /Badly disturbed/);
    expect(sentAlong).toContain('Your call');
    expect(sentAlong).toContain('Guest line of Mira Chen');
    const { watchedSessionId } = (await opened).postDataJSON() as { watchedSessionId: string };
    ticketId = await until('the ticket', async () => {
      const { tickets } = await engineer.request<{ tickets: TicketHead[] }>('GET', '/api/tickets?view=all');
      return tickets.find((ticket) => ticket.subject.startsWith('The preview'))?.id;
    });
    await until('what was measured of it', async () => {
      const measures = await measured(watchedSessionId);
      return measures.includes('framesPerSecond') && measures.includes('rttMs');
    });
    // The open panel lies above it.
    await customer.page.getByRole('button', { name: 'Hang up' }).press('Enter');
  });

  it('is large when a call begins', async () => {
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
    // Measured on, though each page before it was gone in the midst of it.
    await until('what was measured of our call', async () => (await measured(callId)).includes('audioLevel'));
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
