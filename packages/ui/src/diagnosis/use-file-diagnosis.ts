import type { Api } from '@alongside/client';
import type { ErrorMark, ErrorMarks, MaskingReport } from '@alongside/diagnosis';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '../app/ClientProvider.tsx';
import { fetchMarks } from '../known-errors/known-errors.ts';
import type { DiagnosedDocument, FileMessage, FileOrder } from './file-diagnosis.ts';
import type { KeptDiagnosis } from './kept-diagnosis.ts';

/** A file is not held up for longer by a server that does not answer. */
const MARKS_WAIT_MS = 3_000;

/** A file without its secrets, with what was taken out. */
export type MaskedFile = { file: File; report: MaskingReport };

/** The last file masked, its report telling of all; and each of them. */
type Masked = { masked: MaskedFile | null; maskedFiles: File[] };

export type FileDiagnosisOptions = Partial<Pick<FileOrder, 'masked' | 'addresses'>>;

export type FileDiagnosisState =
  | { at: 'asking' }
  | { at: 'reading'; name: string; share: number }
  | ({ at: 'read'; name: string; documents: DiagnosedDocument[] } & Masked)
  /** What was masked before it failed can still be given away. */
  | ({ at: 'failed'; name: string; code: string; place: string } & Masked);

/**
 * Masks and judges a file, or several of one call, in a worker of its own. Others, or leaving, end what was being read.
 * @param earlier is what it begins with
 */
export function useFileDiagnosis(earlier: KeptDiagnosis | null = null): {
  state: FileDiagnosisState;
  /** @param options.masked secrets are taken out first, and only what is left is judged */
  read(files: File | readonly File[], options?: FileDiagnosisOptions): void;
  /** Back to what was found before. */
  show(earlier: KeptDiagnosis): void;
  reset(): void;
} {
  const [state, setState] = useState<FileDiagnosisState>(earlier ? readOf(earlier) : { at: 'asking' });
  const api = useApi();
  const worker = useRef<Worker | null>(null);
  const stop = useCallback(() => {
    worker.current?.terminate();
    worker.current = null;
  }, []);
  useEffect(() => stop, [stop]);
  // Here by the time a file is chosen.
  useEffect(() => void marksSoon(api), [api]);

  const read = useCallback(
    (given: File | readonly File[], { masked: isMasked = false, addresses = false }: FileDiagnosisOptions = {}) => {
      stop();
      const files = given instanceof File ? [given] : [...given];
      const name = files.map((file) => file.name).join(' + ');
      const maskedFiles: File[] = [];
      const documents: DiagnosedDocument[] = [];
      let masked: MaskedFile | null = null;
      const made = new Worker(new URL('./file-worker.ts', import.meta.url), { type: 'module' });
      worker.current = made;
      setState({ at: 'reading', name, share: 0 });
      made.onmessage = ({ data }: MessageEvent<FileMessage>) => {
        if (data.type === 'progress') setState({ at: 'reading', name, share: data.share });
        else if (data.type === 'masked') {
          masked = { file: data.file, report: data.report };
          maskedFiles.push(data.file);
        } else if (data.type === 'document') documents.push(data.document);
        else {
          setState(
            data.type === 'done'
              ? { at: 'read', name, documents, masked, maskedFiles }
              : { at: 'failed', name, code: data.code, place: data.place, masked, maskedFiles },
          );
          stop();
        }
      };
      // Out of memory, most likely: nothing more comes from it.
      made.onerror = () => {
        setState({ at: 'failed', name, code: 'unknown', place: name, masked, maskedFiles });
        stop();
      };
      void marksSoon(api).then((marks) =>
        made.postMessage({ files, masked: isMasked, addresses, marks } satisfies FileOrder),
      );
    },
    [api, stop],
  );
  const reset = useCallback(() => {
    stop();
    setState({ at: 'asking' });
  }, [stop]);
  const show = useCallback(
    (kept: KeptDiagnosis) => {
      stop();
      setState(readOf(kept));
    },
    [stop],
  );
  return { state, read, show, reset };
}

function readOf({ name, documents, masked, maskedFiles }: KeptDiagnosis): FileDiagnosisState {
  return { at: 'read', name, documents, masked, maskedFiles };
}

/** What known errors are recognised by; nothing where the server does not say so soon: the rest is said all the same. */
async function marksSoon(api: Api): Promise<ErrorMarks<ErrorMark>> {
  const none = new Map<string, never[]>();
  const late = new Promise<typeof none>((tell) => setTimeout(tell, MARKS_WAIT_MS, none));
  return Promise.race([fetchMarks(api).catch(() => none), late]);
}
