import { Progress } from '@base-ui/react/progress';
import styles from './ProgressBar.module.css';

/**
 * How much is done.
 * @param value 0 to 1, or null while unknown
 */
export function ProgressBar({ label, value }: { label: string; value: number | null }) {
  return (
    <Progress.Root aria-label={label} value={value === null ? null : Math.round(value * 100)} className={styles.root}>
      <Progress.Track className={styles.track}>
        <Progress.Indicator className={styles.indicator} />
      </Progress.Track>
    </Progress.Root>
  );
}
