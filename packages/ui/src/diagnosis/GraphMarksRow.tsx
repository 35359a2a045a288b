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

/** When a rule found something: its name, and a bar for each time. */
export function GraphMarksRow({ marks, line, moment, selected, onSelect }: GraphMarksRowProps) {
  const t = useDiagnosisText();
  const { locale } = useLocale();
  const { findings, number, isEffect } = marks;
  const { title } = wordsOf(findings[0]!, locale);
  return (
    <div className={cx(styles.row, styles.marks)}>
      <p className={cx(styles.markLabel, isEffect && styles.effectLabel)}>
        {isEffect ? (
          <CornerDownRight size={14} aria-hidden />
        ) : (
          <CauseMark number={number} severity={findings[0]!.severity} />
        )}
        <span className={styles.markTitle} title={title}>
          {title}
        </span>
      </p>
      <div className={styles.track}>
        {findings.map((finding) => {
          const key = findingKey(finding);
          const { startPercent, widthPercent } = placeOf(finding, line);
          const when =
            finding.toMs - finding.fromMs < 1_000
              ? moment(finding.fromMs)
              : t('fromTo', { from: moment(finding.fromMs), to: moment(finding.toMs) });
          const name = [
            title,
            streamName(finding.subject, locale),
            when,
            isEffect ? t('effectOf', { number }) : t(`severity.${finding.severity}`),
          ];
          return (
            <button
              key={key}
              type="button"
              className={cx(styles.bar, isEffect && styles.effectBar)}
              data-severity={finding.severity}
              aria-pressed={key === selected}
              aria-label={name.filter(Boolean).join(', ')}
              title={name.filter(Boolean).join(' · ')}
              style={{ insetInlineStart: `${startPercent}%`, width: `${widthPercent}%` }}
              onClick={() => onSelect(key === selected ? null : finding)}
            />
          );
        })}
      </div>
    </div>
  );
}
