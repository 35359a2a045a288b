import type { KnownError } from '@alongside/contracts';
import { listKnownErrors } from '@alongside/contracts';
import { Badge, Button, EmptyState, ErrorState, inEither, Skeleton, TextField, useLocale } from '@alongside/ui';
import { Download, Plus, Search, Upload } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../data/api.ts';
import { useRoute } from '../data/queries.ts';
import rows from '../desk/Rows.module.css';
import styles from './CatalogueSettings.module.css';
import { exportKnownErrors } from './export.ts';
import { ImportDialog } from './ImportDialog.tsx';
import { KnownErrorDialog } from './KnownErrorDialog.tsx';

const PAGE_SIZE = 50;

/** What the codes of one's product mean: searched, written, imported. */
export function CatalogueSettings() {
  const { t } = useTranslation('catalogue');
  const { locale } = useLocale();
  const [query, setQuery] = useState('');
  const [offset, setOffset] = useState(0);
  const [edited, setEdited] = useState<KnownError | 'new' | null>(null);
  const [importing, setImporting] = useState(false);
  const [exporting, setExporting] = useState(false);
  const searched = useDeferredValue(query.trim());
  const found = useRoute(listKnownErrors, { query: { query: searched, offset } }, { keepPrevious: true });

  async function exportAll(): Promise<void> {
    setExporting(true);
    try {
      await exportKnownErrors(api);
    } finally {
      setExporting(false);
    }
  }

  const dialogs = (
    <>
      {edited ? <KnownErrorDialog entry={edited === 'new' ? null : edited} onClose={() => setEdited(null)} /> : null}
      {importing ? <ImportDialog onClose={() => setImporting(false)} /> : null}
    </>
  );
  if (found.isLoadingError)
    return <ErrorState compact message={found.error.message} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton lines={5} height="2.75rem" width="100%" />;
  const { entries, total } = found.data;
  const add = (
    <Button variant="primary" icon={<Plus size={16} aria-hidden />} onClick={() => setEdited('new')}>
      {t('add')}
    </Button>
  );
  const bringIn = (
    <Button icon={<Upload size={16} aria-hidden />} onClick={() => setImporting(true)}>
      {t('import')}
    </Button>
  );
  if (total === 0 && searched === '')
    return (
      <>
        <EmptyState
          picture="search"
          title={t('empty')}
          action={
            <div className={styles.buttons}>
              {bringIn}
              {add}
            </div>
          }
        >
          {t('emptyHint')}
        </EmptyState>
        {dialogs}
      </>
    );
  return (
    <>
      <div className={rows.toolbar}>
        <div className={rows.grow}>
          <TextField
            label={t('search')}
            hideLabel
            type="search"
            placeholder={t('search')}
            icon={<Search size={16} aria-hidden />}
            value={query}
            onChange={(event) => {
              setQuery(event.target.value);
              setOffset(0);
            }}
          />
        </div>
        <div className={`${styles.buttons} ${styles.atStart}`}>
          <Button icon={<Download size={16} aria-hidden />} busy={exporting} onClick={() => void exportAll()}>
            {t('export')}
          </Button>
          {bringIn}
          {add}
        </div>
      </div>
      <p className={styles.count} role="status">
        {t('count', { count: total })}
      </p>
      {entries.length === 0 ? <EmptyState picture="search" title={t('none', { query: searched })} /> : null}
      <ul className={rows.rows}>
        {entries.map((entry) => (
          <li key={entry.id}>
            <button type="button" className={styles.row} onClick={() => setEdited(entry)}>
              <span className={rows.main}>
                <span className={styles.name}>
                  <code className={styles.code}>{entry.code}</code>
                  {entry.component}
                  {entry.audience === 'team' ? <Badge>{t('teamOnly')}</Badge> : null}
                </span>
                <span className={rows.sub}>{inEither(entry.meaning, locale)}</span>
              </span>
              <span className={rows.side}>{entry.affectedVersions}</span>
            </button>
          </li>
        ))}
      </ul>
      {total > PAGE_SIZE ? (
        <nav className={styles.pages} aria-label={t('pages')}>
          <Button disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE_SIZE))}>
            {t('before')}
          </Button>
          <span>{t('range', { from: offset + 1, to: Math.min(total, offset + PAGE_SIZE), total })}</span>
          <Button disabled={offset + PAGE_SIZE >= total} onClick={() => setOffset(offset + PAGE_SIZE)}>
            {t('after')}
          </Button>
        </nav>
      ) : null}
      {dialogs}
    </>
  );
}
