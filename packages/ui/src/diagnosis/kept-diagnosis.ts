import { newId, openPersistence, type Persistence } from '@alongside/client';
import { useCallback, useEffect, useState } from 'react';
import { keep, readKept } from '../request/kept.ts';
import type { DiagnosedDocument } from './file-diagnosis.ts';
import type { FileLook } from './file-look.ts';
import type { MaskedFile } from './use-file-diagnosis.ts';

/** Longer is for nobody's good: it speaks of somebody's call. */
export const DIAGNOSIS_KEPT_MS = 24 * 3_600_000;
const TAB = 'alongside.tab';

/** What was found in files of a call, without their secrets: a reload does not lose it. */
export type KeptDiagnosis = {
  id: string;
  keptAtMs: number;
  /** Of the files, joined. */
  name: string;
  documents: DiagnosedDocument[];
  masked: MaskedFile;
  maskedFiles: File[];
  /** Of a file offered to be attached: what it seemed to be, and the upload of its original that is on its way. */
  offered?: { look: Exclude<FileLook, null>; uploadId: string | null };
};

type Stored = KeptDiagnosis & { key: string };

let opened: Persistence | null = null;

/** Where the diagnoses of this browser are kept; nothing of it is sent anywhere. */
export function diagnosisStore(): Persistence {
  opened ??= openPersistence('alongside-diagnoses');
  return opened;
}

/**
 * Keeps a diagnosis for this tab.
 * @param scope the page or the conversation it belongs to
 * @returns whether it outlives a reload
 */
export async function keepDiagnosis(scope: string, kept: KeptDiagnosis): Promise<boolean> {
  const key = keyOf(scope, kept.id);
  await diagnosisStore().put(key, { ...kept, key } satisfies Stored);
  return isWhole(await diagnosisStore().get<Stored>(key));
}

/** Forgets it, now. */
export function forgetDiagnosis(scope: string, id: string): Promise<void> {
  return diagnosisStore().remove(keyOf(scope, id));
}

/** What this tab keeps in a scope, the oldest first. What is too old is removed, of other tabs as well. */
export async function keptDiagnoses(scope: string): Promise<KeptDiagnosis[]> {
  const all = await diagnosisStore().list<Stored>('tab/');
  const isOld = ({ keptAtMs }: Stored) => Date.now() - keptAtMs > DIAGNOSIS_KEPT_MS;
  await Promise.all(all.filter(isOld).map(({ key }) => diagnosisStore().remove(key)));
  return all
    .filter((one) => one.key.startsWith(keyOf(scope, '')) && !isOld(one) && isWhole(one))
    .sort((a, b) => a.keptAtMs - b.keptAtMs);
}

/** The last diagnosis of a page in this tab, as far as this browser keeps it. */
export function useKeptDiagnosis(scope: string): {
  kept: KeptDiagnosis | null;
  /** Takes the place of the one before. */
  keepThis(found: Omit<KeptDiagnosis, 'id' | 'keptAtMs'>): void;
  forget(): void;
} {
  const [kept, setKept] = useState<KeptDiagnosis | null>(null);
  useEffect(() => {
    let isCurrent = true;
    void keptDiagnoses(scope).then((found) => isCurrent && setKept((now) => now ?? found.at(-1) ?? null));
    return () => {
      isCurrent = false;
    };
  }, [scope]);
  const keepThis = useCallback(
    (found: Omit<KeptDiagnosis, 'id' | 'keptAtMs'>) => {
      setKept(null);
      const next = { ...found, id: 'last', keptAtMs: Date.now() };
      void keepDiagnosis(scope, next).then((isKept) => setKept(isKept ? next : null));
    },
    [scope],
  );
  const forget = useCallback(() => {
    setKept(null);
    void forgetDiagnosis(scope, 'last');
  }, [scope]);
  return { kept, keepThis, forget };
}

/** Asks before the page is left, while something would be lost by it. */
export function useLeaveWarning(isLossy: boolean): void {
  useEffect(() => {
    if (!isLossy) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [isLossy]);
}

/** A store that lasts only as long as the page, or holds text only, gives back no files. */
function isWhole(stored: KeptDiagnosis | null): boolean {
  return stored?.masked.file instanceof Blob;
}

/** By tab: what one person looked at is not offered to the next at the same machine once the tab is closed. */
function keyOf(scope: string, id: string): string {
  let tab = readKept(TAB, 'tab');
  if (tab === null) {
    tab = newId();
    keep(TAB, tab, 'tab');
  }
  return `tab/${tab}/${scope}/${id}`;
}
