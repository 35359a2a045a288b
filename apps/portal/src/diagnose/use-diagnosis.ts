import { useCallback, useEffect, useRef, useState } from 'react';
import type { Diagnosed, WorkerMessage } from './diagnosed.ts';

export type DiagnosisState =
  | { at: 'asking' }
  | { at: 'reading'; name: string; share: number }
  | { at: 'read'; name: string; documents: Diagnosed[] }
  | { at: 'failed'; name: string; code: string; place: string };

/** Reads a file in a worker of its own. Another file, or leaving, ends what was being read. */
export function useDiagnosis(): { state: DiagnosisState; read(file: File): void; reset(): void } {
  const [state, setState] = useState<DiagnosisState>({ at: 'asking' });
  const worker = useRef<Worker | null>(null);
  const stop = useCallback(() => {
    worker.current?.terminate();
    worker.current = null;
  }, []);
  useEffect(() => stop, [stop]);

  const read = useCallback(
    (file: File) => {
      stop();
      const { name } = file;
      const documents: Diagnosed[] = [];
      const made = new Worker(new URL('./diagnose-worker.ts', import.meta.url), { type: 'module' });
      worker.current = made;
      setState({ at: 'reading', name, share: 0 });
      made.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
        if (data.type === 'progress') setState({ at: 'reading', name, share: data.readBytes / Math.max(1, file.size) });
        else if (data.type === 'document') documents.push(data.document);
        else {
          setState(
            data.type === 'done'
              ? { at: 'read', name, documents }
              : { at: 'failed', name, code: data.code, place: data.place },
          );
          stop();
        }
      };
      // Out of memory, most likely: nothing more comes from it.
      made.onerror = () => {
        setState({ at: 'failed', name, code: 'unknown', place: name });
        stop();
      };
      made.postMessage(file);
    },
    [stop],
  );
  const reset = useCallback(() => {
    stop();
    setState({ at: 'asking' });
  }, [stop]);
  return { state, read, reset };
}
