import { PRIORITIES, type Priority } from '@alongside/contracts';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import styles from './UrgencyChoice.module.css';

/** The four priorities in the words of the person who has the trouble. */
export function UrgencyChoice({ value, onChange }: { value: Priority; onChange: (value: Priority) => void }) {
  const { t } = useTranslation('ui', { keyPrefix: 'request' });
  const name = useId();
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>{t('urgency.label')}</legend>
      {PRIORITIES.map((priority) => (
        <label key={priority} className={cx(styles.option, styles[priority], priority === value && styles.on)}>
          <input
            className={styles.input}
            type="radio"
            name={name}
            value={priority}
            checked={priority === value}
            onChange={() => onChange(priority)}
          />
          <span className={styles.word}>{t(`urgency.${priority}`)}</span>
          <span className={styles.hint}>{t(`urgency.${priority}hint`)}</span>
        </label>
      ))}
    </fieldset>
  );
}
