import { type Finding, measureName, quantity, streamName } from '@alongside/diagnosis';
import { type KeyboardEvent, type PointerEvent, type Ref, useMemo, useRef, useState } from 'react';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { usePersonName } from '../people/person-name.ts';
import { useDiagnosisText } from './diagnosis-text.ts';
import type { Evidence } from './evidence.ts';
import { GraphMarksRow } from './GraphMarksRow.tsx';
import { GraphMeasureRow } from './GraphMeasureRow.tsx';
import { connectionNumber, type GraphPart, graphParts, valueAt } from './graph-layout.ts';
import { axisTicks, momentWords } from './moments.ts';
import { personTitle } from './person-title.ts';
import styles from './SessionGraph.module.css';

/** Arrow keys move by this share of the time line. */
const STEPS = 60;

export type SessionGraphProps = {
  evidence: Pick<Evidence, 'participants' | 'lanes' | 'causes' | 'clock' | 'fromMs' | 'toMs'>;
  /** Key of the finding drawn stronger than the others. */
  selected: string | null;
  onSelect(finding: Finding | null): void;
  ref?: Ref<HTMLElement>;
};

/**
 * How a call went: person by person, measure by measure, over one time line, with what was found marked on it. Pointing at
 * it, or the arrow keys, read all values at one moment.
 */
export function SessionGraph({ evidence, selected, onSelect, ref }: SessionGraphProps) {
  const { participants, lanes, causes, clock, fromMs, toMs } = evidence;
  const t = useDiagnosisText();
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const [showsAll, setShowsAll] = useState(false);
  const [cursorMs, setCursorMs] = useState<number | null>(null);
  const plots = useRef<HTMLDivElement>(null);
  const parts = useMemo(
    () => graphParts(participants, lanes, causes, showsAll),
    [participants, lanes, causes, showsAll],
  );
  const line = { fromMs, toMs };
  const spanMs = Math.max(1, toMs - fromMs);
  const hiddenCount = parts.reduce((sum, part) => sum + part.hiddenCount, 0);
  const moment = (atMs: number) => momentWords(atMs, fromMs, clock, locale);
  const titleOf = ({ person }: GraphPart) => {
    return personTitle(person, t, nameOf);
  };

  function point(event: PointerEvent): void {
    const box = plots.current?.getBoundingClientRect();
    if (!box || event.clientX < box.left || event.clientX > box.right) setCursorMs(null);
    else setCursorMs(fromMs + ((event.clientX - box.left) / box.width) * spanMs);
  }

  function move(event: KeyboardEvent): void {
    const at = cursorMs ?? fromMs;
    const step = spanMs / STEPS;
    const to: Record<string, number> = {
      ArrowRight: at + step,
      ArrowUp: at + step,
      ArrowLeft: at - step,
      ArrowDown: at - step,
      PageUp: at + step * 10,
      PageDown: at - step * 10,
      Home: fromMs,
      End: toMs,
    };
    const next = to[event.key];
    if (event.key === 'Escape' && cursorMs !== null) setCursorMs(null);
    else if (next !== undefined) setCursorMs(Math.min(toMs, Math.max(fromMs, next)));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const readings = (atMs: number) =>
    [
      moment(atMs),
      ...parts.map((part) => {
        const values = part.rows.flatMap(({ lines, measure }) =>
          lines.flatMap((lane) => {
            const value = valueAt(lane, atMs, withinMs(spanMs));
            const number = connectionNumber(lines, lane);
            const stream = number === null ? streamName(lane.subject, locale) : t('connection', { number });
            const name = [measureName(measure, locale), stream].filter(Boolean).join(' ');
            return value === null ? [] : [`${name} ${quantity(lane, value, locale)}`];
          }),
        );
        return [titleOf(part), ...values].filter(Boolean).join(', ');
      }),
    ].join('. ');

  return (
    <figure ref={ref} className={styles.graph} onPointerMove={point} onPointerLeave={() => setCursorMs(null)}>
      <figcaption className={styles.caption}>
        {t('graph', { from: moment(fromMs), to: moment(toMs), count: causes.length })}
      </figcaption>
      <div className={styles.rows}>
        <div
          ref={plots}
          className={styles.overlay}
          role="slider"
          tabIndex={0}
          aria-label={t('cursor')}
          aria-valuemin={0}
          aria-valuemax={Math.round(spanMs / 1_000)}
          aria-valuenow={Math.round(((cursorMs ?? fromMs) - fromMs) / 1_000)}
          aria-valuetext={cursorMs === null ? moment(fromMs) : readings(cursorMs)}
          onKeyDown={move}
          onBlur={() => setCursorMs(null)}
        >
          {axisTicks(fromMs, toMs)
            .slice(1, -1)
            .map((atMs) => (
              <span key={atMs} className={styles.gridLine} style={{ insetInlineStart: at(atMs, line) }} />
            ))}
          {cursorMs === null ? null : (
            <span
              className={cx(styles.cursor, (cursorMs - fromMs) / spanMs > 0.8 && styles.cursorLate)}
              style={{ insetInlineStart: at(cursorMs, line) }}
            >
              <span className={styles.cursorTime}>{moment(cursorMs)}</span>
            </span>
          )}
        </div>
        {parts.filter(hasSomething).map((part) => (
          <section key={part.person.id} className={styles.part} aria-label={titleOf(part) ?? undefined}>
            {titleOf(part) ? <p className={styles.person}>{titleOf(part)}</p> : null}
            {part.marks.map((marks) => (
              <GraphMarksRow
                key={`${marks.number} ${marks.isEffect} ${marks.rule}`}
                {...{ marks, line, moment, selected, onSelect }}
              />
            ))}
            {part.rows.map((row) => (
              <GraphMeasureRow
                key={row.measure}
                {...{ row, line, cursorMs, selected, onSelect }}
                withinMs={withinMs(spanMs)}
              />
            ))}
          </section>
        ))}
      </div>
      <div className={styles.axis} aria-hidden>
        {axisTicks(fromMs, toMs).map((atMs) => (
          <span key={atMs} className={styles.tick} style={{ insetInlineStart: at(atMs, line) }}>
            {moment(atMs)}
          </span>
        ))}
      </div>
      {hiddenCount > 0 || showsAll ? (
        <button type="button" className={styles.more} aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? t('fewerRows') : t('moreRows', { count: hiddenCount })}
        </button>
      ) : null}
    </figure>
  );
}

const at = (atMs: number, line: { fromMs: number; toMs: number }) =>
  `${Math.min(100, Math.max(0, ((atMs - line.fromMs) / Math.max(1, line.toMs - line.fromMs)) * 100))}%`;

/** Samples further away than this do not speak for a moment. */
const withinMs = (spanMs: number) => Math.max(10_000, spanMs / 40);

const hasSomething = ({ marks, rows }: GraphPart) => marks.length + rows.length > 0;
