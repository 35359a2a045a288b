import { attachCheck } from '@alongside/contracts';
import { cx, RequestForm, useClient, useToast } from '@alongside/ui';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import page from './page.module.css';
import { usePortal } from './portal-context.ts';

/** Asks for help. */
export function NewRequest() {
  const { t } = useTranslation('portal');
  const { workspace } = usePortal();
  const navigate = useNavigate();
  const { api } = useClient();
  const toast = useToast();

  /** A check it came from goes along; the request is there either way. */
  async function open(id: string): Promise<void> {
    const checkId = new URLSearchParams(location.search).get('check');
    if (checkId)
      await api
        .call(attachCheck, { params: { id: checkId }, body: { ticketId: id } })
        .catch((thrown: Error) => toast.show({ tone: 'error', message: thrown.message }));
    await navigate({ to: '/tickets/$id', params: { id } });
  }

  return (
    <div className={cx(page.page, page.narrow)}>
      <div>
        <h1 className={page.title}>{t('new.title')}</h1>
        <p className={page.lead}>{t('new.lead')}</p>
      </div>
      <RequestForm topics={workspace.topics} channel="portal" onOpened={(id) => void open(id)} />
    </div>
  );
}
