import type { Upload } from '@alongside/client';
import { Check, Pause, Play, RotateCw, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { IconButton } from '../base/IconButton.tsx';
import { ProgressBar } from '../base/ProgressBar.tsx';
import { FileIcon, FileName } from './FileChip.tsx';
import { formatBytes, formatDuration } from './file-words.ts';
import styles from './UploadRow.module.css';

export type UploadRowProps = {
  upload: Upload;
  onPause: () => void;
  onResume: () => void;
  onCancel: () => void;
};

/** One file on its way to the server: how far, how fast, and the way to hold or drop it. */
export function UploadRow({ upload, onPause, onResume, onCancel }: UploadRowProps) {
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const { name, state } = upload;
  const isDone = state === 'done';
  const isMoving = state === 'uploading' || state === 'queued' || state === 'waiting';
  return (
    <div className={cx(styles.row, state === 'failed' && styles.failed)}>
      <span className={styles.icon}>
        {isDone ? <Check size={17} aria-hidden /> : <FileIcon mediaType={upload.mediaType} size={17} />}
      </span>
      <span className={styles.texts}>
        <FileName name={name} />
        {isDone || state === 'elsewhere' ? null : (
          <ProgressBar
            label={t('upload.progress', { name })}
            value={upload.sizeBytes > 0 ? upload.sentBytes / upload.sizeBytes : null}
          />
        )}
        <span className={styles.facts}>{facts()}</span>
      </span>
      {isMoving ? (
        <IconButton
          size="sm"
          label={t('upload.pause', { name })}
          icon={<Pause size={15} aria-hidden />}
          onClick={onPause}
        />
      ) : null}
      {state === 'paused' ? (
        <IconButton
          size="sm"
          label={t('upload.resume', { name })}
          icon={<Play size={15} aria-hidden />}
          onClick={onResume}
        />
      ) : null}
      {state === 'failed' ? (
        <IconButton
          size="sm"
          label={t('upload.retry', { name })}
          icon={<RotateCw size={15} aria-hidden />}
          onClick={onResume}
        />
      ) : null}
      {state === 'elsewhere' ? null : (
        <IconButton
          size="sm"
          label={t(isDone ? 'upload.remove' : 'upload.cancel', { name })}
          icon={<X size={15} aria-hidden />}
          onClick={onCancel}
        />
      )}
    </div>
  );

  function facts(): string {
    const total = formatBytes(upload.sizeBytes, locale);
    if (isDone) return total;
    if (state === 'failed') return upload.error?.message ?? t('upload.failed');
    if (state === 'detached') return t('upload.detached');
    if (state === 'elsewhere') return t('upload.elsewhere', { total });
    const parts = [t('upload.of', { sent: formatBytes(upload.sentBytes, locale), total })];
    if (state === 'paused') parts.push(t('upload.paused'));
    if (state === 'waiting' || state === 'queued') parts.push(t('upload.waiting'));
    if (state === 'uploading' && upload.rateBps) {
      // Files are counted in bytes, links in bits.
      parts.push(t('upload.rate', { rate: formatBytes(upload.rateBps / 8, locale) }));
    }
    if (state === 'uploading' && upload.remainingMs !== null && upload.remainingMs > 2_000) {
      parts.push(t('upload.left', { time: formatDuration(upload.remainingMs, locale) }));
    }
    return parts.join(' · ');
  }
}
