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
import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { NotFound } from '../NotFound.tsx';
import page from '../page.module.css';
import { usePortal } from '../portal-context.ts';
import { useReply } from '../use-reply.ts';
import styles from './StatementPage.module.css';

/** One month's statement of one's organisation. */
export function StatementPage() {
  const { t } = useTranslation('statements');
  const { locale } = useLocale();
  const { me } = usePortal();
  const navigate = useNavigate();
  const { month } = useParams({ from: '/statements/$month' });
  const organisationId = me.organisation?.id;
  const months = useReply(listStatements, organisationId === undefined ? null : { params: { organisationId } });
  const found = useReply(getStatement, organisationId === undefined ? null : { params: { organisationId, month } });
  const statement = found.data?.statement;
  if (organisationId === undefined || found.error?.code === 'not_found' || found.error?.code === 'invalid_input')
    return <NotFound />;
  return (
    <div className={`${page.page} ${styles.page}`}>
      <Link to="/statements" className={styles.back}>
        <ArrowLeft size={16} aria-hidden />
        {t('title')}
      </Link>
      <header className={styles.head}>
        <div>
          <h1 className={page.title}>{monthName(month, locale)}</h1>
          <p className={page.lead}>
            {t('of', { organisation: statement?.organisation.name ?? me.organisation?.name })}
          </p>
        </div>
        {statement ? <StatementActions organisationId={organisationId} month={month} side="customer" /> : null}
      </header>
      {months.data ? (
        <MonthPicker
          month={month}
          months={months.data.months.map((each) => each.month)}
          onChange={(chosen) => void navigate({ to: '/statements/$month', params: { month: chosen } })}
        />
      ) : null}
      {found.error ? (
        <ErrorState message={found.error.message} onRetry={found.retry} />
      ) : statement ? (
        <StatementView statement={statement} ticketLink={ticketLink} />
      ) : (
        <>
          <Skeleton height="7rem" width="100%" />
          <Skeleton lines={6} height="2.5rem" width="100%" />
        </>
      )}
    </div>
  );
}

function ticketLink({ number }: StatementTicket, name: ReactNode): ReactNode {
  return (
    <Link to="/tickets/$id" params={{ id: String(number) }} className={styles.ticket}>
      {name}
    </Link>
  );
}
