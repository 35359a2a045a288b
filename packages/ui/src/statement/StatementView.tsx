import { attainmentText, PRIORITIES, type Statement, type StatementTicket, TARGETS } from '@alongside/contracts';
import { CalendarClock } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../app/LocaleProvider.tsx';
import { LogoMark } from '../app/Logo.tsx';
import { PriorityBadge } from '../ticket/TicketBadges.tsx';
import { StatementTargets } from './StatementTargets.tsx';
import styles from './StatementView.module.css';
import { moneyWords, monthName, percentWords, wallWords, zoneName } from './statement-words.ts';

/** Makes of a ticket's name the way to it. */
export type TicketLink = (ticket: StatementTicket, name: ReactNode) => ReactNode;

/** What was promised in a month and what was kept, whole. Printed, it is alone on the paper. */
export function StatementView({ statement, ticketLink }: { statement: Statement; ticketLink: TicketLink }) {
  const { t } = useTranslation('statement');
  const { locale } = useLocale();
  const { month, timeZone, organisation, issuer, provisional, madeUpTo, from, to } = statement;
  const date = (instant: string) => wallWords(instant, timeZone, locale).date;
  const until = wallWords(madeUpTo, timeZone, locale);
  return (
    <article className={styles.paper} aria-label={`${t('title')}, ${organisation.name}, ${monthName(month, locale)}`}>
      <header className={styles.printHead}>
        <p className={styles.issuer}>
          <LogoMark size={18} /> {issuer}
          <span className={styles.kind}>{t('title')}</span>
        </p>
        <p className={styles.organisation}>{organisation.name}</p>
        <p className={styles.month}>{monthName(month, locale)}</p>
      </header>
      <p className={styles.period}>
        <span>{t('period', { from: date(from), to: date(new Date(Date.parse(to) - 1).toISOString()) })}</span>
        <span>{t('zone', { zone: zoneName(timeZone, locale) })}</span>
      </p>
      {provisional ? (
        <p className={styles.provisional}>
          <CalendarClock size={18} aria-hidden />
          {t('provisional', { time: `${until.date} ${until.time}` })}
        </p>
      ) : null}
      <Figures statement={statement} />
      <Matrix statement={statement} />
      <Tiers statement={statement} />
      <Exclusions statement={statement} ticketLink={ticketLink} />
      <StatementTargets statement={statement} ticketLink={ticketLink} />
      <section className={styles.section}>
        <h2 className={styles.heading}>{t('counted')}</h2>
        <ul className={styles.rules}>
          {(['month', 'final', 'used', 'credits'] as const).map((rule) => (
            <li key={rule}>{t(`rules.${rule}`)}</li>
          ))}
        </ul>
      </section>
    </article>
  );
}

/** The three things one wants to know, large. */
function Figures({ statement: { attainment, credits, contract } }: { statement: Statement }) {
  const { t } = useTranslation('statement');
  const { locale } = useLocale();
  const { overall } = attainment;
  const owed = credits.percent > 0;
  const why = owed
    ? t('ofFee', { percent: percentWords(credits.percent / 100) })
    : credits.tiers.length === 0
      ? t('noTiers')
      : overall.total === 0
        ? t('nothingDue')
        : t('creditsUndue');
  return (
    <dl className={styles.figures}>
      <div className={styles.figure}>
        <dt>{t('attainment')}</dt>
        <dd>
          <strong className={styles.value}>{attainmentText(overall)}</strong>
          <AttainmentBar met={overall.met} total={overall.total} />
          <span className={styles.more}>{overall.total === 0 ? t('nothingDue') : t('metOf', overall)}</span>
        </dd>
      </div>
      <div className={styles.figure} data-owed={owed || undefined}>
        <dt>{t('credits')}</dt>
        <dd>
          <strong className={styles.value}>
            {!owed
              ? t('noCredits')
              : credits.amount
                ? moneyWords(credits.amount, locale)
                : percentWords(credits.percent / 100)}
          </strong>
          <span className={styles.more}>{why}</span>
        </dd>
      </div>
      <div className={styles.figure}>
        <dt>{t('plan')}</dt>
        <dd>
          <strong className={styles.value}>{contract ? contract.planName[locale] : t('noContract')}</strong>
          <span className={styles.more}>
            {contract
              ? contract.monthlyFee
                ? t('fee', { amount: moneyWords(contract.monthlyFee, locale) })
                : t('noFee')
              : null}
          </span>
        </dd>
      </div>
    </dl>
  );
}

