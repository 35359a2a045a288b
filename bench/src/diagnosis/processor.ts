import type { Browser } from 'playwright-core';

/** How long the pieces of time are that a throttled process is given, ms: as the kernel's own quota does it. */
const PERIOD_MS = 100;

/**
 * Gives the pages of a browser only a share of the time, by stopping their processes for the rest of each period.
 * @param share 0 to 1
 * @returns ends it
 */
export async function throttleRenderers(browser: Browser, share: number): Promise<() => void> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const pids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    for (const pid of pids) {
      try {
        process.kill(pid, name);
      } catch {
        // It has ended.
      }
    }
  };
  let resume: NodeJS.Timeout | undefined;
  const period = setInterval(() => {
    signal('SIGSTOP');
    resume = setTimeout(() => signal('SIGCONT'), PERIOD_MS * (1 - share));
  }, PERIOD_MS);
  return () => {
    clearInterval(period);
    clearTimeout(resume);
    signal('SIGCONT');
  };
}
