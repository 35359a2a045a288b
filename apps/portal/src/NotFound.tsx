import { Button, EmptyState } from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

/** An address that leads nowhere. */
export function NotFound() {
  const { t } = useTranslation('portal');
  const navigate = useNavigate();
  return (
    <EmptyState
      picture="search"
      title={t('notFound.title')}
      titleAs="h1"
      action={
        <Button variant="primary" onClick={() => void navigate({ to: '/' })}>
          {t('notFound.home')}
        </Button>
      }
    >
      {t('notFound.text')}
    </EmptyState>
  );
}
