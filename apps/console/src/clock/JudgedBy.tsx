import type { TicketHead } from '@alongside/contracts';
import { useLocale } from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { isLead, useSession } from '../session/session.ts';
import styles from './JudgedBy.module.css';
import type { ToldClock } from './use-told-clock.ts';

/** By which version of which plan and calendar a ticket is judged. Leads look into them. */
export function JudgedBy({ ticket, told }: { ticket: TicketHead; told: ToldClock }) {
  const { t } = useTranslation('clock');
  const { locale } = useLocale();
  const { me } = useSession();
  const last = told.cycles.at(-1)?.planVersionId;
  const plan = told.plans.find(({ versionId }) => versionId === (ticket.clock?.plan.versionId ?? last));
  const used = new Set(
    told.cycles.filter(({ planVersionId }) => planVersionId === plan?.versionId).map((c) => c.calendarId),
  );
  const calendars = told.calendars.filter(({ id }) => used.has(id));
  const version = (n: number) => <span className={styles.version}>{t('why.version', { version: n })}</span>;
  return (
    <dl className={styles.root}>
      {plan ? (
        <div>
          <dt>{t('why.plan')}</dt>
          <dd>
            {isLead(me) ? (
              <Link
                to="/settings/$section/$item"
                params={{ section: 'plans', item: plan.planId }}
                className={styles.link}
              >
                {plan.name[locale]}
              </Link>
            ) : (
              plan.name[locale]
            )}
            {version(plan.version)}
          </dd>
        </div>
      ) : null}
      {used.size > 0 ? (
        <div>
          <dt>{t('why.calendar')}</dt>
          {calendars.map((calendar) => (
            <dd key={calendar.id}>
              {calendar.name[locale]}
              {version(calendar.version)}
            </dd>
          ))}
          {used.has(null) ? <dd>{t('why.roundTheClock')}</dd> : null}
        </div>
      ) : null}
    </dl>
  );
}
