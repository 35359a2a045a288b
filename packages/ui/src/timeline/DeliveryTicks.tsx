import type { Delivery } from '@alongside/client';
import { Check, CheckCheck, CircleAlert, Clock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './DeliveryTicks.module.css';

export type DeliveryState = Delivery | 'sending' | 'queued' | 'failed';

/** How far a message got. Shapes differ, the colour only underlines. */
export function DeliveryTicks({ state, title }: { state: DeliveryState; title?: string }) {
  const { t } = useTranslation('ui');
  const label = t(`delivery.${state}`);
  const Icon =
    state === 'failed'
      ? CircleAlert
      : state === 'sending' || state === 'queued'
        ? Clock
        : state === 'sent'
          ? Check
          : CheckCheck;
  return (
    <span className={`${styles.ticks} ${styles[state] ?? ''}`} role="img" aria-label={label} title={title ?? label}>
      <Icon size={14} strokeWidth={2.25} aria-hidden />
    </span>
  );
}
