import type { MyPages } from '@alongside/contracts';
import { Button, useToast } from '@alongside/ui';
import { CalendarDays, Copy } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './MyPagesTab.module.css';

/** Secret addresses under which calendar programs follow shifts. */
export function CalendarAddresses({ calendars }: { calendars: MyPages['calendars'] }) {
  const { t } = useTranslation('oncall');
  return (
    <section className={styles.section} aria-labelledby="calendars">
      <h2 id="calendars" className={styles.heading}>
        {t('calendar.title')}
      </h2>
      <p className={styles.muted}>{t('calendar.hint')}</p>
      <ul className={styles.rows}>
        {calendars.map((calendar) => (
          <li key={calendar.rotationId ?? 'own'} className={styles.row}>
            <CalendarDays size={18} aria-hidden />
            <span className={styles.grow}>{calendar.name}</span>
            <CopyAddress calendar={calendar} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Copies one address. */
export function CopyAddress({ calendar }: { calendar: MyPages['calendars'][number] }) {
  const { t } = useTranslation('oncall');
  const toast = useToast();
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(calendar.url);
      toast.show({ tone: 'success', message: t('calendar.copied', { name: calendar.name }) });
    } catch {
      // Clipboards are for pages over TLS and on this machine only.
      toast.show({ tone: 'info', message: calendar.url, timeoutMs: 30_000 });
    }
  }
  return (
    <Button
      size="sm"
      icon={<Copy size={14} aria-hidden />}
      aria-label={t('calendar.copyOf', { name: calendar.name })}
      onClick={() => void copy()}
    >
      {t('calendar.copy')}
    </Button>
  );
}
