import { useEffect, useState } from 'react';
import { clockFace } from '../ticket/time-words.ts';
import styles from './CallTimer.module.css';
import { useCallText } from './call-text.ts';

/** How long the call has lasted, ticking with the seconds. */
export function CallTimer({ sinceMs }: { sinceMs: number }) {
  const t = useCallText();
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <span className={styles.timer} role="timer" aria-label={t('stage.timer')}>
      {clockFace(nowMs - sinceMs)}
    </span>
  );
}
