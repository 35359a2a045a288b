import { cx } from '@alongside/ui';
import { Check } from 'lucide-react';
import { useId } from 'react';
import styles from './ChipChoice.module.css';

/** Any number of a known few, all in sight. Native check boxes. */
export function ChipChoice({
  label,
  hint,
  options,
  chosen,
  onChange,
}: {
  label: string;
  hint?: string;
  options: readonly { value: string; label: string }[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}) {
  const hintId = useId();
  return (
    <fieldset className={styles.field} aria-describedby={hint ? hintId : undefined}>
      <legend className={styles.label}>{label}</legend>
      <div className={styles.chips}>
        {options.map((option) => {
          const isChosen = chosen.includes(option.value);
          return (
            <label key={option.value} className={cx(styles.chip, isChosen && styles.on)}>
              <input
                className={styles.input}
                type="checkbox"
                checked={isChosen}
                onChange={() =>
                  onChange(isChosen ? chosen.filter((value) => value !== option.value) : [...chosen, option.value])
                }
              />
              {isChosen ? <Check size={13} aria-hidden /> : null}
              {option.label}
            </label>
          );
        })}
      </div>
      {hint ? (
        <p id={hintId} className={styles.hint}>
          {hint}
        </p>
      ) : null}
    </fieldset>
  );
}
