import styles from './Skeleton.module.css';

/**
 * Stands where text will be while it loads.
 * @param lines how many; widths vary so that it reads as text
 */
export function Skeleton({ lines = 1, height, width }: { lines?: number; height?: string; width?: string }) {
  return (
    <span className={styles.block} aria-hidden>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no identity and never move
        <span key={index} className={styles.line} style={{ height, width: width ?? `${92 - ((index * 29) % 45)}%` }} />
      ))}
    </span>
  );
}
