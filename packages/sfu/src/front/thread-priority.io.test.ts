import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { expect, test } from 'vitest';
import { createMediaServer } from './media-server.ts';

/** Whether processes of this user may come before others. */
const isPermitted = Number(spawnSync('nice', ['-n', '-10', 'nice'], { encoding: 'utf8' }).stdout) < getPriority();

/** How many threads of this process have this nice value (proc(5): the 19th field of stat). */
function threadsWithNice(nice: number): number {
  return readdirSync('/proc/self/task').filter((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]) === nice;
  }).length;
}

test.runIf(process.platform === 'linux')(
  'SFU-69 the media threads and the TURN thread come before other work where they may, and no other thread does',
  async () => {
    const before = threadsWithNice(-10);
    const media = await createMediaServer({
      keys: { key: 'secret' },
      workers: 2,
      udpPort: 0,
      turn: { host: 'turn.test', udpPort: 0 },
    });
    try {
      expect(threadsWithNice(-10) - before).toBe(isPermitted ? 3 : 0);
      const figures = await media.metrics();
      for (const worker of [0, 1]) {
        expect(figures).toContain(
          `alongside_sfu_thread_nice{worker="${worker}"} ${isPermitted ? -10 : getPriority()}\n`,
        );
      }
    } finally {
      await media.close();
    }
  },
);
