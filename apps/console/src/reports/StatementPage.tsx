import { getStatement, listStatements, type StatementTicket } from '@alongside/contracts';
import {
  ErrorState,
  MonthPicker,
  monthName,
  Skeleton,
  StatementActions,
  StatementView,
  useLocale,
} from '@alongside/ui';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft, Building2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { Page } from '../desk/Page.tsx';
import styles from './StatementPage.module.css';

/** One customer's statement of one month. */
export function StatementPage() {
  const { t } = useTranslation('reports');
  const { locale } = useLocale();
  const { organisationId, month } = useParams({ from: '/reports/statements/$organisationId/$month' });
  const navigate = useNavigate();
  const months = useRoute(listStatements, { params: { organisationId } });
  const found = useRoute(getStatement, { params: { organisationId, month } });
  const statement = found.data?.statement;
  const error = found.error ?? months.error;
  return (
    <Page
      wide
      title={statement?.organisation.name ?? months.data?.organisation.name ?? monthName(month, locale)}
      lead={`${t('statement:title')} · ${monthName(month, locale)}`}
      actions={statement ? <StatementActions organisationId={organisationId} month={month} side="staff" /> : null}
    >
      <div className={styles.tools}>
        <Link to="/reports/statements" search={{ month }} className={styles.back}>
          <ArrowLeft size={16} aria-hidden />
          {t('tab.statements')}
        </Link>
        {months.data ? (
          <MonthPicker
            month={month}
            months={months.data.months.map((each) => each.month)}
            onChange={(chosen) =>
              void navigate({
                to: '/reports/statements/$organisationId/$month',
                params: { organisationId, month: chosen },
              })
            }
          />
        ) : null}
        <Link to="/customers/organisations/$organisationId" params={{ organisationId }} className={styles.back}>
          <Building2 size={16} aria-hidden />
          {t('statements.toOrganisation')}
        </Link>
      </div>
      {error ? (
        <ErrorState
          message={error.message}
          onRetry={() => {
            void months.refetch();
            void found.refetch();
          }}
        />
      ) : statement ? (
        <StatementView statement={statement} ticketLink={ticketLink} />
      ) : (
        <>
          <Skeleton height="7rem" width="100%" />
          <Skeleton lines={6} height="2.5rem" width="100%" />
        </>
      )}
    </Page>
  );
}

function ticketLink({ number }: StatementTicket, name: ReactNode): ReactNode {
  return (
    <Link to="/views/$view/$number" params={{ view: 'all', number: String(number) }} className={styles.ticket}>
      {name}
    </Link>
  );
}
