import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import type { Browser } from 'playwright-core';

/** What carries calls goes before what begins or judges one: another call's page must not make this one's freeze. */
const NICE = { network: -15, call: -8, rest: 0 } as const;

/** Runs work whose programs inherit the priority of what carries packets. */
export async function asNetwork<T>(work: () => Promise<T>): Promise<T> {
  setPriority(NICE.network);
  try {
    return await work();
  } finally {
    setPriority(NICE.rest);
  }
}

/** A call goes on in this browser: all threads of its processes go before those of pages that are being opened. */
export async function favour(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  for (const { id } of processInfo) {
    try {
      for (const thread of readdirSync(`/proc/${id}/task`)) setPriority(Number(thread), NICE.call);
    } catch {
      // It has ended, or this may not be done here.
    }
  }
}
