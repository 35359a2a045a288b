import { type Finding, type Lane, measureName, quantity, streamName } from '@alongside/diagnosis';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { axisTicks, momentWords } from './moments.ts';
import styles from './SessionGraph.module.css';

const WIDTH = 1_000;
const HEIGHT = 48;

export type SessionGraphProps = {
  lanes: readonly Lane[];
  findings: readonly Finding[];
  fromMs: number;
  toMs: number;
  /** `relative` shows times since the beginning. */
  clock: 'wall' | 'relative';
  /** Drawn stronger than the others. */
  selected: Finding | null;
  onSelect(finding: Finding | null): void;
};

/** How a call went, measure by measure over one time line, with what was found marked on it. */
export function SessionGraph({ lanes, findings, fromMs, toMs, clock, selected, onSelect }: SessionGraphProps) {
  const { t } = useTranslation('diagnosis');
  const { locale } = useLocale();
  const spanMs = Math.max(1, toMs - fromMs);
  const x = (atMs: number) => ((atMs - fromMs) / spanMs) * WIDTH;
  return (
    <figure className={styles.graph} aria-label={t('graph')}>
      {lanes.map((lane) => {
        const name = measureName(lane.measure, locale);
        const stream = streamName(lane.subject, locale);
        const top = topOf(lane);
        const most = quantity(lane, lane.max, locale);
        return (
          <div key={lane.id} className={styles.lane}>
            <div className={styles.label}>
              <span className={styles.measure}>{name}</span>
              {stream ? <span className={styles.stream}>{stream}</span> : null}
              <span className={styles.most}>{t('most', { value: most })}</span>
            </div>
            <svg
              className={styles.plot}
              viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
              preserveAspectRatio="none"
              role="img"
              aria-label={t('lane', { name, stream, value: most })}
            >
              {findings
                .filter((finding) => isOn(finding, lane))
                .map((finding) => (
                  // biome-ignore lint/a11y/noStaticElementInteractions: the times beside each sentence do the same
                  <rect
                    key={`${finding.rule} ${finding.fromMs} ${finding.subject.trackId}`}
                    className={cx(styles.band, finding === selected && styles.selected)}
                    data-severity={finding.severity}
                    x={x(finding.fromMs) - 1}
                    width={Math.max(4, x(finding.toMs) - x(finding.fromMs))}
                    y={0}
                    height={HEIGHT}
                    onClick={() => onSelect(finding === selected ? null : finding)}
                  />
                ))}
              {linesOf(lane, x, (value) => HEIGHT - 3 - (value / top) * (HEIGHT - 8)).map((points) => (
                <polyline key={points.slice(0, 24)} className={styles.line} points={points} />
              ))}
            </svg>
          </div>
        );
      })}
      <div className={styles.axis} aria-hidden>
        {axisTicks(fromMs, toMs).map((atMs) => (
          <span key={atMs} className={styles.tick} style={{ insetInlineStart: `${(x(atMs) / WIDTH) * 100}%` }}>
            {momentWords(atMs, fromMs, clock, locale)}
          </span>
        ))}
      </div>
    </figure>
  );
}

/** Ratios near nothing should look like nothing, not fill their lane. */
function topOf({ measure, max }: Lane): number {
  if (measure.endsWith('Ratio')) return Math.max(max, 0.1);
  if (measure === 'framesPerSecond') return Math.max(max, 30);
  if (measure === 'rttMs') return Math.max(max, 200);
  return max > 0 ? max : 1;
}

/** A finding lies on the lanes of its stream; one of a whole connection on all of them. */
function isOn({ subject }: Finding, lane: Lane): boolean {
  if (subject.trackId !== null) return subject.trackId === lane.subject.trackId;
  if (subject.connectionId !== null) return subject.connectionId === lane.subject.connectionId;
  return subject.participantId === lane.subject.participantId;
}

function linesOf(lane: Lane, x: (atMs: number) => number, y: (value: number) => number): string[] {
  const lines: string[][] = [[]];
  for (const [atMs, value] of lane.points)
    if (value === null) lines.push([]);
    else lines.at(-1)!.push(`${x(atMs).toFixed(1)},${y(value).toFixed(1)}`);
  return lines.filter((line) => line.length > 0).map((line) => line.join(' '));
}
