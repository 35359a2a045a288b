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
  /** More about it, under it in the list only. */
  hint?: ReactNode;
  /** A heading over it and its neighbours of the same group. */
  group?: string;
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
  onOpenChange?: (open: boolean) => void;
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
  onOpenChange,
}: SelectProps<V>) {
  return (
    <Base.Root
      items={options.map((option) => ({ value: option.value, label: option.label }))}
      value={value}
      onValueChange={(next) => {
        if (next !== null) onChange(next as V);
      }}
      onOpenChange={onOpenChange}
      disabled={disabled}
    >
      <div className={cx(styles.wrap, className)}>
        {hideLabel ? null : <Base.Label className={styles.label}>{label}</Base.Label>}
        <Base.Trigger
          className={cx(styles.trigger, styles[variant])}
          onKeyDown={(event) => {
            // While closed, Base UI would choose by the letter typed: a page's single-key shortcut must not change a value.
            const isOpen = event.currentTarget.getAttribute('aria-expanded') === 'true';
            if (event.key.length === 1 && event.key !== ' ' && !isOpen) event.preventBaseUIHandler();
          }}
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
              {grouped(options).map(({ group, members }) =>
                group === undefined ? (
                  members.map((option) => <Item key={option.value} option={option} />)
                ) : (
                  <Base.Group key={group}>
                    <Base.GroupLabel className={popup.groupLabel}>{group}</Base.GroupLabel>
                    {members.map((option) => (
                      <Item key={option.value} option={option} />
                    ))}
                  </Base.Group>
                ),
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

function Item<V extends string>({ option }: { option: SelectOption<V> }) {
  return (
    <Base.Item value={option.value} label={option.label} disabled={option.disabled} className={popup.item}>
      <span className={popup.check}>
        <Base.ItemIndicator>
          <Check size={14} aria-hidden />
        </Base.ItemIndicator>
      </span>
      <span className={styles.itemText}>
        <Base.ItemText>{option.content ?? option.label}</Base.ItemText>
        {option.hint ? <span className={styles.hint}>{option.hint}</span> : null}
      </span>
    </Base.Item>
  );
}

/** Neighbours of one group together, in their order. */
function grouped<V extends string>(options: readonly SelectOption<V>[]) {
  const groups: { group: string | undefined; members: SelectOption<V>[] }[] = [];
  for (const option of options) {
    const last = groups.at(-1);
    if (last && last.group === option.group) last.members.push(option);
    else groups.push({ group: option.group, members: [option] });
  }
  return groups;
}
