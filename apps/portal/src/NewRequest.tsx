import { cx, RequestForm } from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import page from './page.module.css';
import { usePortal } from './portal-context.ts';

/** Asks for help. */
export function NewRequest() {
  const { t } = useTranslation('portal');
  const { workspace } = usePortal();
  const navigate = useNavigate();
  return (
    <div className={cx(page.page, page.narrow)}>
      <div>
        <h1 className={page.title}>{t('new.title')}</h1>
        <p className={page.lead}>{t('new.lead')}</p>
      </div>
      <RequestForm
        topics={workspace.topics}
        channel="portal"
        onOpened={(id) => void navigate({ to: '/tickets/$id', params: { id } })}
      />
    </div>
  );
}
