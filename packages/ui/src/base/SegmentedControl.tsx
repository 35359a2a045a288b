import type { ReactNode } from 'react';
import { useId } from 'react';
import { cx } from '../app/cx.ts';
import styles from './SegmentedControl.module.css';

export type SegmentedControlProps<V extends string> = {
  label: string;
  value: V;
  onChange: (value: V) => void;
  options: readonly { value: V; label: ReactNode; tone?: 'note' }[];
  size?: 'sm' | 'md';
};

/** Two to five choices, all in sight. Native radio buttons: arrow keys move between them. */
export function SegmentedControl<V extends string>({
  label,
  value,
  onChange,
  options,
  size = 'md',
}: SegmentedControlProps<V>) {
  const name = useId();
  return (
    <fieldset className={cx(styles.group, styles[size])}>
      <legend className={styles.legend}>{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={cx(styles.option, option.value === value && styles.on, option.tone && styles[option.tone])}
        >
          <input
            className={styles.input}
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}
