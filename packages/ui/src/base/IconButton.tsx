import type { ComponentPropsWithRef, ReactNode } from 'react';
import { cx } from '../app/cx.ts';
import styles from './IconButton.module.css';
import { Tooltip } from './Tooltip.tsx';

export type IconButtonProps = Omit<ComponentPropsWithRef<'button'>, 'children'> & {
  /** Its name: read out, and shown as a tooltip. */
  label: string;
  icon: ReactNode;
  variant?: 'quiet' | 'secondary' | 'primary' | 'danger';
  size?: 'sm' | 'md' | 'lg';
  /** Shown in the tooltip after the label, e.g. `R`. */
  shortcut?: string;
  /** For toggles: whether it is on. */
  pressed?: boolean;
  /** Set false where the label stands beside it anyway. */
  tooltip?: boolean;
};

/** A button that is only a picture, always with a name. */
export function IconButton({
  label,
  icon,
  variant = 'quiet',
  size = 'md',
  shortcut,
  pressed,
  tooltip = true,
  className,
  type = 'button',
  ...rest
}: IconButtonProps) {
  const button = (
    <button
      type={type}
      aria-label={label}
      aria-pressed={pressed}
      className={cx(styles.button, styles[variant], styles[size], className)}
      {...rest}
    >
      {icon}
    </button>
  );
  return tooltip ? (
    <Tooltip label={label} shortcut={shortcut}>
      {button}
    </Tooltip>
  ) : (
    button
  );
}
