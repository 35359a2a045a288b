import { Button, IconButton, TextField } from '@alongside/ui';
import { Check, Trash2 } from 'lucide-react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './WeekTimeline.module.css';

/** A window's two times to the minute, and what one does with a whole day. */
export function WindowFields({
  dayName,
  window,
  overnight,
  onChange,
  onRemove,
  onDone,
  onCopyToWorkdays,
  onCopyToAll,
}: {
  dayName: string;
  window: string;
  overnight: boolean;
  onChange: (open: string, close: string) => void;
  onRemove: () => void;
  onDone: () => void;
  onCopyToWorkdays: () => void;
  onCopyToAll: () => void;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'week' });
  const [given = '', until = ''] = window.split('-');
  const [open, setOpen] = useState(given);
  const [close, setClose] = useState(until);
  // Dragged or moved by keys meanwhile.
  useEffect(() => {
    setOpen(given);
    setClose(until);
  }, [given, until]);
  const commit = () => {
    if (open !== given || close !== until) onChange(open, close);
  };
  // Enter takes the times; the form around it saves the whole calendar, which is another matter.
  const take = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    commit();
  };
  return (
    <fieldset className={styles.fields} onBlur={commit}>
      <legend className={styles.legend}>{t('window', { day: dayName, window: window.replace('-', '–') })}</legend>
      <TextField
        className={styles.time}
        label={t('from')}
        inputMode="numeric"
        autoComplete="off"
        value={open}
        onChange={(event) => setOpen(event.target.value)}
        onKeyDown={take}
      />
      <TextField
        className={styles.time}
        label={overnight ? t('toNextDay') : t('to')}
        inputMode="numeric"
        autoComplete="off"
        value={close}
        onChange={(event) => setClose(event.target.value)}
        onKeyDown={take}
      />
      <div className={styles.deeds}>
        <Button size="sm" onClick={onCopyToWorkdays}>
          {t('copyWorkdays')}
        </Button>
        <Button size="sm" onClick={onCopyToAll}>
          {t('copyAll')}
        </Button>
        <IconButton size="sm" label={t('remove')} icon={<Trash2 size={15} aria-hidden />} onClick={onRemove} />
        <IconButton size="sm" label={t('done')} icon={<Check size={15} aria-hidden />} onClick={onDone} />
      </div>
    </fieldset>
  );
}
