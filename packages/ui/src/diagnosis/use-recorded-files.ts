import { newId, type TicketSnapshot, toApiError } from '@alongside/client';
import { recordFileDiagnosis } from '@alongside/contracts';
import { useCallback, useEffect, useRef } from 'react';
import { useClient } from '../app/ClientProvider.tsx';
import { useLocale } from '../app/LocaleProvider.tsx';
import { useToast } from '../base/Toast.tsx';
import type { DiagnosedFile } from './file-diagnosis.ts';

/** An archive of more documents than this tells of the first ones only. */
const DOCUMENTS_MAX = 5;

/**
 * Keeps what was found in files with the ticket, once the message they are attached to has arrived.
 * @returns takes note of a masked file that was attached, by its id
 */
export function useRecordedFiles(
  ticketId: string,
  snapshot: TicketSnapshot | null,
): (fileId: string, found: DiagnosedFile) => void {
  const { api } = useClient();
  const { locale } = useLocale();
  const toast = useToast();
  const waiting = useRef(new Map<string, DiagnosedFile>());
  const timeline = snapshot?.timeline;

  useEffect(() => {
    if (waiting.current.size === 0) return;
    for (const item of timeline ?? []) {
      if (item.kind !== 'entry' || item.entry.kind !== 'message') continue;
      for (const { id: fileId } of item.entry.files) {
        const found = waiting.current.get(fileId);
        if (!found) continue;
        waiting.current.delete(fileId);
        const masked = { ...found.masked.report.counts };
        for (const { format, diagnosis } of found.documents.slice(0, DOCUMENTS_MAX))
          api
            .call(recordFileDiagnosis, {
              params: { id: ticketId },
              body: { diagnosisId: newId(), source: { fileId, format, masked }, diagnosis },
            })
            .catch((thrown) => toast.show({ tone: 'error', message: toApiError(thrown, locale).message }));
      }
    }
  }, [timeline, api, ticketId, toast, locale]);

  return useCallback((fileId, found) => {
    waiting.current.set(fileId, found);
  }, []);
}
