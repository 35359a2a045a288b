import { readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * When a process was started, in clock ticks since boot (field 22 of /proc/<pid>/stat). Together with the id it names
 * one process for good; an id alone is given again.
 * @returns null when there is no such process
 */
export function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent has not looked yet.
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** Whether this process is a PostgreSQL server at work in this folder. */
export function isPostgresOf(pid: number, clusterDir: string): boolean {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    if (!command.includes('postgres')) return false;
  } catch {
    return false;
  }
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === clusterDir;
  } catch {
    // Another account's process does not show its folder; the name has to do.
    return processStart(pid) !== null;
  }
}

/** Waits until a process has ended. @returns whether it did in time */
export async function ended(pid: number, timeoutMs: number): Promise<boolean> {
  const until = performance.now() + timeoutMs;
  while (processStart(pid) !== null) {
    if (performance.now() > until) return false;
    await sleep(20);
  }
  return true;
}
