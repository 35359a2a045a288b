import { newId } from '@alongside/client';
import {
  addHolidayFeed,
  deleteHolidayFeed,
  type HolidayFeed,
  listCalendars,
  listHolidayFeeds,
  refreshHolidayFeed,
  type SupportCalendar,
} from '@alongside/contracts';
import { AlertDialog, Button, ErrorState, IconButton, Skeleton, TextField, useLocale } from '@alongside/ui';
import { RotateCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldError, formError, useChange, useRoute } from '../data/queries.ts';
import { momentWords } from './date-words.ts';
import styles from './HolidaySources.module.css';

/** The addresses a calendar's holidays are kept up to date from, how their last reading went, and one more. */
export function HolidayFeeds({
  calendarId,
  onFollowed,
}: {
  calendarId: string;
  onFollowed: (calendar: SupportCalendar) => void;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'feeds' });
  const found = useRoute(listHolidayFeeds, { params: { id: calendarId } });
  const add = useChange(addHolidayFeed, [listHolidayFeeds, listCalendars]);
  const refresh = useChange(refreshHolidayFeed, [listHolidayFeeds, listCalendars]);
  const remove = useChange(deleteHolidayFeed, [listHolidayFeeds]);
  const [id, setId] = useState(newId);
  const [address, setAddress] = useState('');
  const [leaving, setLeaving] = useState<HolidayFeed | null>(null);
  const isEmpty = address.trim() === '';

  function follow(): void {
    if (isEmpty) return;
    add.mutate(
      { params: { id: calendarId }, body: { id, address } },
      {
        onSuccess: ({ calendar }) => {
          setId(newId());
          setAddress('');
          onFollowed(calendar);
        },
      },
    );
  }

  if (found.isError) return <ErrorState compact message={found.error.message} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton lines={2} />;
  return (
    <div className={styles.feeds}>
      {found.data.feeds.map((feed) => (
        <Feed
          key={feed.id}
          feed={feed}
          busy={refresh.isPending && refresh.variables.params.feedId === feed.id}
          onRefresh={() =>
            refresh.mutate(
              { params: { id: calendarId, feedId: feed.id }, body: {} },
              { onSuccess: ({ calendar }) => onFollowed(calendar) },
            )
          }
          onRemove={() => setLeaving(feed)}
        />
      ))}
      <div className={styles.add}>
        <TextField
          label={t('address')}
          hideLabel
          type="url"
          placeholder="https://example.com/holidays.ics"
          value={address}
          error={fieldError(add.error, 'address') ?? formError(add.error, ['address'])}
          onChange={(event) => setAddress(event.target.value)}
          onKeyDown={(event) => {
            // The form around is the calendar's.
            if (event.key !== 'Enter') return;
            event.preventDefault();
            follow();
          }}
        />
        <Button busy={add.isPending} disabled={isEmpty} onClick={follow}>
          {t('follow')}
        </Button>
      </div>
      <AlertDialog
        open={leaving !== null}
        title={t('leaveTitle')}
        description={t('leaveHint')}
        confirmLabel={t('leave')}
        busy={remove.isPending}
        onCancel={() => setLeaving(null)}
        onConfirm={() =>
          remove.mutate({ params: { id: calendarId, feedId: leaving!.id } }, { onSuccess: () => setLeaving(null) })
        }
      />
    </div>
  );
}

function Feed({
  feed,
  busy,
  onRefresh,
  onRemove,
}: {
  feed: HolidayFeed;
  busy: boolean;
  onRefresh: () => void;
  onRemove: () => void;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'feeds' });
  const { locale } = useLocale();
  const name = feed.name ?? feed.address;
  return (
    <div className={styles.feed}>
      <div className={styles.feedName}>{name}</div>
      <span className={styles.buttons}>
        <IconButton
          size="sm"
          label={t('refresh', { name })}
          icon={<RotateCw size={15} aria-hidden />}
          disabled={busy}
          onClick={onRefresh}
        />
        <IconButton
          size="sm"
          label={t('remove', { name })}
          icon={<Trash2 size={15} aria-hidden />}
          onClick={onRemove}
        />
      </span>
      {feed.name === null ? null : <div className={styles.address}>{feed.address}</div>}
      <p className={styles.state}>
        {feed.readAt === null
          ? t('neverRead')
          : t('read', { count: feed.dayCount, at: momentWords(feed.readAt, locale) })}
      </p>
      {feed.failure ? (
        <p className={styles.failure} role="status">
          {t('failed', {
            at: momentWords(feed.triedAt ?? feed.addedAt, locale),
            reason: t(`failure.${feed.failure.reason}`),
          })}
          {feed.failure.detail ? <> ({feed.failure.detail})</> : null}
        </p>
      ) : null}
    </div>
  );
}
