import type { DrillStep } from '@alongside/contracts';
import { VisuallyHidden } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import styles from './StepTrack.module.css';

/** The steps of a drill in the least room: a bead each, filled once it was taken. */
export function StepTrack({ steps }: { steps: readonly DrillStep[] }) {
  const { t } = useTranslation('drills');
  const taken = steps.filter(({ at }) => at !== null).length;
  return (
    <span className={styles.track}>
      {steps.map(({ step, outcome }) => (
        <span
          key={step}
          className={styles.bead}
          data-outcome={outcome}
          title={`${t(`step.${step}`)}: ${t(`outcome.${outcome}`)}`}
        />
      ))}
      <VisuallyHidden>{t('row.steps', { taken, all: steps.length })}</VisuallyHidden>
    </span>
  );
}
