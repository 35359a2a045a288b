import type { FileRef } from '@alongside/contracts';
import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type CSSProperties, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../app/LocaleProvider.tsx';
import { IconButton } from '../base/IconButton.tsx';
import { DownloadLink } from './DownloadLink.tsx';
import { FileChip } from './FileChip.tsx';
import { useFileLink } from './file-links.ts';
import { formatBytes } from './file-words.ts';
import styles from './ImageAttachment.module.css';

/** An image in a conversation, at its shape before it is loaded so that nothing jumps; opens large. */
export function ImageAttachment({ file }: { file: FileRef }) {
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const link = useFileLink(file.id);
  const [open, setOpen] = useState(false);
  const [broken, setBroken] = useState(false);
  const width = file.width ?? 320;
  const height = file.height ?? 240;
  const scale = Math.min(1, 340 / width, 260 / height);
  const style = {
    '--w': `${Math.max(64, Math.round(width * scale))}px`,
    '--ratio': `${width} / ${height}`,
  } as CSSProperties;
  if (broken) return <FileChip file={file} />;
  return (
    <Base.Root open={open} onOpenChange={setOpen}>
      <Base.Trigger className={styles.frame} style={style} aria-label={t('file.open', { name: file.name })}>
        {link ? (
          <img
            className={styles.image}
            src={link.thumbnailUrl ?? link.url}
            alt={file.name}
            loading="lazy"
            decoding="async"
            onError={() => setBroken(true)}
          />
        ) : null}
      </Base.Trigger>
      <Base.Portal>
        <Base.Backdrop className={styles.backdrop} />
        <Base.Popup className={styles.viewer}>
          <div className={styles.bar}>
            <Base.Title className={styles.title}>{file.name}</Base.Title>
            <span className={styles.facts}>
              {file.width && file.height ? `${file.width} × ${file.height}, ` : ''}
              {formatBytes(file.sizeBytes, locale)}
            </span>
            <DownloadLink file={file} className={styles.download} />
            <Base.Close
              render={<IconButton label={t('dialog.close')} icon={<X size={18} aria-hidden />} tooltip={false} />}
            />
          </div>
          {link ? <img className={styles.full} src={link.url} alt={file.name} /> : null}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
