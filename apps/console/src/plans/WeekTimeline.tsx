import { WEEKDAYS, type Weekday } from '@alongside/sla';
import { cx, useLocale, weekdayName } from '@alongside/ui';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DayTrack } from './DayTrack.tsx';
import styles from './WeekTimeline.module.css';
import { WindowFields } from './WindowFields.tsx';
import { nextWindow, readBlock, tailInto, typedTime, type Week, withDay } from './week-blocks.ts';

const WORKDAYS: readonly Weekday[] = WEEKDAYS.slice(0, 5);
const HOURS = [0, 6, 12, 18, 24];

type Selected = { day: Weekday; index: number };

/**
 * A week drawn as seven days of twenty-four hours. Windows are drawn, moved and stretched with the mouse, moved with the
 * arrow keys, and typed in to the minute.
 * @param errorOf the words for what is wrong with a day, if anything
 */
export function WeekTimeline({
  week,
  onChange,
  errorOf,
  readOnly,
}: {
  week: Week;
  onChange: (week: Week) => void;
  errorOf: (day: Weekday) => string | null;
  readOnly: boolean;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'week' });
  const { locale } = useLocale();
  const hintId = useId();
  const [selected, setSelected] = useState<Selected | null>(null);
  const change = (day: Weekday, windows: readonly string[]) => onChange(withDay(week, day, windows));

  function copy(day: Weekday, to: readonly Weekday[]): void {
    onChange(to.reduce((copied, one) => withDay(copied, one, week[day] ?? []), week));
  }

  return (
    <div className={styles.week}>
      <p id={hintId} className={styles.hint}>
        {readOnly ? t('hintReadOnly') : t('hint')}
      </p>
      <div className={styles.scale} aria-hidden>
        {HOURS.map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </div>
      {WEEKDAYS.map((day) => {
        const windows = week[day] ?? [];
        const index = selected?.day === day && selected.index < windows.length ? selected.index : null;
        const error = errorOf(day);
        const name = weekdayName(day, locale, 'long');
        return (
          <fieldset key={day} className={cx(styles.day, error && styles.wrong)}>
            <legend className={styles.legend}>{name}</legend>
            <span className={styles.name} aria-hidden>
              {weekdayName(day, locale)}
            </span>
            <DayTrack
              dayName={name}
              windows={windows}
              tail={tailInto(week, day)}
              selected={index}
              hintId={hintId}
              readOnly={readOnly}
              onSelect={(next) => setSelected(next === null ? null : { day, index: next })}
              onChange={(next) => change(day, next)}
              onAdd={() => {
                change(day, [...windows, nextWindow(windows)]);
                setSelected({ day, index: windows.length });
              }}
            />
            {error ? (
              <p className={styles.error} role="alert">
                {error}
              </p>
            ) : null}
            {index !== null && !readOnly ? (
              <WindowFields
                key={`${day} ${index}`}
                dayName={name}
                window={windows[index]!}
                onChange={(open, close) =>
                  change(
                    day,
                    windows.map((window, at) => (at === index ? `${typedTime(open)}-${typedTime(close)}` : window)),
                  )
                }
                onRemove={() => {
                  change(
                    day,
                    windows.filter((_, at) => at !== index),
                  );
                  setSelected(null);
                }}
                onDone={() => setSelected(null)}
                onCopyToWorkdays={() => copy(day, WORKDAYS)}
                onCopyToAll={() => copy(day, WEEKDAYS)}
                overnight={(readBlock(windows[index]!)?.close ?? 0) > 24 * 60}
              />
            ) : null}
          </fieldset>
        );
      })}
    </div>
  );
}
