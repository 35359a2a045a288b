import { readdirSync, readFileSync } from 'node:fs';

/**
 * The memory of a process and all it started, in bytes: the proportional share (PSS), so that pages several
 * processes share, as PostgreSQL's do, are counted once.
 * @param rootPid where the tree begins
 * @param commandPart also counts processes whose command line holds this text: a database that left the tree
 */
export function memoryBytes(
  rootPid: number,
  commandPart: string,
): { totalBytes: number; byCommand: Record<string, number> } {
  const parents = new Map<number, number>();
  const commands = new Map<number, string>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
      commands.set(Number(name), readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim());
    } catch {
      // Ended while we looked.
    }
  }
  const inTree = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) {
      if (at === rootPid || commands.get(at)?.includes(commandPart)) return true;
    }
    return false;
  };
  const byCommand: Record<string, number> = {};
  let totalBytes = 0;
  for (const pid of parents.keys()) {
    if (!inTree(pid)) continue;
    const bytes = proportionalBytes(pid);
    totalBytes += bytes;
    const command =
      commands.get(pid)!.startsWith('postgres') || commands.get(pid)!.includes('/bin/postgres')
        ? 'postgres'
        : (commands
            .get(pid)!
            .split(' ')
            .find((word) => /\.m?[jt]s$/.test(word)) ?? commands.get(pid)!.slice(0, 40));
    byCommand[command] = (byCommand[command] ?? 0) + bytes;
  }
  return { totalBytes, byCommand };
}

/** The proportional share (PSS) of one process, 0 when it is gone. */
export function proportionalBytes(pid: number): number {
  try {
    const line = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+) kB/m);
    return Number(line?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
