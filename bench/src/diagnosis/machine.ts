import { readFileSync } from 'node:fs';

/**
 * Measures how short of processors this machine is: the kernel's pressure figure (PSI, `some`), the share of time in
 * which something could run and had to wait.
 * @returns asks for the share since then, 0 to 1; null where the kernel does not tell
 */
export function watchMachine(): () => number | null {
  const began = { waitedUs: waitedUs(), atMs: performance.now() };
  return () => {
    const waited = waitedUs();
    if (began.waitedUs === null || waited === null) return null;
    return Math.min(1, (waited - began.waitedUs) / 1_000 / Math.max(1, performance.now() - began.atMs));
  };
}

function waitedUs(): number | null {
  try {
    const total = readFileSync('/proc/pressure/cpu', 'utf8').match(/^some .*total=(\d+)/m)?.[1];
    return total === undefined ? null : Number(total);
  } catch {
    return null;
  }
}
