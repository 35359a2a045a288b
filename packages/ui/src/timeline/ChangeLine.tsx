import type { ActorRef, ChangeEntry, TicketState } from '@alongside/contracts';
import { Star } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../app/LocaleProvider.tsx';
import { usePersonName } from '../people/person-name.ts';
import { exactTime, timeOfDay } from '../ticket/time-words.ts';
import styles from './ChangeLine.module.css';
import { recordedText, routingText, type Words } from './recorded-text.ts';

export type ChangeLineProps = {
  entry: ChangeEntry;
  /** Customers read states as whose turn it is. */
  forCustomer: boolean;
  /** The topic's name in the reader's language; the id where it is unknown. */
  topicName: (id: string) => string;
};

/** A changed fact, in one quiet line. */
export const ChangeLine = memo(function ChangeLine({ entry, forCustomer, topicName }: ChangeLineProps) {
  const { t } = useTranslation('ui');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const { change } = entry;
  return (
    <p className={styles.line}>
      <span>{changeText({ t, nameOf, locale }, entry, forCustomer, topicName)}</span>
      {change.what === 'rating' ? <Stars score={change.rating.score} /> : null}
      <time className={styles.time} dateTime={entry.at} title={exactTime(Date.parse(entry.at), locale)}>
        {timeOfDay(Date.parse(entry.at), locale)}
      </time>
      {change.what === 'rating' && change.rating.comment ? (
        <q className={styles.comment}>{change.rating.comment}</q>
      ) : null}
    </p>
  );
});

/** A rating as stars, with words for who does not see them. */
export function Stars({ score, size = 13 }: { score: number; size?: number }) {
  const { t } = useTranslation('ui');
  return (
    <span className={styles.stars} role="img" aria-label={t('change.stars', { score })}>
      {[1, 2, 3, 4, 5].map((star) => (
        <Star key={star} size={size} aria-hidden className={star <= score ? styles.full : styles.hollow} />
      ))}
    </span>
  );
}

function changeText(
  words: Words,
  { by, change }: { by: ActorRef; change: ChangeEntry['change'] },
  forCustomer: boolean,
  topicName: (id: string) => string,
): string {
  const { t, nameOf } = words;
  const name = nameOf(by.name);
  const stateName = (state: TicketState) => t(`${forCustomer ? 'customerState' : 'state'}.${state}`);
  switch (change.what) {
    case 'opened':
      if (forCustomer) return t('change.openedForCustomer');
      if (change.drill) return t('openedDrill');
      return t('change.opened', { name, channel: t(`channel.${change.channel}`) });
    case 'state': {
      if (change.to === 'closed' && by.kind === 'system') return t('change.closedAuto');
      if (change.automatic) return t('change.stateAuto', { from: stateName(change.from), to: stateName(change.to) });
      if (change.to === 'solved') return t('change.solved', { name });
      if (change.to === 'closed') return t('change.closed', { name });
      if (change.from === 'solved' && change.to === 'open') return t('change.reopened', { name });
      return t('change.stateBy', { name, from: stateName(change.from), to: stateName(change.to) });
    }
    case 'priority':
      return change.reason
        ? t('change.priorityWhy', { name, from: change.from, to: change.to, reason: change.reason })
        : t('change.priority', { name, from: change.from, to: change.to });
    case 'topic':
      return change.to === null
        ? t('change.topicCleared', { name, from: change.from === null ? '' : topicName(change.from) })
        : t('change.topicSet', { name, to: topicName(change.to) });
    case 'subject':
      return t('change.subject', { name, to: change.to });
    case 'assignee':
      if (change.routing) return routingText(words, by, change.to, change.routing);
      if (forCustomer && by.kind === 'system')
        return change.to === null ? t('change.lookingForHelp') : t('change.willHelp', { to: nameOf(change.to) });
      if (change.to === null) {
        return change.from === by.name
          ? t('change.released', { name })
          : t('change.unassigned', { name, from: change.from });
      }
      return change.to === by.name ? t('change.took', { name }) : t('change.assigned', { name, to: change.to });
    case 'contact':
      return t('change.contact', { from: nameOf(change.from), to: nameOf(change.to) });
    case 'rating':
      return t('change.rating', { name, count: change.rating.score });
    case 'recorded':
      return recordedText(words, by, change.body);
  }
}
