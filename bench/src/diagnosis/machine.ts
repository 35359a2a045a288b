import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** How short of processors this machine was, shares of the time, 0 to 1; null where the kernel does not tell. */
export type MachineStrain = {
  /** In which something could run and had to wait (the kernel's pressure figure, PSI, `some`). */
  starvedRatio: number | null;
  /** Of all processors, in which the host ran somebody else's machine (`steal` of proc(5)): PSI knows nothing of it. */
  stolenRatio: number | null;
  /** The same of the ten seconds in which it was worst: a bad moment is little of two minutes. */
  worstStolenRatio: number | null;
  /** For which the machine stood still at the longest, ms: the host had taken it away, or moved it. */
  longestStallMs: number;
};

/** Made once, when first needed. */
let stalls: Worker | null = null;

const LOOK_EVERY_MS = 5_000;
/** So many looks, and the one before them, are ten seconds. */
const LOOKS_TOGETHER = 2;

/** Measures how short of processors this machine is. @returns asks for it since then, and ends the measuring */
export function watchMachine(): () => MachineStrain {
  const began = { waitedUs: waitedUs(), processors: processorTimes(), atMs: performance.now() };
  const looks = [began.processors];
  let worst: number | null = null;
  const look = () => {
    looks.push(processorTimes());
    const ratio = looks.length > LOOKS_TOGETHER ? stolenOf(looks.at(-1 - LOOKS_TOGETHER)!, looks.at(-1)!) : null;
    if (ratio !== null) worst = Math.max(worst ?? 0, ratio);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  const watcher = stallWatcher();
  let longestStallMs = 0;
  const stalled = (heldUpMs: number) => {
    longestStallMs = Math.max(longestStallMs, Math.round(heldUpMs));
  };
  watcher.on('message', stalled);
  watcher.postMessage('anew');
  return () => {
    clearInterval(timer);
    watcher.off('message', stalled);
    const waited = waitedUs();
    const spanUs = Math.max(1, performance.now() - began.atMs) * 1_000;
    return {
      starvedRatio: began.waitedUs === null || waited === null ? null : Math.min(1, (waited - began.waitedUs) / spanUs),
      stolenRatio: stolenOf(began.processors, processorTimes()),
      worstStolenRatio: worst,
      longestStallMs,
    };
  };
}

function stallWatcher(): Worker {
  if (stalls) return stalls;
  stalls = new Worker(new URL('./stall-thread.ts', import.meta.url));
  stalls.unref();
  return stalls;
}

type ProcessorTimes = { all: number; stolen: number } | null;

function stolenOf(before: ProcessorTimes, now: ProcessorTimes): number | null {
  if (before === null || now === null || now.all <= before.all) return null;
  return (now.stolen - before.stolen) / (now.all - before.all);
}

function waitedUs(): number | null {
  const total = textOf('/proc/pressure/cpu')?.match(/^some .*total=(\d+)/m)?.[1];
  return total === undefined ? null : Number(total);
}

/** Of all processors since the start, in ticks: the eighth figure is what was stolen, the ones after it are counted twice. */
function processorTimes(): ProcessorTimes {
  const figures = textOf('/proc/stat')
    ?.match(/^cpu +([\d ]+)/)?.[1]
    ?.split(' ')
    .slice(0, 8)
    .map(Number);
  if (figures?.length !== 8) return null;
  return { all: figures.reduce((sum, ticks) => sum + ticks, 0), stolen: figures[7]! };
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
