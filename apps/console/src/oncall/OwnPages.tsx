import { acknowledgeEscalation, acknowledgeTestPage, listMyPages, type RingingPage } from '@alongside/contracts';
import { Button, PriorityBadge, RelativeTime, useToast } from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useChange, useRoute } from '../data/queries.ts';
import styles from './NowTab.module.css';
import { usePageWords } from './page-words.ts';

/** Pages for oneself that nobody has acknowledged. */
export function OwnPages() {
  const { t } = useTranslation('oncall');
  const words = usePageWords();
  const pages = useRoute(listMyPages, {}).data?.pages ?? [];
  const { acknowledge, isPending } = useAcknowledge();
  if (pages.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby="own-pages">
      <h2 id="own-pages" className={styles.heading}>
        {t('own.pages')}
      </h2>
      <ul className={styles.rows}>
        {pages.map((page) => (
          <li key={page.id} className={styles.row}>
            {page.ticket ? <PriorityBadge priority={page.ticket.priority} /> : null}
            <span className={styles.rowMain}>
              <span className={styles.rowName}>{words.title(page)}</span>
              <span className={styles.muted}>
                {words.why(page)}
                {' · '}
                <RelativeTime at={page.at} />
              </span>
            </span>
            <Button size="sm" variant="primary" busy={isPending} onClick={() => acknowledge(page)}>
              {t('page.acknowledge')}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Takes a page upon oneself and goes to what it is about. */
export function useAcknowledge(): { acknowledge: (page: RingingPage) => void; isPending: boolean } {
  const { t } = useTranslation('oncall');
  const toast = useToast();
  const navigate = useNavigate();
  const ticket = useChange(acknowledgeEscalation, [listMyPages]);
  const test = useChange(acknowledgeTestPage, [listMyPages]);
  const onError = (error: { message: string }) => toast.show({ tone: 'error', message: error.message });
  return {
    isPending: ticket.isPending || test.isPending,
    acknowledge(page) {
      const about = page.ticket;
      if (about) {
        const params = { view: 'all', number: String(about.number) };
        ticket.mutate(
          { params: { id: about.id }, body: {} },
          { onError, onSuccess: () => void navigate({ to: '/views/$view/$number', params }) },
        );
        return;
      }
      test.mutate(
        { params: { id: page.escalationId }, body: {} },
        { onError, onSuccess: () => toast.show({ tone: 'success', message: t('page.testArrived') }) },
      );
    },
  };
}
