import { cx } from '../app/cx.ts';
import styles from './QualityBars.module.css';
import { qualityWord } from './quality-words.ts';

/** A call's score as four bars; the word stands beside it. */
export function QualityBars({ score }: { score: number }) {
  const filled = Math.min(4, Math.max(1, Math.round(score - 0.3)));
  return (
    <span className={cx(styles.bars, styles[qualityWord(score)])} aria-hidden>
      {[1, 2, 3, 4].map((bar) => (
        <span key={bar} className={cx(styles.bar, bar <= filled && styles.filled)} />
      ))}
    </span>
  );
}
