import { Popover as Base } from '@base-ui/react/popover';
import type { ReactElement, ReactNode } from 'react';
import { cx } from '../app/cx.ts';
import styles from './Popover.module.css';
import shared from './popup.module.css';

export type PopoverProps = {
  trigger: ReactElement<Record<string, unknown>>;
  title?: string;
  /** What it is, for screen readers, where no title is shown. */
  label?: string;
  children: ReactNode;
  side?: 'top' | 'right' | 'bottom' | 'left';
  align?: 'start' | 'center' | 'end';
};

/** More about one thing, beside it. */
export function Popover({ trigger, title, label, children, side = 'bottom', align = 'start' }: PopoverProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={shared.positioner} side={side} align={align} sideOffset={6}>
          <Base.Popup className={cx(shared.popup, styles.popup)} aria-label={title ? undefined : label}>
            {title ? <Base.Title className={styles.title}>{title}</Base.Title> : null}
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
