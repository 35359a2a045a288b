import type { ApiError } from '@alongside/client';
import { TextField, TimeZonePicker } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import { fieldError } from '../data/queries.ts';
import styles from './DrillDialog.module.css';
import type { Times } from './times.ts';

/** The window in which one drill is filed. */
export function WindowFields({
  times,
  error,
  onChange,
}: {
  times: Times;
  error: ApiError | null;
  onChange: (times: Times) => void;
}) {
  const { t } = useTranslation('drills');
  return (
    <>
      <div className={styles.pair}>
        <TextField
          type="datetime-local"
          label={t('dialog.from')}
          value={times.from}
          error={fieldError(error, 'window.from')}
          onChange={(event) => onChange({ ...times, from: event.target.value })}
        />
        <TextField
          type="datetime-local"
          label={t('dialog.to')}
          value={times.to}
          error={fieldError(error, 'window.to')}
          onChange={(event) => onChange({ ...times, to: event.target.value })}
        />
      </div>
      <TimeZonePicker
        label={t('dialog.zone')}
        value={times.timeZone}
        error={fieldError(error, 'window.timeZone')}
        onChange={(timeZone) => onChange({ ...times, timeZone })}
      />
    </>
  );
}
