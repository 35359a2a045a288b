import { cx } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import styles from './TimelineLine.module.css';
import type { Mark, PartKind, Timeline } from './timeline-parts.ts';

/** A promise drawn as a line. What it tells is told in words beside it, so it is hidden from whoever has it read out. */
export function TimelineLine({ line }: { line: Timeline }) {
  return (
    <div className={styles.line} aria-hidden="true">
      <div className={styles.track}>
        {line.parts.map(({ kind, from, share }) => (
          <span
            key={`${kind} ${from}`}
            className={cx(styles.part, styles[kind])}
            style={{ left: percent(from), width: percent(share) }}
          />
        ))}
      </div>
      {line.marks.map(({ kind, at }) => (
        <span key={kind} className={styles.place} style={{ left: percent(at) }}>
          <MarkShape kind={kind} />
        </span>
      ))}
    </div>
  );
}

const PARTS: readonly PartKind[] = ['counted', 'closed', 'paused', 'late'];
const MARKS: readonly Mark['kind'][] = ['warned', 'due', 'ended'];

/** What the parts and marks of the lines mean. */
export function TimelineLegend() {
  const { t } = useTranslation('clock');
  return (
    <ul className={styles.legend} aria-label={t('legend.title')}>
      {PARTS.map((kind) => (
        <li key={kind}>
          <span className={cx(styles.swatch, styles[kind])} aria-hidden="true" />
          {t(`legend.${kind}`)}
        </li>
      ))}
      {MARKS.map((kind) => (
        <li key={kind}>
          <MarkShape kind={kind} />
          {t(`legend.${kind}`)}
        </li>
      ))}
    </ul>
  );
}

/** A triangle warns, a flag is what is due, a ring is its end. */
function MarkShape({ kind }: { kind: Mark['kind'] }) {
  return (
    <svg className={cx(styles.mark, styles[`${kind}Mark`])} viewBox="0 0 12 12" aria-hidden="true">
      {kind === 'warned' ? <path d="M6 2.5 L10 9.5 L2 9.5 Z" /> : null}
      {kind === 'due' ? <path d="M5.4 0.5 h1.2 v11 h-1.2 Z M6.6 1 h4.4 l-1.6 2 l1.6 2 h-4.4 Z" /> : null}
      {kind === 'ended' ? <circle cx="6" cy="6" r="3.2" /> : null}
    </svg>
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
