import { type Api, ApiError } from '@alongside/client';
import { attachCheck, type Check, getCheck, type Me, type Workspace } from '@alongside/contracts';
import { Button, CheckResult, CheckView, EmptyState, exactTime, Spinner, useCheckText, useLocale } from '@alongside/ui';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import open from '../OpenPage.module.css';
import { OpenPageTop } from '../OpenPage.tsx';
import styles from './CheckPage.module.css';
import type { CheckAddress } from './check-address.ts';

export type CheckPageProps = { api: Api; workspace: Workspace; me: Me | null; address: CheckAddress };

/** The pre-call check, or the result of one; without an account. */
export function CheckPage({ api, workspace, me, address }: CheckPageProps) {
  const { checkId, ask, ticketId } = address;
  const send = useCallback(
    async ({ id }: Check) => {
      if (ticketId === null) {
        location.assign(`/portal/new?check=${id}`);
        return;
      }
      await api.call(attachCheck, { params: { id }, body: { ticketId } });
      location.assign(`/portal/tickets/${ticketId}`);
    },
    [api, ticketId],
  );
  return (
    <div className={open.page}>
      <OpenPageTop workspace={workspace} />
      <main className={styles.main}>
        {checkId === null ? (
          <CheckView api={api} ask={ask} onSend={me ? send : undefined} />
        ) : (
          <KeptCheck api={api} id={checkId} />
        )}
      </main>
    </div>
  );
}

/** A result, for whoever has its link. */
function KeptCheck({ api, id }: { api: Api; id: string }): ReactNode {
  const t = useCheckText();
  const { locale } = useLocale();
  const [check, setCheck] = useState<Check | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const over = new AbortController();
    api.call(getCheck, { params: { id } }, { signal: over.signal }).then(
      (reply) => setCheck(reply.check),
      (thrown: unknown) => {
        if (over.signal.aborted || !(thrown instanceof ApiError)) return;
        setProblem(thrown.status === 404 || thrown.status === 422 ? '' : thrown.message);
      },
    );
    return () => over.abort();
  }, [api, id]);
  const again = (
    <Button variant="primary" onClick={() => location.assign('/check')}>
      {t('runYours')}
    </Button>
  );
  if (problem !== null)
    return (
      <EmptyState picture="search" title={problem || t('gone')} action={again}>
        {null}
      </EmptyState>
    );
  if (!check)
    return (
      <div className={styles.waiting}>
        <Spinner size={28} />
      </div>
    );
  const time = (instant: string) => exactTime(Date.parse(instant), locale);
  return (
    <CheckResult
      report={check.report}
      verdict={check.verdict}
      actions={again}
      about={
        <>
          {t('at', { time: time(check.createdAt) })}{' '}
          {check.expiresAt ? t('until', { time: time(check.expiresAt) }) : null}
        </>
      }
    />
  );
}
