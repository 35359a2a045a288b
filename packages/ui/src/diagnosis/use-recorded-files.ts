import { newId, type TicketSnapshot, toApiError } from '@alongside/client';
import { recordFileDiagnosis } from '@alongside/contracts';
import { useEffect } from 'react';
import { useClient } from '../app/ClientProvider.tsx';
import { useLocale } from '../app/LocaleProvider.tsx';
import { useToast } from '../base/Toast.tsx';
import type { DiagnosedFile } from './file-diagnosis.ts';

/** An archive of more documents than this tells of the first ones only. */
const DOCUMENTS_MAX = 5;

/**
 * What was found in masked files that were attached, by their ids, until their messages have arrived: a request that is no
 * ticket yet becomes one on another screen.
 */
const waiting = new Map<string, DiagnosedFile>();

/** Takes note of a masked file that was attached. */
export function noteDiagnosed(fileId: string, found: DiagnosedFile): void {
  waiting.set(fileId, found);
}

/** Keeps what was found in files with the ticket, once the message they are attached to has arrived. */
export function useRecordedFiles(ticketId: string, snapshot: TicketSnapshot | null): void {
  const { api } = useClient();
  const { locale } = useLocale();
  const toast = useToast();
  const timeline = snapshot?.timeline;

  useEffect(() => {
    if (waiting.size === 0) return;
    for (const item of timeline ?? []) {
      if (item.kind !== 'entry' || item.entry.kind !== 'message') continue;
      for (const { id: fileId } of item.entry.files) {
        const found = waiting.get(fileId);
        if (!found) continue;
        waiting.delete(fileId);
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
}
