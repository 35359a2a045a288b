import type { DeviceProblem } from '@alongside/client';
import type { CheckReason, CheckReport } from '@alongside/contracts';
import { ruleTitle } from '@alongside/diagnosis';
import { useState } from 'react';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Button } from '../base/Button.tsx';
import { PermissionHelp } from '../call/PermissionHelp.tsx';
import { useCheckText } from './check-text.ts';
import { reasonWords } from './check-words.ts';
import styles from './ReasonList.module.css';

export type ReasonListProps = {
  reasons: readonly CheckReason[];
  /** Where the check ran on this very device: then it can be shown where to click. */
  here?: { report: CheckReport; browser: Pick<DeviceProblem, 'browser' | 'platform'>; onRetry: () => void };
};

/** What is in the way, each with what to do about it. */
export function ReasonList({ reasons, here }: ReasonListProps) {
  const t = useCheckText();
  const { locale } = useLocale();
  const [helping, setHelping] = useState<DeviceProblem | null>(null);
  return (
    <>
      <ul className={styles.list}>
        {reasons.map((reason) => {
          const { title, advice } = reasonWords(t, reason, locale, (rule) => ruleTitle(rule, locale));
          const problem = here && problemOf(reason, here);
          return (
            <li key={`${reason.code} ${reason.about}`} className={cx(styles.reason, styles[reason.weight])}>
              <p className={styles.title}>{title}</p>
              <p className={styles.advice}>{advice}</p>
              {problem ? (
                <Button size="sm" onClick={() => setHelping(problem)}>
                  {t('howTo')}
                </Button>
              ) : null}
            </li>
          );
        })}
      </ul>
      {helping && here ? (
        <PermissionHelp
          problem={helping}
          onClose={() => setHelping(null)}
          onRetry={() => {
            setHelping(null);
            here.onRetry();
          }}
        />
      ) : null}
    </>
  );
}

function problemOf(reason: CheckReason, here: NonNullable<ReasonListProps['here']>): DeviceProblem | null {
  if (reason.step !== 'microphone' && reason.step !== 'camera') return null;
  const problem = here.report[reason.step]?.problem;
  return problem ? { reason: problem, kind: reason.step, ...here.browser } : null;
}
