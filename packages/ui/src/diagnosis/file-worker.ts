/// <reference lib="webworker" />
import {
  emptyMaskingReport,
  joinSessions,
  maskFile,
  type ReadDocument,
  ReadError,
  readSessions,
} from '@alongside/diagnosis';
import { diagnosisOf, type FileMessage, type FileOrder } from './file-diagnosis.ts';

// Reading a hundred megabytes takes seconds: the page stays usable, and nothing leaves the browser.
declare const self: DedicatedWorkerGlobalScope;

const PROGRESS_EVERY_BYTES = 512 * 1024;

self.onmessage = ({ data }: MessageEvent<FileOrder>) => void run(data);

async function run({ files, masked, addresses, marks }: FileOrder): Promise<void> {
  const tell = (message: FileMessage) => self.postMessage(message);
  const progress = progressOf(files, masked ? 2 : 1, (share) => tell({ type: 'progress', share }));
  const report = emptyMaskingReport();
  const read: ReadDocument[] = [];
  let at = files[0]?.name ?? '';
  try {
    for (const file of files) {
      at = file.name;
      let judged = file;
      if (masked) {
        const parts: Blob[] = [];
        // As blobs, which the browser may keep on disk: a large file is not held in memory twice.
        for await (const part of maskFile(file.name, counted(file, progress), { addresses }, report))
          parts.push(new Blob([part as Uint8Array<ArrayBuffer>]));
        judged = new File(parts, file.name, { type: file.type });
        tell({ type: 'masked', file: judged, report });
      }
      // Times without a zone are most likely of the one in which somebody looks at them.
      const hints = { writtenMs: file.lastModified, zoneMinutes: -new Date(file.lastModified).getTimezoneOffset() };
      for await (const document of readSessions(judged.name, counted(judged, progress), hints)) read.push(document);
    }
    for (const { names, session } of joinSessions(read)) {
      const { format, problems, connections, tracks } = session;
      tell({
        type: 'document',
        document: {
          name: names.join(' + '),
          format,
          connections: connections.length,
          tracks: tracks.length,
          problems,
          diagnosis: diagnosisOf(session, marks),
        },
      });
    }
    tell({ type: 'done' });
  } catch (thrown) {
    const isOurs = thrown instanceof ReadError;
    tell({ type: 'failed', code: isOurs ? thrown.code : 'unknown', place: isOurs ? thrown.place : at });
  }
}

/** @returns takes how many bytes were read more, and tells the share of all passes over all files */
function progressOf(files: readonly File[], passes: number, tell: (share: number) => void): (bytes: number) => void {
  const allBytes = Math.max(1, files.reduce((sum, { size }) => sum + size, 0) * passes);
  let read = 0;
  return (bytes) => {
    read += bytes;
    tell(Math.min(1, read / allBytes));
  };
}

/** @param onRead is told how many bytes were read since the last time, now and then */
async function* counted(file: File, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  let untold = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    untold += next.value.length;
    if (untold >= PROGRESS_EVERY_BYTES) {
      onRead(untold);
      untold = 0;
    }
    yield next.value;
  }
  onRead(untold);
}
