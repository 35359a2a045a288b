/// <reference lib="webworker" />
import { emptyMaskingReport, maskFile, ReadError, readSessions } from '@alongside/diagnosis';
import { diagnosisOf, type FileMessage, type FileOrder } from './file-diagnosis.ts';

// Reading a hundred megabytes takes seconds: the page stays usable, and nothing leaves the browser.
declare const self: DedicatedWorkerGlobalScope;

const PROGRESS_EVERY_BYTES = 512 * 1024;

self.onmessage = ({ data }: MessageEvent<FileOrder>) => void run(data);

async function run({ file, masked, addresses }: FileOrder): Promise<void> {
  const tell = (message: FileMessage) => self.postMessage(message);
  try {
    let judged = file;
    if (masked) {
      const report = emptyMaskingReport();
      const parts: Blob[] = [];
      const bytes = counted(file, (share) => tell({ type: 'progress', share: share / 2 }));
      // As blobs, which the browser may keep on disk: a large file is not held in memory twice.
      for await (const part of maskFile(file.name, bytes, { addresses }, report))
        parts.push(new Blob([part as Uint8Array<ArrayBuffer>]));
      judged = new File(parts, file.name, { type: file.type });
      tell({ type: 'masked', file: judged, report });
    }
    const share = (part: number) => tell({ type: 'progress', share: masked ? 0.5 + part / 2 : part });
    for await (const { name, session } of readSessions(judged.name, counted(judged, share))) {
      const { format, problems, connections, tracks } = session;
      tell({
        type: 'document',
        document: {
          name,
          format,
          connections: connections.length,
          tracks: tracks.length,
          problems,
          diagnosis: diagnosisOf(session),
        },
      });
    }
    tell({ type: 'done' });
  } catch (thrown) {
    const isOurs = thrown instanceof ReadError;
    tell({ type: 'failed', code: isOurs ? thrown.code : 'unknown', place: isOurs ? thrown.place : file.name });
  }
}

/** @param onRead is told the share read so far, now and then */
async function* counted(file: File, onRead: (share: number) => void): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  let read = 0;
  let told = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    read += next.value.length;
    if (read - told >= PROGRESS_EVERY_BYTES) {
      told = read;
      onRead(read / Math.max(1, file.size));
    }
    yield next.value;
  }
}
