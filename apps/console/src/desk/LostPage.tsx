import { EmptyState } from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/** An address that leads nowhere. */
export function LostPage() {
  const { t } = useTranslation('console');
  return (
    <EmptyState picture="search" title={t('lost.title')} titleAs="h1">
      <Link to="/views/$view" params={{ view: 'queue' }}>
        {t('lost.back')}
      </Link>
    </EmptyState>
  );
}
