import { getOnCallSchedule, listRotations, type OnCallRotation, type RotationSchedule } from '@alongside/contracts';
import { byPerson } from '@alongside/desk';
import {
  Avatar,
  Badge,
  Button,
  EmptyState,
  ErrorState,
  Skeleton,
  useLocale,
  useNow,
  usePersonName,
} from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { ArrowRight, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { useSession } from '../session/session.ts';
import styles from './NowTab.module.css';
import { OwnPages } from './OwnPages.tsx';
import { SwapDialog, type SwappedShift } from './SwapDialog.tsx';
import { SwapList } from './SwapList.tsx';
import { instantWords, lengthWords, stretchWords, zoneWords } from './shift-words.ts';

const DAY_MS = 86_400_000;
/** How far one's own shifts are looked for. */
const AHEAD_MS = 62 * DAY_MS;
const SHIFTS_SHOWN = 4;

/** Who is on call now and next, one's own next shifts, and what waits for oneself. */
export function NowTab() {
  const { t } = useTranslation('oncall');
  const rotations = useRoute(listRotations, {});
  if (rotations.isPending) return <Skeleton lines={4} height="4rem" width="100%" />;
  if (rotations.isError)
    return <ErrorState message={rotations.error.message} onRetry={() => void rotations.refetch()} />;
  const { rotations: all, mayEdit } = rotations.data;
  return (
    <>
      <OwnPages />
      <SwapList />
      {all.length === 0 ? (
        <EmptyState
          picture="people"
          title={t('now.none')}
          action={
            mayEdit ? (
              <Link to="/on-call/$tab" params={{ tab: 'rotations' }} className={styles.link}>
                {t('now.makeFirst')}
                <ArrowRight size={15} aria-hidden />
              </Link>
            ) : null
          }
        >
          {t('now.noneHint')}
        </EmptyState>
      ) : (
        <>
          <ul className={styles.cards}>
            {all.map((rotation) => (
              <RotationCard key={rotation.id} rotation={rotation} />
            ))}
          </ul>
          <OwnShifts />
        </>
      )}
    </>
  );
}

function RotationCard({ rotation }: { rotation: OnCallRotation }) {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const { me } = useSession();
  const nameOf = usePersonName();
  const nowMs = useNow();
  const { now, next, current } = rotation;
  return (
    <li className={styles.card} data-gap={now === null || undefined}>
      <header className={styles.cardHead}>
        <h2 className={styles.cardName}>{current.content.name}</h2>
        {rotation.isDefault ? <Badge>{t('rotation.default')}</Badge> : null}
        <span className={styles.zone}>{zoneWords(current.content.tz, locale, nowMs)}</span>
      </header>
      {now ? (
        <div className={styles.present}>
          <Avatar id={now.person.id} name={now.person.name} kind="staff" size={56} />
          <div className={styles.texts}>
            <span className={styles.name}>
              {now.person.id === me.id ? t('person.me', { name: nameOf(now.person.name) }) : nameOf(now.person.name)}
            </span>
            <span className={styles.muted}>
              {t('now.until', { time: instantWords(now.to, nowMs, locale) })}
              {' · '}
              {t('now.left', { time: lengthWords(Date.parse(now.to) - nowMs, locale) })}
            </span>
          </div>
        </div>
      ) : (
        <p className={styles.gap}>
          <TriangleAlert size={18} aria-hidden />
          {t('now.nobody')}
        </p>
      )}
      <div className={styles.next}>
        <span className={styles.nextLabel}>{t('now.next')}</span>
        {next ? (
          <>
            <Avatar id={next.person.id} name={next.person.name} kind="staff" size={24} />
            <span className={styles.nextName}>
              {next.person.id === me.id ? t('person.me', { name: nameOf(next.person.name) }) : nameOf(next.person.name)}
            </span>
            <span className={styles.muted}>{t('now.from', { time: instantWords(next.from, nowMs, locale) })}</span>
          </>
        ) : (
          <span className={styles.muted}>{t('now.noNext')}</span>
        )}
      </div>
    </li>
  );
}

/** One's own shifts to come, each of which one may ask a colleague to take. */
function OwnShifts() {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const { me } = useSession();
  const nowMs = useNow();
  const [swapping, setSwapping] = useState<SwappedShift | null>(null);
  // Whole hours: a query of its own every 15 s would never come out of the cache.
  const fromMs = Math.floor(nowMs / 3_600_000) * 3_600_000;
  const schedule = useRoute(
    getOnCallSchedule,
    { query: { from: new Date(fromMs).toISOString(), to: new Date(fromMs + AHEAD_MS).toISOString() } },
    { keepPrevious: true },
  );
  const shifts = schedule.data?.rotations.flatMap((rotation) => ownShifts(rotation, me.id, nowMs)) ?? [];
  const inOrder = shifts.toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from)).slice(0, SHIFTS_SHOWN);
  return (
    <section className={styles.section} aria-labelledby="own-shifts">
      <h2 id="own-shifts" className={styles.heading}>
        {t('own.shifts')}
      </h2>
      {schedule.isPending ? (
        <Skeleton lines={2} height="2.25rem" width="100%" />
      ) : schedule.isError ? (
        <ErrorState compact message={schedule.error.message} onRetry={() => void schedule.refetch()} />
      ) : inOrder.length === 0 ? (
        <p className={styles.muted}>{t('own.noShifts')}</p>
      ) : (
        <ul className={styles.rows}>
          {inOrder.map((shift) => {
            const isNow = Date.parse(shift.from) <= nowMs;
            return (
              <li key={`${shift.rotationId} ${shift.from}`} className={styles.row}>
                <span className={styles.rowMain}>
                  <span className={styles.rowName}>{stretchWords(shift, locale)}</span>
                  <span className={styles.muted}>
                    {shift.rotationName}
                    {' · '}
                    {isNow ? t('own.now') : t('own.in', { time: lengthWords(Date.parse(shift.from) - nowMs, locale) })}
                  </span>
                </span>
                <Button size="sm" onClick={() => setSwapping(shift)}>
                  {t('swap.ask')}
                </Button>
              </li>
            );
          })}
        </ul>
      )}
      <SwapDialog shift={swapping} schedule={schedule.data ?? null} onClose={() => setSwapping(null)} />
    </section>
  );
}

function ownShifts(
  { rotationId, name, tz, shifts }: RotationSchedule,
  personId: string,
  nowMs: number,
): SwappedShift[] {
  return byPerson(shifts)
    .filter((turn) => turn.personId === personId && Date.parse(turn.to) > nowMs)
    .map(({ from, to }) => ({ rotationId, rotationName: name, tz, from, to }));
}
