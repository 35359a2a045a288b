import { routeAddress } from '@alongside/client';
import { downloadStatementCsv, downloadStatementPdf, type Month } from '@alongside/contracts';
import { Printer } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Button } from '../base/Button.tsx';
import { DownloadLink } from '../base/DownloadLink.tsx';
import styles from './StatementActions.module.css';
import { monthName } from './statement-words.ts';

/** Where a statement is as a file. @param side for whom the page speaks: a link carries no header that says it */
export function statementAddress(
  { organisationId, month, kind }: { organisationId: string; month: Month; kind: 'csv' | 'pdf' },
  locale: 'en' | 'zh-CN',
  side: 'staff' | 'customer',
): string {
  const route = kind === 'csv' ? downloadStatementCsv : downloadStatementPdf;
  return routeAddress(route.path, { organisationId, month }, { locale, as: side });
}

/** A statement to take along: as PDF, as CSV, on paper. */
export function StatementActions({
  organisationId,
  month,
  side,
}: {
  organisationId: string;
  month: Month;
  side: 'staff' | 'customer';
}) {
  const { t } = useTranslation('statement');
  const { locale } = useLocale();
  const named = { month: monthName(month, locale) };
  return (
    <div className={styles.actions}>
      <DownloadLink
        href={statementAddress({ organisationId, month, kind: 'pdf' }, locale, side)}
        label={t('downloadPdfOf', named)}
      >
        {t('downloadPdf')}
      </DownloadLink>
      <DownloadLink
        href={statementAddress({ organisationId, month, kind: 'csv' }, locale, side)}
        label={t('downloadCsvOf', named)}
      >
        {t('downloadCsv')}
      </DownloadLink>
      <Button icon={<Printer size={15} aria-hidden />} onClick={() => window.print()}>
        {t('print')}
      </Button>
    </div>
  );
}
