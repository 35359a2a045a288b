import type { ApiError } from '@alongside/client';
import { WEEKDAYS } from '@alongside/contracts';
import { SegmentedControl, TextField, TimeZonePicker, useLocale } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import { fieldError } from '../data/queries.ts';
import { weekdayNames } from '../oncall/weekday-names.ts';
import styles from './DrillDialog.module.css';
import type { Times } from './times.ts';

const EVERIES = ['week', 'month'] as const;

/** When drills repeat: on which days, between which local times. */
export function RhythmFields({
  times,
  error,
  onChange,
}: {
  times: Times;
  error: ApiError | null;
  onChange: (times: Times) => void;
}) {
  const { t } = useTranslation('drills');
  const { locale } = useLocale();
  const [short, long] = [weekdayNames(locale, 'short'), weekdayNames(locale, 'long')];
  const { every, days, windowFrom, windowTo } = times;
  const daysError = fieldError(error, 'repeat');
  return (
    <>
      <div className={styles.when}>
        <SegmentedControl
          size="sm"
          label={t('dialog.every')}
          value={every}
          onChange={(value) => onChange({ ...times, every: value })}
          options={EVERIES.map((value) => ({ value, label: t(`dialog.everies.${value}`) }))}
        />
      </div>
      {every === 'week' ? (
        <fieldset className={styles.days}>
          <legend className={styles.hidden}>{t('dialog.days')}</legend>
          {WEEKDAYS.map((day, index) => (
            <label key={day} className={styles.day}>
              <input
                type="checkbox"
                className={styles.hidden}
                checked={days.includes(day)}
                aria-label={long[index]}
                onChange={() =>
                  onChange({ ...times, days: days.includes(day) ? days.filter((one) => one !== day) : [...days, day] })
                }
              />
              {short[index]}
            </label>
          ))}
          {daysError ? (
            <p className={styles.error} role="alert">
              {daysError}
            </p>
          ) : null}
        </fieldset>
      ) : (
        <TextField
          type="number"
          min={1}
          max={31}
          label={t('dialog.day')}
          hint={t('dialog.dayHint')}
          value={times.day}
          error={daysError}
          onChange={(event) => onChange({ ...times, day: event.target.value })}
        />
      )}
      <div className={styles.pair}>
        <TextField
          type="time"
          label={t('dialog.windowFrom')}
          value={windowFrom}
          error={fieldError(error, 'windowFrom')}
          onChange={(event) => onChange({ ...times, windowFrom: event.target.value })}
        />
        <TextField
          type="time"
          label={t('dialog.windowTo')}
          hint={windowTo !== '' && windowTo < windowFrom ? t('dialog.overnight') : undefined}
          value={windowTo}
          error={fieldError(error, 'windowTo')}
          onChange={(event) => onChange({ ...times, windowTo: event.target.value })}
        />
      </div>
      <div className={styles.pair}>
        <TimeZonePicker
          label={t('dialog.zone')}
          value={times.timeZone}
          error={fieldError(error, 'timeZone')}
          onChange={(timeZone) => onChange({ ...times, timeZone })}
        />
        <TextField
          type="date"
          label={t('dialog.startsOn')}
          value={times.startsOn}
          error={fieldError(error, 'startsOn')}
          onChange={(event) => onChange({ ...times, startsOn: event.target.value })}
        />
      </div>
    </>
  );
}
