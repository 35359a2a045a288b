import { readFileSync } from 'node:fs';

/** How short of processors this machine was, shares of the time, 0 to 1; null where the kernel does not tell. */
export type MachineStrain = {
  /** In which something could run and had to wait (the kernel's pressure figure, PSI, `some`). */
  starvedRatio: number | null;
  /** Of all processors, in which the host ran somebody else's machine (`steal` of proc(5)): PSI knows nothing of it. */
  stolenRatio: number | null;
};

/** Measures how short of processors this machine is. @returns asks for it since then */
export function watchMachine(): () => MachineStrain {
  const began = { waitedUs: waitedUs(), processors: processorTimes(), atMs: performance.now() };
  return () => {
    const waited = waitedUs();
    const spanUs = Math.max(1, performance.now() - began.atMs) * 1_000;
    const now = processorTimes();
    const isTold = now !== null && began.processors !== null && now.all > began.processors.all;
    return {
      starvedRatio: began.waitedUs === null || waited === null ? null : Math.min(1, (waited - began.waitedUs) / spanUs),
      stolenRatio: isTold ? (now.stolen - began.processors!.stolen) / (now.all - began.processors!.all) : null,
    };
  };
}

function waitedUs(): number | null {
  const total = textOf('/proc/pressure/cpu')?.match(/^some .*total=(\d+)/m)?.[1];
  return total === undefined ? null : Number(total);
}

/** Of all processors since the start, in ticks: the eighth figure is what was stolen, the ones after it are counted twice. */
function processorTimes(): { all: number; stolen: number } | null {
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
