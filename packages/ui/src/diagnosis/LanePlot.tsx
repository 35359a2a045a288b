import type { Lane } from '@alongside/diagnosis';
import { strokesOf } from './graph-layout.ts';
import styles from './LanePlot.module.css';

const WIDTH = 1_000;
const HEIGHT = 100;

export type LanePlotProps = {
  /** Drawn apart by dashes as well as by colour. */
  lines: readonly Pick<Lane, 'id' | 'points'>[];
  line: { fromMs: number; toMs: number };
  /** What the upper edge stands for, above 0. */
  top: number;
  threshold: number | null;
  /** Shades what lies below the first line: where much is trouble, its weight is seen. */
  isFilled?: boolean;
};

/** The course of a measure, filling its container. What it shows stands beside it in words. */
export function LanePlot({ lines, line, top, threshold, isFilled = true }: LanePlotProps) {
  const spanMs = Math.max(1, line.toMs - line.fromMs);
  const x = (atMs: number) => ((atMs - line.fromMs) / spanMs) * WIDTH;
  const y = (value: number) => HEIGHT - (Math.min(value, top * 1.02) / top) * HEIGHT;
  return (
    <svg className={styles.plot} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden>
      {threshold !== null && threshold < top ? (
        <line className={styles.threshold} x1={0} x2={WIDTH} y1={y(threshold)} y2={y(threshold)} />
      ) : null}
      {lines.map((lane, index) =>
        strokesOf(lane, x, y).map((stroke) => {
          const points = stroke.map((point) => point.join(',')).join(' ');
          const [first, last] = [stroke[0]!, stroke.at(-1)!];
          return (
            <g key={`${lane.id} ${first[0]}`}>
              {index === 0 && isFilled ? (
                <polygon className={styles.area} points={`${first[0]},${HEIGHT} ${points} ${last[0]},${HEIGHT}`} />
              ) : null}
              <polyline className={styles.line} data-line={index} points={points} />
            </g>
          );
        }),
      )}
    </svg>
  );
}
