import { type Finding, streamName, wordsOf } from '@alongside/diagnosis';
import { CornerDownRight } from 'lucide-react';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { CauseMark } from './CauseMark.tsx';
import { useDiagnosisText } from './diagnosis-text.ts';
import { findingKey } from './evidence.ts';
import { type GraphMarks, placeOf } from './graph-layout.ts';
import styles from './SessionGraph.module.css';

export type GraphMarksRowProps = {
  marks: GraphMarks;
  line: { fromMs: number; toMs: number };
  moment(atMs: number): string;
  selected: string | null;
  onSelect(finding: Finding | null): void;
};

/** When a rule found something: its name, which goes from one time to the next, and a bar for each. */
export function GraphMarksRow({ marks, line, moment, selected, onSelect }: GraphMarksRowProps) {
  const t = useDiagnosisText();
  const { locale } = useLocale();
  const { findings, number, isEffect } = marks;
  const { title } = wordsOf(findings[0]!, locale);
  const chosen = findings.findIndex((finding) => findingKey(finding) === selected);
  const whenOf = ({ fromMs, toMs }: Finding) =>
    toMs - fromMs < 1_000 ? moment(fromMs) : t('fromTo', { from: moment(fromMs), to: moment(toMs) });
  const worst = findings[0]!.severity;
  const facts = [
    isEffect ? t('effectOf', { number }) : t(`severity.${worst}`),
    whenOf(findings[chosen] ?? findings[0]!),
    findings.length > 1 ? t('times', { count: findings.length }) : null,
  ];
  return (
    <div className={cx(styles.row, styles.marks)}>
      <button
        type="button"
        className={cx(styles.markLabel, isEffect && styles.effectLabel)}
        aria-pressed={chosen >= 0}
        aria-label={[title, ...facts].filter(Boolean).join(', ')}
        onClick={() => onSelect(findings[chosen + 1] ?? null)}
      >
        {isEffect ? <CornerDownRight size={14} aria-hidden /> : <CauseMark number={number} severity={worst} />}
        <span className={styles.markTitle} title={title}>
          {title}
        </span>
      </button>
      <div className={styles.track}>
        {findings.map((finding) => {
          const key = findingKey(finding);
          const { startPercent, widthPercent } = placeOf(finding, line);
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: the row's name does the same, by keyboard too
            // biome-ignore lint/a11y/useKeyWithClickEvents: the row's name does the same, by keyboard too
            <span
              key={key}
              className={cx(styles.bar, isEffect && styles.effectBar, key === selected && styles.chosenBar)}
              data-severity={finding.severity}
              title={[title, streamName(finding.subject, locale), whenOf(finding)].filter(Boolean).join(' · ')}
              style={{ insetInlineStart: `${startPercent}%`, width: `${widthPercent}%` }}
              onClick={() => onSelect(key === selected ? null : finding)}
            />
          );
        })}
      </div>
    </div>
  );
}
