import { newId } from '@alongside/client';
import { useCallback, useEffect, useState } from 'react';
import { useClient } from '../app/ClientProvider.tsx';
import { type FileLook, lookOf } from './file-look.ts';
import {
  forgetDiagnosis,
  type KeptDiagnosis,
  keepDiagnosis,
  keptDiagnoses,
  useLeaveWarning,
} from './kept-diagnosis.ts';

/** A file that looks like a record of a call, and waits for what one wants to do with it. */
export type FileOffer = {
  id: string;
  /** Of a diagnosis from before a reload the masked file: the original is gone. */
  file: File;
  look: Exclude<FileLook, null>;
  /** Of a log, which goes on its way meanwhile; others are held, since they are known to carry secrets. */
  uploadId: string | null;
  /** What was found before a reload. */
  earlier: KeptDiagnosis | null;
  /** What was found outlives a reload. */
  isKept: boolean;
};

/** What was found in an offered file. */
export type OfferFound = Pick<KeptDiagnosis, 'documents' | 'masked'>;

export type FileOffersModel = {
  offers: readonly FileOffer[];
  /** Sorts out what looks like a record of a call; the rest is attached. */
  offer(files: readonly File[], attach: (files: readonly File[]) => string[]): Promise<void>;
  /** Keeps what was found, in this browser, until it is attached or removed. */
  remember(offer: FileOffer, found: OfferFound): void;
  settle(offer: FileOffer): void;
};

/** @param draftKey another one puts away what was offered before */
export function useFileOffers(draftKey: string): FileOffersModel {
  const [offers, setOffers] = useState<readonly FileOffer[]>([]);
  const { me } = useClient();
  // Two people at one browser do not see each other's files.
  const scope = `draft/${me.id}/${draftKey}`;
  useEffect(() => {
    let isCurrent = true;
    setOffers([]);
    void keptDiagnoses(scope).then((kept) => {
      if (isCurrent && kept.length > 0) setOffers((now) => [...kept.flatMap(offerOf), ...now]);
    });
    return () => {
      isCurrent = false;
    };
  }, [scope]);
  const offer = useCallback(async (files: readonly File[], attach: (files: readonly File[]) => string[]) => {
    const looks = await Promise.all(files.map(lookOf));
    const isHeld = (index: number) => looks[index] === 'dump' || looks[index] === 'har';
    const goOn = files.filter((_, index) => !isHeld(index));
    const ids = goOn.length > 0 ? attach(goOn) : [];
    const fresh = files.flatMap((file, index): FileOffer[] => {
      const look = looks[index];
      if (!look) return [];
      const uploadId = isHeld(index) ? null : ids[goOn.indexOf(file)];
      return uploadId === undefined ? [] : [{ id: newId(), file, look, uploadId, earlier: null, isKept: false }];
    });
    if (fresh.length > 0) setOffers((now) => [...now, ...fresh]);
  }, []);
  const remember = useCallback(
    ({ id, file, look, uploadId }: FileOffer, found: OfferFound) => {
      const maskedFiles = [found.masked.file];
      const kept = { id, keptAtMs: Date.now(), name: file.name, ...found, maskedFiles, offered: { look, uploadId } };
      void keepDiagnosis(scope, kept).then((isKept) =>
        setOffers((now) => {
          // Attached or removed meanwhile.
          if (!now.some((one) => one.id === id)) void forgetDiagnosis(scope, id);
          return now.map((one) => (one.id === id ? { ...one, isKept } : one));
        }),
      );
    },
    [scope],
  );
  const settle = useCallback(
    ({ id }: FileOffer) => {
      setOffers((now) => now.filter((one) => one.id !== id));
      void forgetDiagnosis(scope, id);
    },
    [scope],
  );
  // What goes on its way by itself is kept as an upload.
  useLeaveWarning(offers.some(({ uploadId, isKept }) => uploadId === null && !isKept));
  return { offers, offer, remember, settle };
}

function offerOf(kept: KeptDiagnosis): FileOffer[] {
  const { id, masked, offered } = kept;
  return offered ? [{ id, file: masked.file, ...offered, earlier: kept, isKept: true }] : [];
}
