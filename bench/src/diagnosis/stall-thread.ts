import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';

/**
 * Looks at the clock again and again, before all other work of this machine: what holds it up holds up everybody. Tells each
 * time it was held up longer than before, ms; whoever asks for a new time sends anything.
 */
const EVERY_MS = 20;

try {
  // Linux takes the number of a thread for that of a process, and Node does not tell its own.
  setPriority(Number(readlinkSync('/proc/thread-self').split('/').at(-1)), -20);
} catch {
  // It may not be done here: then a busy machine is taken for one that stands, and a call is made once more.
}

let lastMs = performance.now();
let longestMs = 0;
parentPort!.on('message', () => {
  longestMs = 0;
});
setInterval(() => {
  const nowMs = performance.now();
  const heldUpMs = nowMs - lastMs - EVERY_MS;
  lastMs = nowMs;
  if (heldUpMs <= longestMs) return;
  longestMs = heldUpMs;
  parentPort!.postMessage(longestMs);
}, EVERY_MS);
