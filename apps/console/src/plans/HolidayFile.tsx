import { toApiError } from '@alongside/client';
import {
  type CalendarContent,
  HOLIDAY_FEED_MAX_BYTES,
  type HolidayDay,
  type HolidayList,
  readHolidays,
} from '@alongside/contracts';
import { Badge, Button, Dialog, useLocale } from '@alongside/ui';
import { FileUp } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChange } from '../data/queries.ts';
import { dateWords } from './date-words.ts';
import styles from './HolidaySources.module.css';
import { newDays } from './special-days.ts';

/** Reads an .ics file and, after a look at what is in it, takes its dates over. */
export function HolidayFile({
  content,
  onAdd,
}: {
  content: CalendarContent;
  onAdd: (days: readonly HolidayDay[]) => void;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'sources' });
  const { locale } = useLocale();
  const picker = useRef<HTMLInputElement>(null);
  const read = useChange(readHolidays);
  const [list, setList] = useState<HolidayList | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set());
  const missing = list ? newDays(content, list.days) : [];
  const taken = missing.filter((day) => !leftOut.has(idOf(day)));

  async function take(file: File | undefined): Promise<void> {
    if (!file) return;
    setProblem(null);
    if (file.size > HOLIDAY_FEED_MAX_BYTES) {
      setProblem(t('tooLarge', { megabytes: HOLIDAY_FEED_MAX_BYTES / 1024 / 1024 }));
      return;
    }
    try {
      setLeftOut(new Set());
      setList(await read.mutateAsync({ body: { ics: await file.text() } }));
    } catch (thrown) {
      const error = toApiError(thrown, locale);
      setProblem(error.issues[0]?.message ?? error.message);
    }
  }

  return (
    <div>
      <Button icon={<FileUp size={16} aria-hidden />} busy={read.isPending} onClick={() => picker.current?.click()}>
        {t('chooseFile')}
      </Button>
      <input
        ref={picker}
        type="file"
        accept=".ics,text/calendar"
        hidden
        aria-label={t('chooseFile')}
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = '';
        }}
      />
      {problem ? (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      ) : null}
      <Dialog
        open={list !== null}
        onClose={() => setList(null)}
        title={list?.name ?? t('found')}
        description={t('foundHint', { count: missing.length, all: list?.days.length ?? 0 })}
        actions={
          <>
            <Button onClick={() => setList(null)}>{t('cancel')}</Button>
            <Button
              variant="primary"
              disabled={taken.length === 0}
              onClick={() => {
                onAdd(taken);
                setList(null);
              }}
            >
              {t('take', { count: taken.length })}
            </Button>
          </>
        }
      >
        {list && list.issues.length > 0 ? (
          <div className={styles.issues}>
            <strong>{t('issues', { count: list.issues.length })}</strong>
            <ul>
              {list.issues.slice(0, 5).map((issue) => (
                <li key={`${issue.field} ${issue.message}`}>{issue.message}</li>
              ))}
            </ul>
          </div>
        ) : null}
        <ul className={styles.days}>
          {missing.map((day) => (
            <li key={idOf(day)}>
              <label className={styles.day}>
                <input
                  type="checkbox"
                  checked={!leftOut.has(idOf(day))}
                  onChange={(event) => {
                    const next = new Set(leftOut);
                    if (event.target.checked) next.delete(idOf(day));
                    else next.add(idOf(day));
                    setLeftOut(next);
                  }}
                />
                <span className={styles.dayDate}>{dateWords(day.date, locale)}</span>
                <span className={styles.dayName}>{day.name}</span>
                {day.kind === 'workday' ? <Badge tone="accent">{t('workday')}</Badge> : null}
              </label>
            </li>
          ))}
        </ul>
      </Dialog>
    </div>
  );
}

function idOf({ date, kind }: HolidayDay): string {
  return `${kind} ${date}`;
}
