import type { Store } from '@alongside/client';
import type { CSSProperties } from 'react';
import { useStore } from '../app/ClientProvider.tsx';
import { cx } from '../app/cx.ts';
import styles from './LevelMeter.module.css';

const SEGMENTS = 20;

/** How loud one's microphone is, 0–1, as a row of lights. */
export function LevelMeter({ level, label }: { level: Store<number>; label: string }) {
  const value = useStore(level);
  const lit = Math.round(value * SEGMENTS);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a meter element cannot hold the lights
    <div
      className={styles.meter}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(value * 100)}
    >
      {Array.from({ length: SEGMENTS }, (_, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the lights never change places
          key={index}
          className={cx(styles.light, index < lit && styles.lit, index >= SEGMENTS - 3 && styles.loud)}
        />
      ))}
    </div>
  );
}

/** A ring around a button that grows with one's voice. */
export function LevelRing({ level }: { level: Store<number> }) {
  const value = useStore(level);
  return <span className={styles.ring} style={{ '--level': value } as CSSProperties} aria-hidden />;
}
