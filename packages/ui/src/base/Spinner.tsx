import styles from './Spinner.module.css';

/**
 * Something is under way. Silent for screen readers unless it gets a label.
 * @param size side, px
 */
export function Spinner({ size = 20, label }: { size?: number; label?: string }) {
  return (
    <svg
      className={styles.spinner}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      <path className={styles.left} d="M8 15.5 L6 4.5" />
      <path className={styles.right} d="M12 15.5 L14 4.5" />
    </svg>
  );
}
