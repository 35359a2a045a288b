import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '../app/cx.ts';
import popup from './popup.module.css';
import styles from './Select.module.css';

export type SelectOption<V extends string> = {
  value: V;
  label: string;
  /** Replaces the label in the list and in the trigger; the label stays what is typed ahead and read out. */
  content?: ReactNode;
  disabled?: boolean;
};

export type SelectProps<V extends string> = {
  label: string;
  hideLabel?: boolean;
  options: readonly SelectOption<V>[];
  value: V | null;
  onChange: (value: V) => void;
  placeholder?: string;
  disabled?: boolean;
  /** `inline` is quiet until hovered: for facts that are mostly read. */
  variant?: 'field' | 'inline';
  className?: string;
};

/** One of a known few. */
export function Select<V extends string>({
  label,
  hideLabel = false,
  options,
  value,
  onChange,
  placeholder,
  disabled,
  variant = 'field',
  className,
}: SelectProps<V>) {
  return (
    <Base.Root
      items={options.map((option) => ({ value: option.value, label: option.label }))}
      value={value}
      onValueChange={(next) => {
        if (next !== null) onChange(next as V);
      }}
      disabled={disabled}
    >
      <div className={cx(styles.wrap, className)}>
        {hideLabel ? null : <Base.Label className={styles.label}>{label}</Base.Label>}
        <Base.Trigger
          className={cx(styles.trigger, styles[variant])}
          aria-label={
            hideLabel
              ? `${label}: ${options.find((option) => option.value === value)?.label ?? placeholder ?? '—'}`
              : undefined
          }
        >
          <Base.Value className={styles.value}>
            {(current: V | null) => {
              const option = options.find((candidate) => candidate.value === current);
              return option ? (
                (option.content ?? option.label)
              ) : (
                <span className={styles.placeholder}>{placeholder ?? '—'}</span>
              );
            }}
          </Base.Value>
          <Base.Icon className={styles.icon}>
            <ChevronDown size={14} aria-hidden />
          </Base.Icon>
        </Base.Trigger>
      </div>
      <Base.Portal>
        <Base.Positioner className={popup.positioner} sideOffset={4} alignItemWithTrigger={false}>
          <Base.Popup className={cx(popup.popup, styles.popup)}>
            <Base.List className={styles.list}>
              {options.map((option) => (
                <Base.Item
                  key={option.value}
                  value={option.value}
                  label={option.label}
                  disabled={option.disabled}
                  className={popup.item}
                >
                  <span className={popup.check}>
                    <Base.ItemIndicator>
                      <Check size={14} aria-hidden />
                    </Base.ItemIndicator>
                  </span>
                  <Base.ItemText className={styles.itemText}>{option.content ?? option.label}</Base.ItemText>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
