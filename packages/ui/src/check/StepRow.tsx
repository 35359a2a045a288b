import type { CheckStepId, CheckStepOutcome } from '@alongside/contracts';
import {
  AudioLines,
  Camera,
  Check,
  CircleMinus,
  Gauge,
  Globe,
  Info,
  type LucideIcon,
  Mic,
  Route,
  Server,
  TriangleAlert,
  Volume2,
  X,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from '../app/cx.ts';
import { Spinner } from '../base/Spinner.tsx';
import { VisuallyHidden } from '../base/VisuallyHidden.tsx';
import { useCheckText } from './check-text.ts';
import styles from './StepRow.module.css';

const STEP_ICONS: Record<CheckStepId, LucideIcon> = {
  browser: Globe,
  microphone: Mic,
  camera: Camera,
  speaker: Volume2,
  addresses: Server,
  media: Route,
  bandwidth: Gauge,
  quality: AudioLines,
};

const OUTCOME_ICONS: Record<CheckStepOutcome, LucideIcon> = {
  ok: Check,
  note: Info,
  warning: TriangleAlert,
  failed: X,
  skipped: CircleMinus,
};

export type StepRowProps = {
  step: CheckStepId;
  outcome: CheckStepOutcome | 'waiting' | 'running';
  /** One sentence of what was found. */
  says: ReactNode;
  /** Beside the words, where there is room. */
  picture?: ReactNode;
  /** Below them, over the whole width. */
  children?: ReactNode;
};

/** One thing that is checked: what it is, how it went, a small picture of it. */
export function StepRow({ step, outcome, says, picture, children }: StepRowProps) {
  const t = useCheckText();
  const StepIcon = STEP_ICONS[step];
  const OutcomeIcon = outcome === 'waiting' || outcome === 'running' ? null : OUTCOME_ICONS[outcome];
  return (
    <li className={cx(styles.row, styles[outcome])} data-step={step} data-outcome={outcome}>
      <StepIcon className={styles.icon} size={20} strokeWidth={1.75} aria-hidden />
      <div className={styles.words}>
        <p className={styles.name}>{t(`step.${step}`)}</p>
        {says ? <p className={styles.says}>{says}</p> : null}
      </div>
      {picture ? <div className={styles.picture}>{picture}</div> : null}
      <span className={styles.outcome}>
        {OutcomeIcon ? <OutcomeIcon size={16} strokeWidth={2.5} aria-hidden /> : null}
        {outcome === 'running' ? <Spinner size={16} /> : null}
        <VisuallyHidden>{t(`outcome.${outcome}`)}</VisuallyHidden>
      </span>
      {children ? <div className={styles.more}>{children}</div> : null}
    </li>
  );
}
