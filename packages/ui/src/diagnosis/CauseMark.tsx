import type { Severity } from '@alongside/diagnosis';
import styles from './CauseMark.module.css';

/** A cause's number, in a shape that tells how bad it is: the same in the picture and beside its words. */
export function CauseMark({ number, severity }: { number: number; severity: Severity }) {
  return (
    <span className={styles.mark} data-severity={severity} aria-hidden>
      {number}
    </span>
  );
}
