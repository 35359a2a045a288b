import type { Statement, StatementRow } from '@alongside/contracts';
import { Check, Minus, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../app/LocaleProvider.tsx';
import { SegmentedControl } from '../base/SegmentedControl.tsx';
import { durationWords } from '../clock/clock-words.ts';
import { PriorityBadge } from '../ticket/TicketBadges.tsx';
import styles from './StatementTargets.module.css';
import type { TicketLink } from './StatementView.tsx';
import { wallWords } from './statement-words.ts';

type Shown = 'all' | StatementRow['outcome'];

/** Every target that was decided, with its due and actual instant. */
export function StatementTargets({ statement, ticketLink }: { statement: Statement; ticketLink: TicketLink }) {
  const { t } = useTranslation('statement');
  const [shown, setShown] = useState<Shown>('all');
  const { rows, timeZone, contract } = statement;
  const count = (outcome: Shown) =>
    outcome === 'all' ? rows.length : rows.filter((row) => row.outcome === outcome).length;
  const choices = (['all', 'met', 'breached', 'excluded'] as const).filter(
    (outcome) => outcome === 'all' || count(outcome) > 0,
  );
  const visible = shown === 'all' ? rows : rows.filter(({ outcome }) => outcome === shown);
  return (
    <section className={styles.section}>
      <header className={styles.head}>
        <h2 className={styles.heading}>{t('decided')}</h2>
        {choices.length > 2 ? (
          <SegmentedControl
            size="sm"
            label={t('show')}
            value={shown}
            onChange={setShown}
            options={choices.map((value) => ({
              value,
              label: `${value === 'all' ? t('all') : t(`outcomes.${value}`)} ${count(value)}`,
            }))}
          />
        ) : null}
      </header>
      {rows.length === 0 ? (
        <p className={styles.none}>{t('noTargets')}</p>
      ) : visible.length === 0 ? (
        <p className={styles.none}>{t('noneSuch')}</p>
      ) : (
        <table className={styles.table}>
          <thead>
            <tr>
              {(['ticket', 'target', 'start', 'due', 'actual', 'used', 'outcome'] as const).map((column) => (
                <th key={column} scope="col">
                  {t(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {visible.map((row) => (
              <Row
                key={`${row.ticket.id} ${row.cycleId}`}
                row={row}
                timeZone={timeZone}
                planName={contract?.planName.en ?? null}
                ticketLink={ticketLink}
              />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Row({
  row,
  timeZone,
  planName,
  ticketLink,
}: {
  row: StatementRow;
  timeZone: string;
  /** That of the contract, in English: another one is named. */
  planName: string | null;
  ticketLink: TicketLink;
}) {
  const { t } = useTranslation('statement');
  const { locale } = useLocale();
  const { ticket, priority, target, plan, outcome, because, usedMs, budgetMs, pausedMs, pauses } = row;
  return (
    <tr className={styles.row}>
      <td className={styles.ticket}>
        <span className={styles.number}>
          {ticketLink(ticket, `#${ticket.number}`)} <PriorityBadge priority={priority} plain />
        </span>
        <span className={styles.subject}>{ticket.subject}</span>
      </td>
      <td className={styles.target}>
        {t(`targetNames.${target}`)}
        {plan.name.en === planName ? null : (
          <span className={styles.sub}>{t('byPlan', { plan: plan.name[locale] })}</span>
        )}
      </td>
      <Moment label={t('start')} instant={row.startAt} timeZone={timeZone} />
      <Moment label={t('due')} instant={row.dueAt} timeZone={timeZone} />
      <Moment label={t('actual')} instant={row.actualAt} timeZone={timeZone} />
      <td className={styles.used} data-label={t('used')}>
        <span>
          {t('usedOf', {
            used: durationWords(usedMs, locale, { days: false }),
            budget: durationWords(budgetMs, locale, { days: false }),
          })}
        </span>
        {pausedMs > 0 ? (
          <details className={styles.pauses}>
            <summary>{t('paused', { time: durationWords(pausedMs, locale) })}</summary>
            <ul>
              {pauses.map(({ from, to, reason }) => (
                <li key={from}>
                  {t('pause', {
                    from: momentText(from, timeZone, locale),
                    to: momentText(to, timeZone, locale),
                    reason: t(`pauseReason.${reason}`),
                  })}
                </li>
              ))}
            </ul>
          </details>
        ) : null}
      </td>
      <td className={styles.outcome}>
        <span className={styles.sign} data-outcome={outcome}>
          {outcome === 'met' ? (
            <Check size={14} aria-hidden />
          ) : outcome === 'breached' ? (
            <X size={14} aria-hidden />
          ) : (
            <Minus size={14} aria-hidden />
          )}
          {t(`outcomes.${outcome}`)}
        </span>
        {because ? <span className={styles.sub}>{t(`because.${because}`)}</span> : null}
      </td>
    </tr>
  );
}

function Moment({ label, instant, timeZone }: { label: string; instant: string | null; timeZone: string }) {
  const { t } = useTranslation('statement');
  const { locale } = useLocale();
  if (instant === null)
    return (
      <td className={styles.moment} data-label={label}>
        <span className={styles.sub}>{t('notYet')}</span>
      </td>
    );
  const { date, time } = wallWords(instant, timeZone, locale);
  return (
    <td className={styles.moment} data-label={label}>
      <time dateTime={instant} title={instant}>
        <span className={styles.date}>{date}</span> <span className={styles.sub}>{time}</span>
      </time>
    </td>
  );
}

function momentText(instant: string, timeZone: string, locale: 'en' | 'zh-CN'): string {
  const { date, time } = wallWords(instant, timeZone, locale);
  return `${date} ${time}`;
}
