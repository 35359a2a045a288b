import type { CheckReport, CheckVerdict } from '@alongside/contracts';
import { CheckStepId } from '@alongside/contracts';
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { ReactNode, Ref } from 'react';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import styles from './CheckResult.module.css';
import { useCheckText } from './check-text.ts';
import { OPERATOR_REASONS } from './check-words.ts';
import { ReasonList, type ReasonListProps } from './ReasonList.tsx';
import { StepRow } from './StepRow.tsx';
import { contentOf } from './step-content.tsx';

const VERDICT_ICONS = { ready: CircleCheck, degraded: TriangleAlert, blocked: CircleX };

export type CheckResultProps = {
  report: CheckReport;
  verdict: CheckVerdict;
  /** Where the check ran on this very device. */
  here?: Omit<NonNullable<ReasonListProps['here']>, 'report'>;
  /** Below the verdict: what one can do with it. */
  actions?: ReactNode;
  /** When, and for how long it is kept. */
  about?: ReactNode;
  /** Takes the focus when the result is there. */
  headingRef?: Ref<HTMLHeadingElement>;
  /** `h2` where the page has its first heading already. */
  titleAs?: 'h1' | 'h2';
};

/** What a check found: the verdict first and largest, then why, then each row. */
export function CheckResult({
  report,
  verdict,
  here,
  actions,
  about,
  headingRef,
  titleAs: Title = 'h1',
}: CheckResultProps) {
  const t = useCheckText();
  const { locale } = useLocale();
  const Icon = VERDICT_ICONS[verdict.state];
  const forOperator = verdict.reasons.filter(({ code }) => OPERATOR_REASONS.has(code));
  const reasons = verdict.reasons.filter(({ code }) => !OPERATOR_REASONS.has(code));
  const hereToo = here && { ...here, report };
  return (
    <div className={styles.result}>
      <section className={cx(styles.verdict, styles[verdict.state])} data-verdict={verdict.state}>
        <Icon size={44} strokeWidth={1.5} aria-hidden className={styles.icon} />
        <div className={styles.words}>
          <Title className={styles.title} ref={headingRef} tabIndex={-1}>
            {t(`verdict.${verdict.state}`)}
          </Title>
          <p className={styles.summary}>{t(`summary.${verdict.state}`)}</p>
        </div>
      </section>
      {reasons.length > 0 ? <ReasonList reasons={reasons} here={hereToo} /> : null}
      {actions ? <div className={styles.actions}>{actions}</div> : null}
      <section aria-label={t('rows')} className={styles.rows}>
        <ul>
          {CheckStepId.options.map((step) => {
            const outcome = verdict.steps[step];
            const { says, picture, more } = contentOf(step, report, outcome, t, locale);
            return (
              <StepRow key={step} step={step} outcome={outcome} says={says} picture={picture}>
                {more}
              </StepRow>
            );
          })}
        </ul>
      </section>
      {forOperator.length > 0 ? (
        <details className={styles.operator}>
          <summary>{t('forOperator')}</summary>
          <ReasonList reasons={forOperator} />
        </details>
      ) : null}
      <p className={styles.about}>
        {about} {t('private')}
      </p>
    </div>
  );
}
