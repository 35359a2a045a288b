import type { FilePreview } from '@alongside/client';
import type { FileRef } from '@alongside/contracts';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useClient } from '../app/ClientProvider.tsx';
import { cx } from '../app/cx.ts';
import { Button } from '../base/Button.tsx';
import { Skeleton } from '../base/Skeleton.tsx';
import { FileChip } from './FileChip.tsx';
import styles from './LogPreview.module.css';

/** A text or log file that opens in place: its beginning, in a typewriter face, with line numbers. */
export function LogPreview({ file }: { file: FileRef }) {
  const { t } = useTranslation('ui');
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.root}>
      <FileChip
        file={file}
        expander={{
          open,
          controls: id,
          label: t(open ? 'file.hidePreview' : 'file.preview', { name: file.name }),
          onToggle: () => setOpen(!open),
        }}
      />
      <div id={id} hidden={!open}>
        {open ? <PreviewText file={file} /> : null}
      </div>
    </div>
  );
}

function PreviewText({ file }: { file: FileRef }) {
  const { t } = useTranslation('ui');
  const { files } = useClient();
  const [preview, setPreview] = useState<FilePreview | 'failed' | null>(null);
  const [attempt, setAttempt] = useState(0);
  const [wrap, setWrap] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again
  useEffect(() => {
    let isCurrent = true;
    setPreview(null);
    files.preview(file.id).then(
      (loaded) => isCurrent && setPreview(loaded),
      () => isCurrent && setPreview('failed'),
    );
    return () => {
      isCurrent = false;
    };
  }, [files, file.id, attempt]);

  if (preview === null) {
    return (
      <div className={styles.frame}>
        <div className={styles.waiting}>
          <Skeleton lines={5} />
        </div>
      </div>
    );
  }
  if (preview === 'failed') {
    return (
      <div className={styles.frame} role="alert">
        <p className={styles.bar}>
          {t('file.previewFailed')}
          <Button size="sm" onClick={() => setAttempt(attempt + 1)}>
            {t('error.retry')}
          </Button>
        </p>
      </div>
    );
  }
  const lines = preview.text.replace(/\r?\n$/, '').split(/\r?\n/);
  return (
    <div className={styles.frame}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <section className={cx(styles.text, wrap && styles.wrap)} tabIndex={0} aria-label={file.name}>
        <ol className={styles.lines}>
          {lines.map((line, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line of a file is its number
            <li key={index}>{line === '' ? '\u200b' : line}</li>
          ))}
        </ol>
      </section>
      <div className={styles.bar}>
        <span>{preview.truncated ? t('file.truncated') : preview.encoding}</span>
        <Button size="sm" variant="quiet" aria-pressed={wrap} onClick={() => setWrap(!wrap)}>
          {t('file.wrap')}
        </Button>
      </div>
    </div>
  );
}
