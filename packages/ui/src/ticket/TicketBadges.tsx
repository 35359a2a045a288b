import type { Priority, TicketState } from '@alongside/contracts';
import { useTranslation } from 'react-i18next';
import { cx } from '../app/cx.ts';
import { Tooltip } from '../base/Tooltip.tsx';
import styles from './TicketBadges.module.css';

/** P0–P3. `plain` leaves out the tooltip, for use inside lists of options. */
export function PriorityBadge({
  priority,
  plain = false,
  withName = false,
}: {
  priority: Priority;
  plain?: boolean;
  withName?: boolean;
}) {
  const { t } = useTranslation('ui');
  const badge = (
    <span className={styles.priorityRow}>
      <span className={cx(styles.priority, styles[priority])}>{priority}</span>
      {withName ? <span>{t(`priority.${priority}`)}</span> : null}
    </span>
  );
  return plain || withName ? badge : <Tooltip label={t(`priority.${priority}`)}>{badge}</Tooltip>;
}

/**
 * Where a ticket stands, as a sign and a word.
 * @param forCustomer the words a customer understands: whose turn it is
 */
export function StateBadge({
  state,
  forCustomer = false,
  compact = false,
}: {
  state: TicketState;
  forCustomer?: boolean;
  compact?: boolean;
}) {
  const { t } = useTranslation('ui');
  const label = t(`${forCustomer ? 'customerState' : 'state'}.${state}`);
  return (
    <span className={cx(styles.state, styles[state])}>
      <StateSign state={state} />
      <span className={compact ? styles.hidden : undefined}>{label}</span>
    </span>
  );
}

// The signs differ in shape, not only in colour.
function StateSign({ state }: { state: TicketState }) {
  return (
    <svg className={styles.sign} width="14" height="14" viewBox="0 0 14 14" fill="none" aria-hidden="true">
      {state === 'open' ? <circle cx="7" cy="7" r="4.75" /> : null}
      {state === 'waiting_for_customer' ? (
        <>
          <circle cx="7" cy="7" r="4.75" />
          <path d="M7 4.4 V7 L8.8 8.2" />
        </>
      ) : null}
      {state === 'on_hold' ? <path d="M5 3.5 V10.5 M9 3.5 V10.5" /> : null}
      {state === 'solved' ? <path d="M3 7.4 L6 10.2 L11 4" /> : null}
      {state === 'closed' ? <path d="M2.5 7.4 L5 10 L9 4.6 M8 10 L12 4.6" /> : null}
    </svg>
  );
}
