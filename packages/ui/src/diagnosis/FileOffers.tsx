import { lazy, Suspense } from 'react';
import { Skeleton } from '../base/Skeleton.tsx';
import styles from './FileOffers.module.css';
import type { DiagnosedFile } from './file-diagnosis.ts';
import type { FileOffer, FileOffersModel } from './use-file-offers.ts';

const FileOfferCard = lazy(() => import('./FileOfferCard.tsx'));

export type FileOffersProps = Pick<FileOffersModel, 'offers' | 'remember' | 'settle'> & {
  /** Puts files among those of the message. @returns their ids, as far as there was room */
  attach(files: readonly File[]): string[];
  removeFile(id: string): void;
  onDiagnosed(fileId: string, found: DiagnosedFile): void;
};

/** The records of calls among one's files, each waiting for what one wants to do with it. */
export function FileOffers({ offers, attach, removeFile, remember, settle, onDiagnosed }: FileOffersProps) {
  if (offers.length === 0) return null;
  function attachMasked(offer: FileOffer, found: DiagnosedFile): void {
    if (offer.uploadId) removeFile(offer.uploadId);
    const [id] = attach([found.masked.file]);
    settle(offer);
    if (id) onDiagnosed(id, found);
  }
  return (
    <Suspense fallback={<Skeleton lines={2} />}>
      <ul className={styles.offers}>
        {offers.map((offer) => (
          <li key={offer.id}>
            <FileOfferCard
              offer={offer}
              onFound={(found) => remember(offer, found)}
              onAttachMasked={(found) => attachMasked(offer, found)}
              onAttachAsIs={() => {
                if (!offer.uploadId) attach([offer.file]);
                settle(offer);
              }}
              onDismiss={() => settle(offer)}
            />
          </li>
        ))}
      </ul>
    </Suspense>
  );
}
