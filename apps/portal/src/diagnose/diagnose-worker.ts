/// <reference lib="webworker" />
import { judge, lanesOf, ReadError, RULES, readSessions } from '@alongside/diagnosis';
import type { WorkerMessage } from './diagnosed.ts';

// Reading a hundred megabytes takes seconds: the page stays usable, and nothing leaves the browser.
declare const self: DedicatedWorkerGlobalScope;

const PROGRESS_EVERY_BYTES = 512 * 1024;

self.onmessage = ({ data }: MessageEvent<File>) => void run(data);

async function run(file: File): Promise<void> {
  const tell = (message: WorkerMessage) => self.postMessage(message);
  try {
    for await (const { name, session } of readSessions(
      file.name,
      counted(file, (readBytes) => tell({ type: 'progress', readBytes })),
    )) {
      const { state, causes } = judge(session, RULES);
      const findings = causes.flatMap(({ finding, repeats, effects }) => [finding, ...repeats, ...effects]);
      const { format, clock, fromMs, toMs, problems, connections, tracks } = session;
      tell({
        type: 'document',
        document: {
          name,
          format,
          clock,
          fromMs,
          toMs,
          connections: connections.length,
          tracks: tracks.length,
          state,
          causes,
          lanes: lanesOf(session, findings),
          problems,
        },
      });
    }
    tell({ type: 'done' });
  } catch (thrown) {
    const isOurs = thrown instanceof ReadError;
    tell({ type: 'failed', code: isOurs ? thrown.code : 'unknown', place: isOurs ? thrown.place : file.name });
  }
}

async function* counted(file: File, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  let read = 0;
  let told = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    read += next.value.length;
    if (read - told >= PROGRESS_EVERY_BYTES) {
      told = read;
      onRead(read);
    }
    yield next.value;
  }
}
