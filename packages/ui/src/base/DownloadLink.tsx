import { Download } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '../app/cx.ts';
import styles from './Button.module.css';

/** The way to a file the server makes, looking like a button. */
export function DownloadLink({
  href,
  label,
  size = 'md',
  children,
}: {
  href: string;
  /** Its whole name, where the words shown are short. */
  label?: string;
  size?: 'sm' | 'md';
  children: ReactNode;
}) {
  return (
    <a className={cx(styles.button, styles.secondary, styles[size])} href={href} download aria-label={label}>
      <Download size={15} aria-hidden />
      {children}
    </a>
  );
}
