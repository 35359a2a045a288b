import { FileSearch, HardDrive, X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Button } from '../base/Button.tsx';
import { IconButton } from '../base/IconButton.tsx';
import { ProgressBar } from '../base/ProgressBar.tsx';
import { useNow } from '../ticket/RelativeTime.tsx';
import { agePhrase } from '../ticket/time-words.ts';
import { useDiagnosisText } from './diagnosis-text.ts';
import styles from './FileOfferCard.module.css';
import { FileVerdict } from './FileVerdict.tsx';
import type { DiagnosedFile } from './file-diagnosis.ts';
import { MaskedSecrets } from './MaskedSecrets.tsx';
import { useFileDiagnosis } from './use-file-diagnosis.ts';
import type { FileOffer, OfferFound } from './use-file-offers.ts';

const UNREADABLE = ['unknown_format', 'server_dump', 'empty', 'too_large', 'damaged_archive'];

export type FileOfferCardProps = {
  offer: FileOffer;
  /** It was masked and judged. */
  onFound(found: OfferFound): void;
  onAttachMasked(found: DiagnosedFile): void;
  onAttachAsIs(): void;
  onDismiss(): void;
};

/** A record of a call among one's files: masked and judged in the browser, then attached, if one wants it so. */
export default function FileOfferCard({ offer, onFound, onAttachMasked, onAttachAsIs, onDismiss }: FileOfferCardProps) {
  const t = useDiagnosisText();
  const { locale } = useLocale();
  const nowMs = useNow();
  const { state, read } = useFileDiagnosis(offer.earlier);
  const [masksAddresses, setMasksAddresses] = useState(false);
  const { file, look, earlier, isKept } = offer;
  const start = (addresses: boolean) => {
    setMasksAddresses(addresses);
    read(file, { masked: true, addresses });
  };
  const masked = state.at === 'read' || state.at === 'failed' ? state.masked : null;
  const tell = useRef(onFound);
  tell.current = onFound;
  useEffect(() => {
    if (state.at === 'read' && state.masked && !earlier)
      tell.current({ documents: state.documents, masked: state.masked });
  }, [state, earlier]);
  return (
    <section className={styles.offer} aria-label={t('file.label', { name: file.name })}>
      <header className={styles.head}>
        <FileSearch size={17} aria-hidden className={styles.icon} />
        <span className={styles.name}>{file.name}</span>
        <IconButton
          size="sm"
          label={t(offer.uploadId ? 'file.close' : 'file.remove', { name: file.name })}
          icon={<X size={15} aria-hidden />}
          onClick={onDismiss}
        />
      </header>
      <div className={styles.content} aria-live="polite">
        {content()}
      </div>
    </section>
  );

  function content() {
    switch (state.at) {
      case 'asking':
        return (
          <>
            <p className={styles.text}>{t(`file.looks.${look}`)}</p>
            <div className={styles.actions}>
              <Button size="sm" variant="primary" onClick={() => start(false)}>
                {t('file.diagnose')}
              </Button>
              {offer.uploadId ? null : (
                <Button size="sm" variant="quiet" onClick={onAttachAsIs}>
                  {t('file.asIs')}
                </Button>
              )}
            </div>
          </>
        );
      case 'reading':
        return (
          <>
            <p className={styles.text}>{t('file.reading')}</p>
            <ProgressBar label={t('file.reading')} value={state.share} />
          </>
        );
      case 'failed':
        return (
          <>
            <p className={styles.text}>
              {t(`file.failed.${UNREADABLE.includes(state.code) ? state.code : 'unknown'}`)}
            </p>
            <div className={styles.actions}>
              {masked ? (
                <Button size="sm" onClick={() => onAttachMasked({ masked, documents: [] })}>
                  {t('file.attachMasked')}
                </Button>
              ) : null}
              {offer.uploadId ? null : (
                <Button size="sm" variant="quiet" onClick={onAttachAsIs}>
                  {t('file.asIs')}
                </Button>
              )}
            </div>
          </>
        );
      case 'read':
        return (
          <>
            <FileVerdict documents={state.documents} />
            {masked ? (
              <MaskedSecrets
                report={masked.report}
                masksAddresses={masksAddresses}
                // What was taken out before a reload cannot be put back.
                onMaskAddresses={earlier ? undefined : start}
              />
            ) : null}
            {isKept ? (
              <p className={styles.text}>
                <HardDrive size={15} aria-hidden />
                {earlier ? t('file.keptSince', { time: agePhrase(earlier.keptAtMs, nowMs, locale) }) : t('file.kept')}
              </p>
            ) : null}
            <div className={styles.actions}>
              {masked ? (
                <Button
                  size="sm"
                  variant="primary"
                  onClick={() => onAttachMasked({ masked, documents: state.documents })}
                >
                  {t(masked.report.total > 0 ? 'file.attachMasked' : 'file.attach')}
                </Button>
              ) : null}
            </div>
          </>
        );
    }
  }
}
