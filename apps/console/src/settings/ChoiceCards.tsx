import { cx } from '@alongside/ui';
import { useId } from 'react';
import styles from './ChoiceCards.module.css';

/** Two or three choices that need a sentence each. Native radio buttons: arrow keys move between them. */
export function ChoiceCards<V extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  /** Null until one was chosen. */
  value: V | null;
  options: readonly { value: V; label: string; hint: string }[];
  onChange: (value: V) => void;
}) {
  const name = useId();
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>{label}</legend>
      <div className={styles.cards}>
        {options.map((option) => (
          <label key={option.value} className={cx(styles.card, option.value === value && styles.on)}>
            <input
              className={styles.input}
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              aria-describedby={`${name}-${option.value}`}
              aria-label={option.label}
              onChange={() => onChange(option.value)}
            />
            <span className={styles.word}>{option.label}</span>
            <span id={`${name}-${option.value}`} className={styles.hint}>
              {option.hint}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
