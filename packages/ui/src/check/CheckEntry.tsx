import type { ActorRef, TicketEventOf } from '@alongside/contracts';
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { cx } from '../app/cx.ts';
import { useLocale } from '../app/LocaleProvider.tsx';
import { usePersonName } from '../people/person-name.ts';
import { exactTime, timeOfDay } from '../ticket/time-words.ts';
import styles from './CheckEntry.module.css';
import { useCheckText } from './check-text.ts';
import { OPERATOR_REASONS, reasonWords } from './check-words.ts';

/** Reasons shown in the timeline; all of them stand behind the link. */
const SHOWN = 4;

const ICONS = { ready: CircleCheck, degraded: TriangleAlert, blocked: CircleX };

export type CheckEntryProps = { by: ActorRef; at: string; body: TicketEventOf<'check.attached'> };

/** The result of a pre-call check in a ticket's timeline. */
export function CheckEntry({ by, at, body }: CheckEntryProps) {
  const t = useCheckText();
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const Icon = ICONS[body.verdict];
  const reasons = body.reasons.filter(({ code }) => !OPERATOR_REASONS.has(code)).slice(0, SHOWN);
  return (
    <article className={styles.entry} data-verdict={body.verdict}>
      <p className={styles.head}>
        <Icon size={18} aria-hidden className={cx(styles.icon, styles[body.verdict])} />
        <b className={styles.title}>{t(`entry.${body.verdict}`)}</b>
        <time className={styles.time} dateTime={at} title={exactTime(Date.parse(at), locale)}>
          {timeOfDay(Date.parse(at), locale)}
        </time>
      </p>
      {reasons.length > 0 ? (
        <ul className={styles.reasons}>
          {reasons.map((reason) => (
            <li key={`${reason.code} ${reason.about}`}>{reasonWords(t, reason, locale).title}</li>
          ))}
        </ul>
      ) : null}
      <p className={styles.foot}>
        <a href={`/check/${body.checkId}`} target="_blank" rel="noreferrer">
          {t('entry.open')}
        </a>
        <span>{by.kind === 'system' ? t('entry.asked') : t('entry.by', { name: nameOf(by.name) })}</span>
      </p>
    </article>
  );
}
