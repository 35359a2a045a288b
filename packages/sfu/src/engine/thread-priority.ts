import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';

/**
 * What media threads ask for. On two cores that are both taken, the 99th of a hundred packets then waits hardly longer
 * than at a process that does nothing but hand packets on (docs/benchmarks.md, forwarding).
 */
const MEDIA_NICE = -10;

/**
 * Has the calling thread come before other work when a processor is wanted by several (setpriority(2), which Linux keeps
 * for each thread): a web page, a query or a thumbnail can wait for some milliseconds unnoticed, sound cannot. Needs
 * Linux and CAP_SYS_NICE or RLIMIT_NICE; where it may not, nothing changes.
 */
export function raiseThreadPriority(): void {
  const thread = ownThreadId();
  if (thread === undefined) return;
  try {
    // Somebody may have given the whole process more.
    if (getPriority(thread) > MEDIA_NICE) setPriority(thread, MEDIA_NICE);
  } catch {
    // Not permitted: the usual case of a server that is no administrator.
  }
}

/** The nice value of the calling thread, from -20 (first) to 19; 0 where it cannot be had. */
export function threadNice(): number {
  try {
    return getPriority(ownThreadId());
  } catch {
    return 0;
  }
}

function ownThreadId(): number | undefined {
  try {
    // Read by the calling thread itself, since it is done at once.
    return Number(basename(readlinkSync('/proc/thread-self')));
  } catch {
    return undefined;
  }
}
