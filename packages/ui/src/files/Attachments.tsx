import type { OutgoingFile } from '@alongside/client';
import type { FileRef } from '@alongside/contracts';
import { useTranslation } from 'react-i18next';
import { useClient, useStore } from '../app/ClientProvider.tsx';
import { ProgressBar } from '../base/ProgressBar.tsx';
import styles from './Attachments.module.css';
import { FileChip } from './FileChip.tsx';
import { ImageAttachment } from './ImageAttachment.tsx';
import { LogPreview } from './LogPreview.tsx';

/** The files of one message, each shown as well as its kind allows. */
export function Attachments({ files }: { files: readonly FileRef[] }) {
  if (files.length === 0) return null;
  return (
    <ul className={styles.list}>
      {files.map((file) => (
        <li key={file.id} className={styles.item}>
          {file.preview === 'image' ? (
            <ImageAttachment file={file} />
          ) : file.preview === 'text' ? (
            <LogPreview file={file} />
          ) : (
            <FileChip file={file} />
          )}
        </li>
      ))}
    </ul>
  );
}

/** The files of a message that is still on its way, with how far they are. */
export function PendingAttachments({ files }: { files: readonly OutgoingFile[] }) {
  const { t } = useTranslation('ui');
  const uploads = useStore(useClient().uploads);
  if (files.length === 0) return null;
  return (
    <ul className={styles.list}>
      {files.map((file) => {
        const upload = uploads.find((candidate) => candidate.id === file.id);
        const isDone = !upload || upload.state === 'done';
        return (
          <li key={file.id} className={styles.item}>
            <FileChip file={file} stored={false}>
              {isDone ? null : (
                <ProgressBar
                  label={t('upload.progress', { name: file.name })}
                  value={
                    upload.sizeBytes > 0 && upload.state !== 'elsewhere' ? upload.sentBytes / upload.sizeBytes : null
                  }
                />
              )}
            </FileChip>
          </li>
        );
      })}
    </ul>
  );
}
