import type { Draft, OutgoingFile, Upload } from '@alongside/client';
import { MESSAGE_FILES_MAX, MESSAGE_MAX_LENGTH, type Visibility } from '@alongside/contracts';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useClient, useStore } from '../app/ClientProvider.tsx';

export type ComposerDraft = { body: string; visibility: Visibility };

/**
 * What is being written under one key: text, kind, files. Kept over reloads; uploads start at once.
 * @param draftKey a ticket's id, or a name for what is not a ticket yet; also the uploads' scope
 */
export function useComposer(draftKey: string) {
  const { drafts, uploads, outbox } = useClient();
  const allUploads = useStore(uploads);
  const outgoing = useStore(outbox);
  const [draft, setDraft] = useState<ComposerDraft>({ body: '', visibility: 'public' });
  const [kept, setKept] = useState<readonly OutgoingFile[]>([]);
  const [sentIds, setSentIds] = useState<ReadonlySet<string>>(new Set());
  const [loadedKey, setLoadedKey] = useState<string | null>(null);
  const touched = useRef(false);
  /** Something was written or attached here since it was loaded or sent; else the draft is another tab's to keep. */
  const used = useRef(false);

  useEffect(() => {
    let isCurrent = true;
    touched.current = false;
    used.current = false;
    setDraft({ body: '', visibility: 'public' });
    setKept([]);
    setLoadedKey(null);
    drafts.get(draftKey).then(
      (stored: Draft | null) => {
        if (!isCurrent) return;
        // Someone who types faster than the disk answers keeps what they typed.
        if (stored && !touched.current) {
          setDraft({ body: stored.body, visibility: stored.visibility });
          setKept(stored.files);
        }
        setLoadedKey(draftKey);
      },
      () => isCurrent && setLoadedKey(draftKey),
    );
    return () => {
      isCurrent = false;
    };
  }, [drafts, draftKey]);

  const onTheWay = useMemo(() => {
    const ids = new Set(sentIds);
    for (const message of outgoing) for (const file of message.files) ids.add(file.id);
    return ids;
  }, [outgoing, sentIds]);

  const mine = useMemo(
    () => allUploads.filter((upload) => upload.scope === draftKey && !onTheWay.has(upload.id)),
    [allUploads, draftKey, onTheWay],
  );
  /** Files of the draft that were uploaded in another life of the page. */
  const earlier = useMemo(
    () => kept.filter((file) => !mine.some((upload) => upload.id === file.id) && !onTheWay.has(file.id)),
    [kept, mine, onTheWay],
  );
  /** What is sent with the message: what another tab uploads belongs to what is written there. */
  const files = useMemo<readonly OutgoingFile[]>(
    () => [...earlier, ...mine.filter((upload) => upload.state !== 'elsewhere').map(outgoingOf)],
    [earlier, mine],
  );

  useEffect(() => {
    if (loadedKey !== draftKey) return;
    // What was uploaded here while one was at another ticket is in no draft yet.
    if (mine.some((upload) => upload.state === 'done' && !kept.some((file) => file.id === upload.id)))
      used.current = true;
    // Runs whenever a message goes out in any tab: one that lies idle would put back what was there when it was opened.
    if (!used.current) return;
    // Unfinished uploads keep themselves; a draft that named them would take them for finished after a reload.
    const unfinished = new Set(mine.filter((upload) => upload.state !== 'done').map((upload) => upload.id));
    drafts.set(draftKey, { ...draft, files: files.filter((file) => !unfinished.has(file.id)) });
  }, [drafts, draftKey, loadedKey, draft, files, mine, kept]);

  const change = useCallback((part: Partial<ComposerDraft>) => {
    touched.current = true;
    used.current = true;
    setDraft((current) => ({ ...current, ...part }));
  }, []);

  const addFiles = useCallback(
    (added: readonly File[]): { ids: string[]; refused: number } => {
      const detached = mine.filter((upload) => upload.state === 'detached');
      let room = MESSAGE_FILES_MAX - files.length;
      const ids: string[] = [];
      let refused = 0;
      used.current = true;
      for (const file of added) {
        // The same file again goes on where the reload cut it, in the place it already has.
        const cut = detached.find((upload) => uploads.reattach(upload.id, file));
        if (cut) ids.push(cut.id);
        else if (room > 0) {
          room -= 1;
          ids.push(uploads.add(file, draftKey));
        } else refused += 1;
      }
      return { ids, refused };
    },
    [uploads, draftKey, files.length, mine],
  );

  const removeFile = useCallback(
    (id: string) => {
      used.current = true;
      setKept((current) => current.filter((file) => file.id !== id));
      if (mine.some((upload) => upload.id === id)) uploads.cancel(id);
    },
    [uploads, mine],
  );

  /** Takes back the files of a message that did not go out. */
  const putBack = useCallback((returned: readonly OutgoingFile[]) => {
    if (returned.length === 0) return;
    const ids = new Set(returned.map(({ id }) => id));
    touched.current = true;
    used.current = true;
    setSentIds((current) => new Set([...current].filter((id) => !ids.has(id))));
    setKept((current) => [...current.filter(({ id }) => !ids.has(id)), ...returned]);
  }, []);

  const isBlocked = mine.some((upload) => upload.state === 'failed' || upload.state === 'detached');
  const over = draft.body.length - MESSAGE_MAX_LENGTH;
  const hasTooMany = files.length > MESSAGE_FILES_MAX;
  const canSend = (draft.body.trim() !== '' || files.length > 0) && over <= 0 && !hasTooMany && !isBlocked;

  /** Takes what is written out of the composer. The caller sends it. Null when there is nothing to send. */
  const take = useCallback((): { body: string; visibility: Visibility; files: readonly OutgoingFile[] } | null => {
    if (!canSend) return null;
    setSentIds((current) => new Set([...current, ...files.map((file) => file.id)]));
    setDraft((current) => ({ ...current, body: '' }));
    setKept([]);
    drafts.clear(draftKey);
    used.current = false;
    return { body: draft.body.trim(), visibility: draft.visibility, files };
  }, [canSend, draft, drafts, draftKey, files]);

  return {
    draft,
    change,
    uploads: mine,
    earlier,
    files,
    addFiles,
    removeFile,
    putBack,
    pause: uploads.pause,
    resume: uploads.resume,
    canSend,
    take,
    /** Characters beyond what a message may hold; ≤ 0 is fine. */
    over,
    /** Whether files of a message that did not go out came back to more than fit beside them. */
    hasTooMany,
  };
}

function outgoingOf(upload: Upload): OutgoingFile {
  return {
    id: upload.id,
    name: upload.name,
    sizeBytes: upload.sizeBytes,
    mediaType: upload.file?.mediaType ?? upload.mediaType,
  };
}
