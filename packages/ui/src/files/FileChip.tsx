import type { FileRef } from '@alongside/contracts';
import { ChevronDown, File, FileArchive, FileAudio, FileImage, FileText, FileVideo } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLocale } from '../app/LocaleProvider.tsx';
import { DownloadLink } from './DownloadLink.tsx';
import styles from './FileChip.module.css';
import { formatBytes, splitName } from './file-words.ts';

/** A picture for a kind of file. */
export function FileIcon({ mediaType, size = 18 }: { mediaType: string; size?: number }) {
  const props = { size, 'aria-hidden': true, strokeWidth: 1.75 } as const;
  if (mediaType.startsWith('image/')) return <FileImage {...props} />;
  if (mediaType.startsWith('audio/')) return <FileAudio {...props} />;
  if (mediaType.startsWith('video/')) return <FileVideo {...props} />;
  if (mediaType.startsWith('text/') || mediaType.includes('json') || mediaType.includes('xml'))
    return <FileText {...props} />;
  if (/zip|gzip|tar|compress|7z|rar/.test(mediaType)) return <FileArchive {...props} />;
  return <File {...props} />;
}

/** A file's name, cut in the middle so that its ending stays in sight. */
export function FileName({ name }: { name: string }) {
  const { head, tail } = splitName(name);
  return (
    <span className={styles.name} title={name}>
      <span className={styles.head}>{head}</span>
      <span className={styles.tail}>{tail}</span>
    </span>
  );
}

export type FileChipProps = {
  file: Pick<FileRef, 'id' | 'name' | 'sizeBytes' | 'mediaType'>;
  /** False while the server does not have it yet. */
  stored?: boolean;
  /** Opens and closes something below, e.g. a preview. */
  expander?: { open: boolean; label: string; controls: string; onToggle: () => void };
  children?: ReactNode;
};

/** A file in a conversation: what it is, and the way to it. */
export function FileChip({ file, stored = true, expander, children }: FileChipProps) {
  const { locale } = useLocale();
  return (
    <div className={styles.chip}>
      <span className={styles.icon}>
        <FileIcon mediaType={file.mediaType} />
      </span>
      <span className={styles.texts}>
        <FileName name={file.name} />
        <span className={styles.size}>{children ?? formatBytes(file.sizeBytes, locale)}</span>
      </span>
      {expander ? (
        <button
          type="button"
          className={styles.action}
          aria-expanded={expander.open}
          aria-controls={expander.controls}
          aria-label={expander.label}
          title={expander.label}
          onClick={expander.onToggle}
        >
          <ChevronDown size={17} aria-hidden className={expander.open ? styles.turned : undefined} />
        </button>
      ) : null}
      {stored ? <DownloadLink file={file} className={styles.action} /> : null}
    </div>
  );
}
