import type { CalendarContent } from '@alongside/contracts';
import { Button, cx, dateAfter, IconButton, SegmentedControl, TextField, useLocale } from '@alongside/ui';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dateWords, rangeWords } from './date-words.ts';
import { MonthGrid } from './MonthGrid.tsx';
import { type DayKind, kindOf, opensOrdinarily, rangesOf, withKind, withWindows } from './special-days.ts';
import { typedTime } from './week-blocks.ts';
import styles from './YearView.module.css';

/**
 * A year of a calendar: which dates are closed and which have hours of their own.
 * @param errorOf the words for what is wrong with a date, if anything
 */
export function YearView({
  content,
  onChange,
  errorOf,
  year,
  onYear,
  readOnly,
}: {
  content: CalendarContent;
  onChange: (content: CalendarContent) => void;
  errorOf: (date: string) => string | null;
  year: number;
  onYear: (year: number) => void;
  readOnly: boolean;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'year' });
  const { locale } = useLocale();
  const [chosen, setChosen] = useState(() => new Date().toISOString().slice(0, 10));
  const date = chosen.startsWith(`${year}-`) ? chosen : `${year}-01-01`;
  const ranges = rangesOf(content, year);
  const choose = (next: string) => {
    setChosen(next);
    if (Number(next.slice(0, 4)) !== year) onYear(Number(next.slice(0, 4)));
  };
  return (
    <div className={styles.view}>
      <div className={styles.head}>
        <IconButton label={t('before')} icon={<ChevronLeft size={17} aria-hidden />} onClick={() => onYear(year - 1)} />
        <strong className={styles.year} aria-live="polite">
          {year}
        </strong>
        <IconButton label={t('after')} icon={<ChevronRight size={17} aria-hidden />} onClick={() => onYear(year + 1)} />
        <ul className={styles.legend}>
          <li className={styles.holidayKey}>{t('kind.holiday')}</li>
          <li className={styles.ownKey}>{t('kind.own')}</li>
          <li className={styles.closedKey}>{t('closed')}</li>
        </ul>
      </div>
      {readOnly ? null : (
        <DateEditor key={date} date={date} content={content} error={errorOf(date)} onChange={onChange} />
      )}
      <div className={styles.months}>
        {Array.from({ length: 12 }, (_, month) => (
          <MonthGrid
            // biome-ignore lint/suspicious/noArrayIndexKey: the months of a year never move
            key={month}
            year={year}
            month={month}
            chosen={date}
            onChoose={choose}
            look={(day) => ({
              kind: kindOf(content, day),
              opens: opensOrdinarily(content, day),
              wrong: errorOf(day) !== null,
            })}
          />
        ))}
      </div>
      <section aria-labelledby="special-days">
        <h4 id="special-days" className={styles.title}>
          {t('list', { year })}
        </h4>
        {ranges.length === 0 ? <p className={styles.none}>{t('none')}</p> : null}
        <ul className={styles.ranges}>
          {ranges.map((range) => (
            <li key={range.from}>
              <button type="button" className={styles.range} onClick={() => choose(range.from)}>
                <span className={cx(styles.dot, styles[range.kind])} aria-hidden />
                <span>{rangeWords(range.from, range.to, locale)}</span>
                <span className={styles.what}>
                  {range.kind === 'holiday' ? t('kind.holiday') : range.windows.join(', ') || t('kind.holiday')}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function DateEditor({
  date,
  content,
  error,
  onChange,
}: {
  date: string;
  content: CalendarContent;
  error: string | null;
  onChange: (content: CalendarContent) => void;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'year' });
  const { locale } = useLocale();
  const kind = kindOf(content, date);
  const written = (content.overrides[date] ?? []).join(', ');
  const [text, setText] = useState(written);
  useEffect(() => setText(written), [written]);
  const commit = () => {
    if (kind !== 'own' || text === written) return;
    onChange(withWindows(content, date, windowsIn(text)));
  };
  return (
    <div className={styles.editor}>
      <strong className={styles.date}>{dateWords(date, locale)}</strong>
      <SegmentedControl<DayKind>
        size="sm"
        label={t('is', { date: dateWords(date, locale) })}
        value={kind}
        options={(['ordinary', 'holiday', 'own'] as const).map((value) => ({ value, label: t(`kind.${value}`) }))}
        onChange={(next) => onChange(withKind(content, date, next))}
      />
      {kind === 'own' ? (
        <TextField
          className={styles.windows}
          label={t('windows')}
          hideLabel
          placeholder="09:00-12:00, 13:00-18:00"
          value={text}
          error={error}
          onChange={(event) => setText(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => {
            // Takes the windows; the form around it would save the whole calendar.
            if (event.key !== 'Enter') return;
            event.preventDefault();
            commit();
          }}
        />
      ) : null}
      {kind === 'holiday' ? (
        <Button size="sm" variant="quiet" onClick={() => onChange(withKind(content, dateAfter(date, 1), 'holiday'))}>
          {t('nextToo')}
        </Button>
      ) : null}
      {error && kind !== 'own' ? <p className={styles.error}>{error}</p> : null}
    </div>
  );
}

/** "9-12, 13:00–18:00" as windows; what is none stays as it is, for the server to say so. */
function windowsIn(text: string): string[] {
  return text
    .split(/[,，、;；]/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) =>
      part
        .split(/\s*[-–—~至]\s*/)
        .map(typedTime)
        .join('-'),
    );
}
