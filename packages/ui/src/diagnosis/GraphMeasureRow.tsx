import { type Finding, measureName, quantity, streamName } from '@alongside/diagnosis';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { useDiagnosisText } from './diagnosis-text.ts';
import { findingKey } from './evidence.ts';
import { connectionNumber, type GraphRow, placeOf, valueAt, worstOf } from './graph-layout.ts';
import { LanePlot } from './LanePlot.tsx';
import styles from './SessionGraph.module.css';

export type GraphMeasureRowProps = {
  row: GraphRow;
  line: { fromMs: number; toMs: number };
  /** The moment being read; null shows the largest values. */
  cursorMs: number | null;
  withinMs: number;
  selected: string | null;
  onSelect(finding: Finding | null): void;
};

/** One measure of one person: its name and values, and its course with what was found in it. */
export function GraphMeasureRow({ row, line, cursorMs, withinMs, selected, onSelect }: GraphMeasureRowProps) {
  const t = useDiagnosisText();
  const { locale } = useLocale();
  const { measure, trouble, lines, top, threshold, bands } = row;
  const amount = (value: number) => quantity({ measure }, value, locale);
  const reading = (lane: GraphRow['lines'][number]) => {
    if (cursorMs === null) {
      const worst = worstOf(lane, trouble);
      return worst === null ? '–' : t(trouble === 'above' ? 'most' : 'least', { value: amount(worst) });
    }
    const value = valueAt(lane, cursorMs, withinMs);
    return value === null ? '–' : amount(value);
  };
  return (
    <div className={styles.row}>
      <div className={styles.label}>
        <span className={styles.measure}>{measureName(measure, locale)}</span>
        {lines.map((lane, index) => {
          const number = connectionNumber(lines, lane);
          const stream = number === null ? streamName(lane.subject, locale) : t('connection', { number });
          return (
            <span key={lane.id} className={styles.reading}>
              {lines.length > 1 ? <span className={styles.swatch} data-line={index} aria-hidden /> : null}
              {stream ? <span className={styles.stream}>{stream}</span> : null}
              <span className={styles.value}>{reading(lane)}</span>
            </span>
          );
        })}
      </div>
      <div className={styles.plot}>
        {bands.map(({ finding, isEffect }) => {
          const { startPercent, widthPercent } = placeOf(finding, line);
          const key = findingKey(finding);
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: the bars above do the same, by keyboard too
            // biome-ignore lint/a11y/useKeyWithClickEvents: the bars above do the same, by keyboard too
            <span
              key={key}
              className={cx(styles.band, isEffect && styles.effectBand, key === selected && styles.selected)}
              data-severity={finding.severity}
              style={{ insetInlineStart: `${startPercent}%`, width: `${widthPercent}%` }}
              onClick={() => onSelect(key === selected ? null : finding)}
            />
          );
        })}
        <LanePlot {...{ lines, line, top, threshold }} isFilled={trouble === 'above'} />
        <span className={styles.top}>{amount(top)}</span>
        {threshold !== null && threshold < top ? (
          <span
            className={cx(styles.threshold, trouble === 'below' && styles.thresholdBelow)}
            style={{ insetBlockEnd: `${(threshold / top) * 100}%` }}
          >
            {t('threshold', { value: amount(threshold) })}
          </span>
        ) : null}
      </div>
    </div>
  );
}
