import type { ReactNode } from 'react';
import { cx } from '../app/cx.ts';
import styles from './Badge.module.css';

export type BadgeTone = 'neutral' | 'accent' | 'danger' | 'warning' | 'success' | 'note';

/** A short fact in colour; the colour never says it alone. */
export function Badge({
  tone = 'neutral',
  icon,
  children,
}: {
  tone?: BadgeTone;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <span className={cx(styles.badge, styles[tone])}>
      {icon}
      {children}
    </span>
  );
}

/** A number beside a name; nothing at zero. */
export function Count({
  value,
  label,
  tone = 'neutral',
}: {
  value: number;
  label?: string;
  tone?: 'neutral' | 'accent';
}) {
  if (value <= 0) return null;
  return (
    <span className={cx(styles.count, tone === 'accent' && styles.countAccent)}>
      <span aria-hidden={label ? true : undefined}>{value > 999 ? '999+' : value}</span>
      {label ? <span className={styles.hidden}>{label}</span> : null}
    </span>
  );
}
