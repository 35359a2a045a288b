import type { FileRef } from '@alongside/contracts';
import { Download } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFileLink } from './file-links.ts';

/** Saves a file. Until its address is here it is a link that is told as disabled, not an anchor without a role. */
export function DownloadLink({ file, className }: { file: Pick<FileRef, 'id' | 'name'>; className?: string }) {
  const { t } = useTranslation('ui');
  const link = useFileLink(file.id);
  const label = t('file.download', { name: file.name });
  const waiting = link ? null : { role: 'link', 'aria-disabled': true };
  return (
    <a
      href={link?.downloadUrl}
      {...waiting}
      className={className}
      download={file.name}
      aria-label={label}
      title={label}
    >
      <Download size={18} aria-hidden />
    </a>
  );
}
