import { attainmentText, listStatementSummaries } from '@alongside/contracts';
import { Badge, ErrorState, moneyWords, monthName, percentWords, Skeleton, useLocale } from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import rows from '../desk/Rows.module.css';
import { isLead, useSession } from '../session/session.ts';
import styles from './OrganisationStatements.module.css';

const SHOWN = 3;

/** An organisation's latest statements; nothing to those who may not read them, or where nothing was ever agreed. */
export function OrganisationStatements({ organisationId, heading }: { organisationId: string; heading: string }) {
  const { t } = useTranslation('reports');
  const { locale } = useLocale();
  const { me } = useSession();
  const [all, setAll] = useState(false);
  const found = useRoute(listStatementSummaries, { params: { organisationId }, query: {} }, { enabled: isLead(me) });
  if (!isLead(me) || found.data?.summaries.length === 0) return null;
  const summaries = found.data?.summaries.slice(0, all ? undefined : SHOWN);
  return (
    <section>
      <h2 className={heading}>{t('tab.statements')}</h2>
      {found.isError ? (
        <ErrorState compact message={found.error.message} onRetry={() => void found.refetch()} />
      ) : !summaries ? (
        <Skeleton lines={SHOWN} height="2.25rem" width="100%" />
      ) : (
        <ul className={rows.rows}>
          {summaries.map(({ month, provisional, attainment, credits }) => (
            <li key={month}>
              <Link
                to="/reports/statements/$organisationId/$month"
                params={{ organisationId, month }}
                className={rows.row}
              >
                <span className={rows.main}>
                  <span className={rows.name}>{monthName(month, locale)}</span>
                  <span className={rows.sub}>
                    {credits.percent === 0
                      ? t('statements.noCredits')
                      : `${t('statement:credits')} ${
                          credits.amount ? moneyWords(credits.amount, locale) : percentWords(credits.percent / 100)
                        }`}
                  </span>
                </span>
                {provisional ? <Badge tone="warning">{t('statements.running')}</Badge> : null}
                <span className={styles.share}>{attainmentText(attainment)}</span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {found.data && !all && found.data.summaries.length > SHOWN ? (
        <button type="button" className={styles.more} onClick={() => setAll(true)}>
          {t('more')}
        </button>
      ) : null}
    </section>
  );
}
