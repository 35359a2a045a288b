import styles from './Logo.module.css';

/**
 * The mark: two people side by side, leaning together — 并肩.
 * @param size side, px
 */
export function LogoMark({ size = 24, title }: { size?: number; title?: string }) {
  return (
    <svg
      className={styles.mark}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      role={title ? 'img' : undefined}
      aria-label={title}
      aria-hidden={title ? undefined : true}
    >
      <path className={styles.left} d="M5 20.5 L10.2 5" />
      <path className={styles.right} d="M12.6 20.5 L17.8 5" />
      <circle className={styles.join} cx="20.2" cy="19.4" r="1.6" />
    </svg>
  );
}

/** The mark with the name. */
export function Logo({ name = 'Alongside', size = 24 }: { name?: string; size?: number }) {
  return (
    <span className={styles.logo}>
      <LogoMark size={size} />
      <span className={styles.name}>{name}</span>
    </span>
  );
}
