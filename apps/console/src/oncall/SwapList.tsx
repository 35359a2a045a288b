import { answerSwap, listSwaps, type ShiftSwap, withdrawSwap } from '@alongside/contracts';
import { Avatar, Button, useLocale, usePersonName, useToast } from '@alongside/ui';
import { useTranslation } from 'react-i18next';
import { useChange, useRoute } from '../data/queries.ts';
import { useSession } from '../session/session.ts';
import { ON_CALL_ROUTES } from './live.ts';
import styles from './NowTab.module.css';
import { stretchWords } from './shift-words.ts';

/** Swaps that wait for an answer; nothing while there are none. */
export function SwapList() {
  const { t } = useTranslation('oncall');
  const swaps = useRoute(listSwaps, {}).data?.swaps ?? [];
  if (swaps.length === 0) return null;
  return (
    <section className={styles.section} aria-labelledby="swaps">
      <h2 id="swaps" className={styles.heading}>
        {t('swap.waiting')}
      </h2>
      <ul className={styles.rows}>
        {swaps.map((swap) => (
          <SwapRow key={swap.id} swap={swap} />
        ))}
      </ul>
    </section>
  );
}

function SwapRow({ swap }: { swap: ShiftSwap }) {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const { me } = useSession();
  const nameOf = usePersonName();
  const toast = useToast();
  const answer = useChange(answerSwap, ON_CALL_ROUTES);
  const withdraw = useChange(withdrawSwap, ON_CALL_ROUTES);
  const onError = (error: { message: string }) => toast.show({ tone: 'error', message: error.message });
  const names = { asker: nameOf(swap.asker.name), colleague: nameOf(swap.colleague.name) };
  const isMine = swap.asker.id === me.id;
  const isForMe = swap.colleague.id === me.id;
  const reply = (accept: boolean) => answer.mutate({ params: { id: swap.id }, body: { accept } }, { onError });
  return (
    <li className={styles.row}>
      <Avatar id={swap.asker.id} name={swap.asker.name} kind="staff" size={32} />
      <span className={styles.rowMain}>
        <span className={styles.rowName}>
          {t(isMine ? 'swap.lineMine' : isForMe ? 'swap.lineForMe' : 'swap.line', names)}
        </span>
        <span className={styles.muted}>
          {swap.rotationName}
          {' · '}
          {stretchWords(swap, locale)}
        </span>
        {swap.back ? (
          <span className={styles.muted}>{t('swap.inReturn', { time: stretchWords(swap.back, locale) })}</span>
        ) : null}
        {swap.note ? <q className={styles.muted}>{swap.note}</q> : null}
      </span>
      <span className={styles.rowActions}>
        {isForMe ? (
          <>
            <Button size="sm" variant="primary" busy={answer.isPending} onClick={() => reply(true)}>
              {t('swap.accept')}
            </Button>
            <Button size="sm" disabled={answer.isPending} onClick={() => reply(false)}>
              {t('swap.decline')}
            </Button>
          </>
        ) : null}
        {isMine ? (
          <Button
            size="sm"
            busy={withdraw.isPending}
            onClick={() => withdraw.mutate({ params: { id: swap.id }, body: {} }, { onError })}
          >
            {t('swap.withdraw')}
          </Button>
        ) : null}
      </span>
    </li>
  );
}
