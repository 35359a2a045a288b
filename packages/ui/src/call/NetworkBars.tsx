import type { NetworkGrade } from '@alongside/client';
import { WifiOff } from 'lucide-react';
import { cx } from '../app/cx.ts';
import { useCallText } from './call-text.ts';
import styles from './NetworkBars.module.css';

const FILLED: Record<NetworkGrade, number> = { unknown: 0, good: 3, fair: 2, poor: 1, lost: 0 };

/** How good the network is, as three bars and a word for screen readers. */
export function NetworkBars({ grade }: { grade: NetworkGrade }) {
  const t = useCallText();
  return (
    <span className={cx(styles.bars, styles[grade])} role="img" aria-label={t(`network.${grade}`)}>
      {grade === 'lost' ? (
        <WifiOff size={16} aria-hidden />
      ) : (
        [1, 2, 3].map((bar) => <span key={bar} className={cx(styles.bar, bar <= FILLED[grade] && styles.filled)} />)
      )}
    </span>
  );
}
