import { cx } from '@alongside/ui';
import styles from './Chips.module.css';
import type { Choice } from './policy-words.ts';

/** Any of a few, all in sight; none means every one. */
export function Chips<V extends string>({
  label,
  hint,
  options,
  chosen,
  onChange,
}: {
  label: string;
  hint?: string;
  options: readonly (Choice & { value: V })[];
  chosen: readonly V[];
  onChange: (chosen: V[]) => void;
}) {
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>
        {label}
        {hint ? <span className={styles.hint}>{hint}</span> : null}
      </legend>
      <div className={styles.chips}>
        {options.map(({ value, label: name }) => {
          const isOn = chosen.includes(value);
          return (
            <label key={value} className={cx(styles.chip, isOn && styles.on)}>
              <input
                type="checkbox"
                className={styles.input}
                checked={isOn}
                onChange={() =>
                  onChange(
                    options
                      .map((each) => each.value)
                      .filter((each) => (each === value ? !isOn : chosen.includes(each))),
                  )
                }
              />
              {name}
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}
