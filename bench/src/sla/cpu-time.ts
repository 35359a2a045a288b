/** Processor time of this thread so far, ms: what else the machine does in the meantime does not count. */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/**
 * How often something can be done in a second of one core.
 * @param once called again and again, with how often it was called before
 * @param seconds of processor time, after a start that does not count
 */
export function perCpuSecond(once: (n: number) => void, seconds: number): number {
  let count = 0;
  const round = (untilMs: number) => {
    count = 0;
    // The clock is read now and then only: reading it costs as much as a due date.
    while (cpuMs() < untilMs) for (let n = 0; n < 30; n += 1, count += 1) once(count);
  };
  round(cpuMs() + 500);
  const began = cpuMs();
  round(began + seconds * 1_000);
  return (count * 1_000) / (cpuMs() - began);
}
