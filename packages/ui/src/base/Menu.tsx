import { Menu as Base } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { cx } from '../app/cx.ts';
import { Kbd } from './Kbd.tsx';
import styles from './popup.module.css';

export type MenuEntry =
  | {
      kind?: 'item';
      id: string;
      label: ReactNode;
      icon?: ReactNode;
      shortcut?: string;
      danger?: boolean;
      disabled?: boolean;
      onSelect: () => void;
    }
  | { kind: 'link'; id: string; label: ReactNode; icon?: ReactNode; href: string }
  | {
      kind: 'choice';
      id: string;
      label: string;
      value: string;
      options: readonly { value: string; label: ReactNode }[];
      onChange: (value: string) => void;
    }
  | { kind: 'separator'; id: string };

export type MenuProps = {
  /** One button. */
  trigger: ReactElement<Record<string, unknown>>;
  entries: readonly MenuEntry[];
  /** Text above the entries, e.g. whose menu it is. */
  heading?: ReactNode;
  side?: 'top' | 'right' | 'bottom' | 'left';
  align?: 'start' | 'center' | 'end';
};

/** Actions behind one button. */
export function Menu({ trigger, entries, heading, side = 'bottom', align = 'start' }: MenuProps) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className={styles.positioner} side={side} align={align} sideOffset={4}>
          <Base.Popup className={styles.popup}>
            {heading ? (
              <Base.Group>
                <Base.GroupLabel className={styles.groupLabel}>{heading}</Base.GroupLabel>
              </Base.Group>
            ) : null}
            {entries.map(renderEntry)}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function renderEntry(entry: MenuEntry) {
  switch (entry.kind) {
    case 'separator':
      return <Base.Separator key={entry.id} className={styles.separator} />;
    case 'link':
      return (
        <Base.LinkItem key={entry.id} className={styles.item} href={entry.href} closeOnClick>
          <span className={styles.check}>{entry.icon}</span>
          {entry.label}
        </Base.LinkItem>
      );
    case 'choice':
      return (
        <Base.Group key={entry.id}>
          <Base.GroupLabel className={styles.groupLabel}>{entry.label}</Base.GroupLabel>
          <Base.RadioGroup value={entry.value} onValueChange={(value) => entry.onChange(String(value))}>
            {entry.options.map((option) => (
              <Base.RadioItem key={option.value} value={option.value} className={styles.item} closeOnClick>
                <span className={styles.check}>
                  <Base.RadioItemIndicator>
                    <Check size={14} aria-hidden />
                  </Base.RadioItemIndicator>
                </span>
                {option.label}
              </Base.RadioItem>
            ))}
          </Base.RadioGroup>
        </Base.Group>
      );
    default:
      return (
        <Base.Item
          key={entry.id}
          className={cx(styles.item, entry.danger && styles.danger)}
          disabled={entry.disabled}
          onClick={entry.onSelect}
        >
          <span className={styles.check}>{entry.icon}</span>
          <span className={styles.grow}>{entry.label}</span>
          {entry.shortcut ? <Kbd>{entry.shortcut}</Kbd> : null}
        </Base.Item>
      );
  }
}
