import { WEEKDAYS } from '@alongside/sla';
import { cx, dateAfter, useLocale, weekdayName } from '@alongside/ui';
import { type KeyboardEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { dateWords, monthWords } from './date-words.ts';
import styles from './MonthGrid.module.css';
import { type DayKind, weekdayOf } from './special-days.ts';

const MOVES: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export type DateLook = { kind: DayKind; opens: boolean; wrong: boolean };

/** One month. The chosen date is the one stop of the Tab key in a year; arrows go from date to date. */
export function MonthGrid({
  year,
  month,
  chosen,
  onChoose,
  look,
}: {
  year: number;
  /** 0 = January. */
  month: number;
  /** A local date of this year. */
  chosen: string;
  onChoose: (date: string) => void;
  look: (date: string) => DateLook;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'year' });
  const { locale } = useLocale();
  const grid = useRef<HTMLFieldSetElement>(null);
  const first = `${year}-${String(month + 1).padStart(2, '0')}-01`;
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const dates = Array.from({ length }, (_, index) => dateAfter(first, index));

  function press(event: KeyboardEvent, date: string): void {
    const by = MOVES[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = dateAfter(date, by);
    onChoose(next);
    const root = grid.current?.parentElement?.parentElement;
    // Once the year it lies in is drawn.
    requestAnimationFrame(() => root?.querySelector<HTMLElement>(`[data-date="${next}"]`)?.focus());
  }

  return (
    <div className={styles.month}>
      <fieldset ref={grid} className={styles.grid}>
        <legend className={styles.name}>{monthWords(first, locale)}</legend>
        {WEEKDAYS.map((day) => (
          <span key={day} className={styles.weekday} aria-hidden>
            {weekdayName(day, locale).slice(locale === 'zh-CN' ? 1 : 0, 2)}
          </span>
        ))}
        {dates.map((date) => {
          const { kind, opens, wrong } = look(date);
          return (
            <button
              key={date}
              type="button"
              data-date={date}
              tabIndex={date === chosen ? 0 : -1}
              className={cx(
                styles.date,
                styles[kind],
                kind === 'ordinary' && !opens && styles.closed,
                date === chosen && styles.chosen,
                wrong && styles.wrong,
              )}
              style={date === first ? { gridColumnStart: WEEKDAYS.indexOf(weekdayOf(first)) + 1 } : undefined}
              aria-pressed={date === chosen}
              aria-label={t('day', {
                date: dateWords(date, locale),
                what: t(kind === 'ordinary' && !opens ? 'closed' : `kind.${kind}`),
              })}
              onClick={() => onChoose(date)}
              onKeyDown={(event) => press(event, date)}
            >
              {Number(date.slice(8))}
            </button>
          );
        })}
      </fieldset>
    </div>
  );
}
