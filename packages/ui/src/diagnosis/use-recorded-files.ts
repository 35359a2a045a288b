import { newId, type TicketSnapshot, toApiError } from '@alongside/client';
import { recordFileDiagnosis } from '@alongside/contracts';
import { useEffect, useState } from 'react';
import { useClient } from '../app/ClientProvider.tsx';
import { useLocale } from '../app/LocaleProvider.tsx';
import { useToast } from '../base/Toast.tsx';
import type { DiagnosedDocument, DiagnosedFile } from './file-diagnosis.ts';
import { diagnosisStore } from './kept-diagnosis.ts';

/** An archive of more documents than this tells of the first ones only. */
const DOCUMENTS_MAX = 5;
/** The server keeps a file that no message came for as long. */
const UNSENT_KEPT_MS = 7 * 24 * 3_600_000;
const PREFIX = 'attached/';

/** What was found in a file that is attached to a message. */
type Attached = {
  fileId: string;
  keptAtMs: number;
  masked: Record<string, number>;
  /** Each with an id of its own, so that two tabs that send it leave it once. */
  documents: (Pick<DiagnosedDocument, 'format' | 'diagnosis'> & { diagnosisId: string })[];
};

/**
 * What was found in masked files that were attached, by their ids, until their messages have arrived: a request that is no
 * ticket yet becomes one on another screen, and a draft outlives a reload.
 */
const waiting = new Map<string, Attached>();
let recalled: Promise<void> | null = null;

/** Takes note of a masked file that was attached. */
export function noteDiagnosed(fileId: string, found: DiagnosedFile): void {
  const attached: Attached = {
    fileId,
    keptAtMs: Date.now(),
    masked: { ...found.masked.report.counts },
    documents: found.documents
      .slice(0, DOCUMENTS_MAX)
      .map(({ format, diagnosis }) => ({ diagnosisId: newId(), format, diagnosis })),
  };
  waiting.set(fileId, attached);
  void diagnosisStore().put(PREFIX + fileId, attached);
}

/** Keeps what was found in files with the ticket, once the message they are attached to has arrived. */
export function useRecordedFiles(ticketId: string, snapshot: TicketSnapshot | null): void {
  const { api } = useClient();
  const { locale } = useLocale();
  const toast = useToast();
  const [isReady, setIsReady] = useState(false);
  const timeline = snapshot?.timeline;

  useEffect(() => {
    let isCurrent = true;
    recalled ??= recall();
    void recalled.then(() => isCurrent && setIsReady(true));
    return () => {
      isCurrent = false;
    };
  }, []);

  useEffect(() => {
    if (!isReady || waiting.size === 0) return;
    for (const item of timeline ?? []) {
      if (item.kind !== 'entry' || item.entry.kind !== 'message') continue;
      for (const { id: fileId } of item.entry.files) {
        const found = waiting.get(fileId);
        if (!found) continue;
        waiting.delete(fileId);
        const { masked, documents } = found;
        Promise.all(
          documents.map(({ diagnosisId, format, diagnosis }) =>
            api.call(recordFileDiagnosis, {
              params: { id: ticketId },
              body: { diagnosisId, source: { fileId, format, masked }, diagnosis },
            }),
          ),
        ).then(
          () => diagnosisStore().remove(PREFIX + fileId),
          (thrown) => {
            const { message, retry } = toApiError(thrown, locale);
            toast.show({ tone: 'error', message });
            // The next look at the ticket tries again what may go well then.
            if (!retry) void diagnosisStore().remove(PREFIX + fileId);
          },
        );
      }
    }
  }, [isReady, timeline, api, ticketId, toast, locale]);
}

/** What was attached before a reload. */
async function recall(): Promise<void> {
  for (const attached of await diagnosisStore().list<Attached>(PREFIX)) {
    if (Date.now() - attached.keptAtMs > UNSENT_KEPT_MS) void diagnosisStore().remove(PREFIX + attached.fileId);
    else if (!waiting.has(attached.fileId)) waiting.set(attached.fileId, attached);
  }
}
