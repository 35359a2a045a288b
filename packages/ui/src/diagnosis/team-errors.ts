import type { Api, Files } from '@alongside/client';
import type { Diagnosis, RecordedDiagnosis } from '@alongside/contracts';
import type { ErrorMark, ErrorMarks } from '@alongside/diagnosis';
import { useEffect, useState } from 'react';
import { useClient } from '../app/ClientProvider.tsx';
import { fetchMarks } from '../known-errors/known-errors.ts';
import type { DiagnosedDocument, FileMessage, FileOrder } from './file-diagnosis.ts';

type KnownErrors = Diagnosis['knownErrors'];
/** What tells which document of a file a diagnosis was made of. */
type Told = { format: string; diagnosis: Pick<Diagnosis, 'fromMs' | 'toMs' | 'knownErrors'> };

/** A larger file is not fetched for this: its sender's browser found what everybody may know. */
const FETCHED_MAX_BYTES = 100_000_000;

/** Whether what a file's diagnosis was made of may hold log lines. */
export function mayHoldLogs({ source }: Pick<RecordedDiagnosis, 'source'>): boolean {
  return (
    source.kind === 'file' && (source.format === 'log' || source.format === 'har' || /\.zip$/i.test(source.fileName))
  );
}

/**
 * The known errors of a file somebody sent, with those only the team knows: the sender's browser could not look for them.
 * The reader's own browser reads the file once more, so nothing of it reaches the sender, and what the catalogue learnt
 * since is found too.
 * @param recorded null while it is not here
 */
export function useTeamErrors(recorded: RecordedDiagnosis | null): KnownErrors | null {
  const { api, files } = useClient();
  const [found, setFound] = useState<{ id: string; knownErrors: KnownErrors } | null>(null);
  useEffect(() => {
    if (!recorded || !mayHoldLogs(recorded)) return;
    const abort = new AbortController();
    lookAgain(recorded, api, files, abort.signal).then(
      (knownErrors) => !abort.signal.aborted && setFound({ id: recorded.id, knownErrors }),
      // What the sender's browser found stays: the file is there to be read.
      () => {},
    );
    return () => abort.abort();
  }, [recorded, api, files]);
  return found !== null && found.id === recorded?.id ? found.knownErrors : null;
}

/** @returns what the sender found where there is nothing to look for, or too much to fetch */
async function lookAgain(
  recorded: RecordedDiagnosis,
  api: Api,
  files: Files,
  signal: AbortSignal,
): Promise<KnownErrors> {
  const { source, diagnosis } = recorded;
  const marks = await fetchMarks(api);
  if (source.kind !== 'file' || marks.size === 0) return diagnosis.knownErrors;
  const { url } = await files.link(source.fileId);
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`the file answers ${response.status}`);
  if (Number(response.headers.get('content-length')) > FETCHED_MAX_BYTES) {
    await response.body?.cancel();
    return diagnosis.knownErrors;
  }
  const file = new File([await response.blob()], source.fileName);
  return withErrorsOf({ format: source.format, diagnosis }, await readAgain(file, marks, signal));
}

/** Reads a file in a worker, as its sender's browser did. */
function readAgain(file: File, marks: ErrorMarks<ErrorMark>, signal: AbortSignal): Promise<DiagnosedDocument[]> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const documents: DiagnosedDocument[] = [];
    const worker = new Worker(new URL('./file-worker.ts', import.meta.url), { type: 'module' });
    const end = (settle: () => void) => {
      worker.terminate();
      settle();
    };
    signal.addEventListener('abort', () => end(() => reject(signal.reason)));
    worker.onerror = () => end(() => reject(new Error('the file could not be read')));
    worker.onmessage = ({ data }: MessageEvent<FileMessage>) => {
      if (data.type === 'document') documents.push(data.document);
      else if (data.type === 'done') end(() => resolve(documents));
      else if (data.type === 'failed') end(() => reject(new Error(data.code)));
    };
    worker.postMessage({ files: [file], masked: false, addresses: false, marks } satisfies FileOrder);
  });
}

/**
 * What was recorded, with what another look at the same file found.
 * @param documents of the file: an archive holds several, each with a diagnosis of its own
 * @returns those in the most lines first
 */
export function withErrorsOf({ format, diagnosis }: Told, documents: readonly Told[]): KnownErrors {
  const lengthOf = ({ fromMs, toMs }: Told['diagnosis']) => toMs - fromMs;
  const alike = documents.filter((one) => one.format === format);
  const same = alike.length === 1 ? alike[0] : alike.find((one) => lengthOf(one.diagnosis) === lengthOf(diagnosis));
  if (!same) return diagnosis.knownErrors;
  // Times without a zone are read in the reader's: what counts is how long after the beginning.
  const shiftMs = diagnosis.fromMs - same.diagnosis.fromMs;
  const found = same.diagnosis.knownErrors.map(({ firstAtMs, ...error }) => ({
    ...error,
    firstAtMs: firstAtMs === null ? null : firstAtMs + shiftMs,
  }));
  const ids = new Set(found.map(({ id }) => id));
  return [...found, ...diagnosis.knownErrors.filter(({ id }) => !ids.has(id))].sort((a, b) => b.count - a.count);
}