/** A share as a line; the words beside it say it too. */
export function AttainmentBar({ met, total }: { met: number; total: number }) {
  const share = total === 0 ? 0 : met / total;
  return (
    <svg className={styles.bar} viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect width="100" height="4" className={total === 0 ? styles.barNone : styles.barMissed} />
      {total === 0 ? null : <rect width={share * 100} height="4" className={styles.barMet} />}
    </svg>
  );
}

/** Attainment by priority and target. */
function Matrix({ statement: { attainment } }: { statement: Statement }) {
  const { t } = useTranslation('statement');
  const { cells, byPriority, byTarget, overall } = attainment;
  if (overall.total === 0) return null;
  // What nothing was due of is left out: on a narrow screen its room is wanted.
  const targets = TARGETS.filter((target) => byTarget.some((count) => count.target === target && count.total > 0));
  const rows = PRIORITIES.map((priority) => ({
    priority,
    cells: targets.map((target) => cells.find((cell) => cell.priority === priority && cell.target === target)),
    all: byPriority.find((count) => count.priority === priority),
  })).filter(({ all }) => all !== undefined && all.total > 0);
  return (
    <section className={styles.section}>
      <h2 className={styles.heading}>{t('matrix')}</h2>
      <div className={styles.scroll}>
        <table className={styles.matrix}>
          <thead>
            <tr>
              <th scope="col">{t('priority')}</th>
              {targets.map((target) => (
                <th scope="col" key={target}>
                  {t(`targetNames.${target}`)}
                </th>
              ))}
              <th scope="col">{t('overall')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ priority, cells: ofPriority, all }) => (
              <tr key={priority}>
                <th scope="row">
                  <PriorityBadge priority={priority} plain />
                </th>
                {ofPriority.map((cell, index) => (
                  <ShareCell key={targets[index]} count={cell} />
                ))}
                <ShareCell count={all} strong />
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('overall')}</th>
              {targets.map((target) => (
                <ShareCell key={target} count={byTarget.find((count) => count.target === target)} strong />
              ))}
              <ShareCell count={overall} strong />
            </tr>
          </tfoot>
        </table>
      </div>
    </section>
  );
}

function ShareCell({ count, strong = false }: { count: { met: number; total: number } | undefined; strong?: boolean }) {
  const { t } = useTranslation('statement');
  if (!count || count.total === 0)
    return (
      <td className={styles.empty}>
        <span aria-hidden>–</span>
        <span className={styles.hidden}>{t('none')}</span>
      </td>
    );
  const { met, total } = count;
  return (
    <td data-missed={met < total || undefined}>
      <span className={strong ? styles.strong : undefined}>{attainmentText(count)}</span>{' '}
      <span className={styles.of}>
        {met}/{total}
      </span>
    </td>
  );
}

/** What was agreed to be owed, and which of it applies. */
function Tiers({ statement: { credits, contract } }: { statement: Statement }) {
  const { t } = useTranslation('statement');
  const { locale } = useLocale();
  if (credits.tiers.length === 0 || !contract) return null;
  return (
    <section className={styles.section}>
      <h2 className={styles.heading}>{t('tiers')}</h2>
      <p className={styles.hint}>{t('tiersHint')}</p>
      <ul className={styles.tiers}>
        {credits.tiers.map(({ below, percent }) => {
          const isReached = credits.percent === percent;
          return (
            <li key={below} className={styles.tier} data-reached={isReached || undefined}>
              <span className={styles.bound}>{t('tierBelow', { below: percentWords(below) })}</span>
              <span>{t('ofFee', { percent: percentWords(percent / 100) })}</span>
              {isReached ? (
                <span className={styles.reached}>
                  {t('tierReached')}
                  {credits.amount ? <strong>{moneyWords(credits.amount, locale)}</strong> : null}
                </span>
              ) : null}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Exclusions({ statement, ticketLink }: { statement: Statement; ticketLink: TicketLink }) {
  const { t } = useTranslation('statement');
  const { locale } = useLocale();
  if (statement.exclusions.length === 0) return null;
  return (
    <section className={styles.section}>
      <h2 className={styles.heading}>{t('exclusions')}</h2>
      <p className={styles.hint}>{t('exclusionsHint')}</p>
      <ul className={styles.exclusions}>
        {statement.exclusions.map(({ ticket, because, at, note, targets }) => (
          <li key={ticket.id} className={styles.exclusion}>
            <span className={styles.exclusionTicket}>
              {ticketLink(ticket, `#${ticket.number}`)} <span className={styles.subject}>{ticket.subject}</span>
            </span>
            <span className={styles.exclusionWhy}>
              {t('excludedAt', {
                reason: t(`because.${because}`),
                date: wallWords(at, statement.timeZone, locale).date,
              })}
              {' · '}
              {t('targets', { count: targets })}
            </span>
            {note ? <span className={styles.note}>{note}</span> : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
