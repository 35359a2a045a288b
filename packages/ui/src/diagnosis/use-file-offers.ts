import { newId } from '@alongside/client';
import { useCallback, useEffect, useState } from 'react';
import { type FileLook, lookOf } from './file-look.ts';

/** A file that looks like a record of a call, and waits for what one wants to do with it. */
export type FileOffer = {
  id: string;
  file: File;
  look: Exclude<FileLook, null>;
  /** Of a log, which goes on its way meanwhile; others are held, since they are known to carry secrets. */
  uploadId: string | null;
};

/** @param scope another one forgets what was offered before */
export function useFileOffers(scope: string): {
  offers: readonly FileOffer[];
  /** Sorts out what looks like a record of a call; the rest is attached. */
  offer(files: readonly File[], attach: (files: readonly File[]) => string[]): Promise<void>;
  settle(offer: FileOffer): void;
} {
  const [offers, setOffers] = useState<readonly FileOffer[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another conversation, other files
  useEffect(() => setOffers([]), [scope]);
  const offer = useCallback(async (files: readonly File[], attach: (files: readonly File[]) => string[]) => {
    const looks = await Promise.all(files.map(lookOf));
    const isHeld = (index: number) => looks[index] === 'dump' || looks[index] === 'har';
    const goOn = files.filter((_, index) => !isHeld(index));
    const ids = goOn.length > 0 ? attach(goOn) : [];
    const fresh = files.flatMap((file, index): FileOffer[] => {
      const look = looks[index];
      if (!look) return [];
      const uploadId = isHeld(index) ? null : ids[goOn.indexOf(file)];
      return uploadId === undefined ? [] : [{ id: newId(), file, look, uploadId }];
    });
    if (fresh.length > 0) setOffers((now) => [...now, ...fresh]);
  }, []);
  const settle = useCallback(({ id }: FileOffer) => setOffers((now) => now.filter((one) => one.id !== id)), []);
  return { offers, offer, settle };
}
