import { WEEKDAYS } from '@alongside/contracts';
import { Button, cx, IconButton, TextField, useLocale } from '@alongside/ui';
import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import fields from './Fields.module.css';
import styles from './RestrictionFields.module.css';
import { weekdayNames } from './weekday-names.ts';
import { type HoursRule, OFFICE_HOURS, type Restrictions, restrictionsOf, rulesOf } from './windows.ts';

/** The hours in which a layer is on, by weekday. */
export function RestrictionFields({
  restrictions,
  error,
  onChange,
}: {
  restrictions: Restrictions;
  error: string | null;
  onChange: (restrictions: Restrictions) => void;
}) {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const names = weekdayNames(locale, 'short');
  const longNames = weekdayNames(locale, 'long');
  // Kept here: two rules that come to share a window would otherwise melt into one under one's hands.
  const [rules, setRules] = useState<readonly HoursRule[]>(() => rulesOf(restrictions));
  const change = (next: readonly HoursRule[]) => {
    setRules(next);
    onChange(restrictionsOf(next));
  };
  const changeRule = (index: number, part: Partial<HoursRule>) =>
    change(rules.map((rule, at) => (at === index ? { ...rule, ...part } : rule)));
  return (
    <div className={fields.group}>
      {rules.map((rule, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rules have no identity and keep their order
        <div key={index} className={styles.rule}>
          <fieldset className={styles.days}>
            <legend className={styles.hidden}>{t('hours.days')}</legend>
            {WEEKDAYS.map((day, at) => {
              const isOn = rule.days.includes(day);
              return (
                <label key={day} className={cx(styles.day, isOn && styles.on)}>
                  <input
                    type="checkbox"
                    className={styles.hidden}
                    checked={isOn}
                    aria-label={longNames[at]}
                    onChange={() =>
                      changeRule(index, {
                        days: WEEKDAYS.filter((each) => (each === day ? !isOn : rule.days.includes(each))),
                      })
                    }
                  />
                  {names[at]}
                </label>
              );
            })}
          </fieldset>
          <TextField
            type="time"
            hideLabel
            label={t('field.from')}
            value={rule.from}
            onChange={(event) => changeRule(index, { from: event.target.value || '00:00' })}
          />
          <span aria-hidden>–</span>
          <TextField
            type="time"
            hideLabel
            label={t('field.to')}
            value={rule.to}
            onChange={(event) => changeRule(index, { to: event.target.value || '00:00' })}
          />
          <IconButton
            size="sm"
            label={t('hours.remove')}
            icon={<Trash2 size={15} aria-hidden />}
            disabled={rules.length === 1}
            onClick={() => change(rules.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      <p className={fields.hint}>{t('hours.hint')}</p>
      {error ? (
        <p className={fields.error} role="alert">
          {error}
        </p>
      ) : null}
      <div>
        <Button size="sm" icon={<Plus size={15} aria-hidden />} onClick={() => change([...rules, OFFICE_HOURS])}>
          {t('hours.add')}
        </Button>
      </div>
    </div>
  );
}
