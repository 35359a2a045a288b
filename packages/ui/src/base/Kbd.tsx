import { cx } from '../app/cx.ts';
import styles from './Kbd.module.css';

/** A key to press. */
export function Kbd({ children, inverse = false }: { children: string; inverse?: boolean }) {
  return <kbd className={cx(styles.kbd, inverse && styles.inverse)}>{children}</kbd>;
}
