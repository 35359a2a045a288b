import type { Severity } from '@alongside/diagnosis';
import styles from './CauseMark.module.css';

/** A cause's number, in a shape that tells how bad it is: the same in the picture and beside its words. */
export function CauseMark({ number, severity }: { number: number; severity: Severity }) {
  // Drawn by the style sheet: as text it would have to be in the name of each button it stands in.
  return <span className={styles.mark} data-severity={severity} data-number={number} aria-hidden />;
}
