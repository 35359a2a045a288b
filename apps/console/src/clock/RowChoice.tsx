import { cx } from '@alongside/ui';
import { type ReactNode, useId } from 'react';
import styles from './RowChoice.module.css';

export type RowOption = { value: string; label: ReactNode; about?: ReactNode };

/** One of many, each in a row of two lines. Native radio buttons: arrow keys move between them. */
export function RowChoice({
  label,
  value,
  options,
  error,
  onChange,
}: {
  label: string;
  /** Null until one was chosen. */
  value: string | null;
  options: readonly RowOption[];
  error?: string | null;
  onChange: (value: string) => void;
}) {
  const name = useId();
  return (
    <fieldset className={styles.group} aria-describedby={error ? `${name}-error` : undefined}>
      <legend className={styles.legend}>{label}</legend>
      <div className={styles.rows}>
        {options.map((option) => (
          <label key={option.value} className={cx(styles.row, option.value === value && styles.on)}>
            <input
              className={styles.input}
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span className={styles.words}>
              <span className={styles.label}>{option.label}</span>
              {option.about ? <span className={styles.about}>{option.about}</span> : null}
            </span>
          </label>
        ))}
      </div>
      {error ? (
        <p id={`${name}-error`} className={styles.error} role="alert">
          {error}
        </p>
      ) : null}
    </fieldset>
  );
}
