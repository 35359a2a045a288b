import type { SampleBatch } from '@alongside/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Courier, type CourierOptions, createCourier, KEEP_UNSENT_MS } from './courier.ts';
import { createSampler, type Sampler } from './sampler.ts';
import { FakeConnection, stubPage } from './testing.ts';

type Answer = { goOn: boolean; sendEveryMs: number };
const WELL: Answer = { goOn: true, sendEveryMs: 10_000 };

let page: ReturnType<typeof stubPage>;
let sampler: Sampler;
let courier: Courier;
let sent: { batch: SampleBatch; keepalive: boolean; atMs: number }[];
let answer: () => Promise<Answer>;
let beganMs: number;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 21, 20) });
  beganMs = Date.now();
  page = stubPage();
  sent = [];
  answer = async () => WELL;
  sampler = createSampler({ participantId: 'self' });
  sampler.follow([new FakeConnection().asPeerConnection]);
});
afterEach(async () => {
  await courier.stop();
  sampler.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function begin(more: Partial<CourierOptions> = {}): void {
  courier = createCourier({
    sampler,
    participantId: 'self',
    stay: '00000000-0000-4000-8000-000000000001',
    send(batch, { keepalive }) {
      sent.push({ batch, keepalive, atMs: Date.now() - beganMs });
      return answer();
    },
    ...more,
  });
}
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);
const numbers = () => sent.map(({ batch }) => batch.number);

it('sends soon, then every ten seconds, and as often as the desk wishes', async () => {
  begin();
  await seconds(25);
  expect(sent.map(({ atMs }) => Math.round(atMs / 1_000))).toEqual([4, 14, 24]);
  expect(sent[1]!.batch.rows.instants).toHaveLength(5);
  answer = async () => ({ goOn: true, sendEveryMs: 2_000 });
  await seconds(14);
  expect(numbers()).toEqual([0, 1, 2, 3, 4, 5]);
});

it('sends what was measured at once, not when a clock of its own says so', async () => {
  await seconds(1);
  begin();
  answer = async () => ({ goOn: true, sendEveryMs: 2_000 });
  await seconds(20);
  const agesMs = sent.map(({ atMs, batch: { rows } }) => {
    const newestMs = rows.instants.reduce((sum, sinceMs) => sum + sinceMs, rows.fromMs);
    return beganMs + atMs - newestMs;
  });
  expect(agesMs.length).toBeGreaterThan(5);
  expect(Math.max(...agesMs)).toBeLessThan(100);
});

it('goes on sending events where no reading comes', async () => {
  begin();
  await seconds(5);
  const stuck = new FakeConnection();
  stuck.getStats = () => new Promise(() => {});
  sampler.follow([stuck.asPeerConnection]);
  await seconds(10);
  sent = [];
  sampler.tell({ type: 'signalling', state: 'closed', text: '' });
  await seconds(12);
  expect(JSON.stringify(sent)).toContain('signalling');
});

it('keeps to 10 kbit/s', async () => {
  begin();
  await seconds(64);
  const bytes = sent.slice(1).reduce((sum, { batch }) => sum + JSON.stringify(batch).length, 0);
  expect((bytes * 8) / 60).toBeLessThan(10_000);
});

it('tries again what could not be sent, in order, and loses nothing of five minutes', async () => {
  begin();
  answer = async () => {
    throw Object.assign(new Error('offline'), { retry: true });
  };
  await seconds(60);
  answer = async () => WELL;
  sent = [];
  await seconds(30);
  expect(numbers().slice(0, 6)).toEqual([0, 1, 2, 3, 4, 5]);
});

it('holds five minutes and no more while nothing goes', async () => {
  begin();
  answer = async () => {
    throw Object.assign(new Error('offline'), { retry: true });
  };
  await seconds(900);
  sent = [];
  answer = async () => WELL;
  await seconds(30);
  const first = sent[0]!;
  expect(beganMs + first.atMs - first.batch.rows.fromMs).toBeLessThan(KEEP_UNSENT_MS + 20_000);
  expect(numbers().length).toBeLessThan(KEEP_UNSENT_MS / 10_000 + 5);
});

it('ends where nothing more is wanted', async () => {
  const onOver = vi.fn();
  begin({ onOver });
  answer = async () => ({ goOn: false, sendEveryMs: 10_000 });
  await seconds(60);
  expect(numbers()).toEqual([0]);
  expect(onOver).toHaveBeenCalledOnce();
});

it('ends where it is refused again and again', async () => {
  begin();
  answer = async () => {
    throw Object.assign(new Error('not found'), { retry: false });
  };
  await seconds(90);
  expect(numbers()).toEqual([0, 1, 2]);
});

it('leaves its last words with the browser when the page goes', async () => {
  begin();
  await seconds(9);
  page.window.dispatchEvent(new Event('pagehide'));
  expect(sent.at(-1)).toMatchObject({ keepalive: true, batch: { number: 1, last: true } });
});

it('leaves what it has when the page is put to sleep, and goes on when it wakes up', async () => {
  begin();
  await seconds(9);
  page.document.dispatchEvent(new Event('freeze'));
  expect(sent.at(-1)).toMatchObject({ keepalive: true, batch: { number: 1 } });
  expect(sent.at(-1)!.batch.last).toBeUndefined();
  await seconds(20);
  expect(numbers().at(-1)).toBeGreaterThan(1);
});

it('sends nothing before it is released, not even at the end; then the last minutes', async () => {
  begin({ hold: true });
  await seconds(60);
  page.window.dispatchEvent(new Event('pagehide'));
  await courier.stop();
  expect(sent).toEqual([]);
  await courier.release();
  expect(numbers().length).toBeGreaterThan(5);
  expect(sent.at(-1)!.batch.last).toBe(true);
});
