import type { ReactNode } from 'react';
import styles from './ActionRow.module.css';

/** The buttons under a form. */
export function ActionRow({ children }: { children: ReactNode }) {
  return <div className={styles.row}>{children}</div>;
}
