import { type Contract, getContract } from '@alongside/contracts';
import { Badge, Button, EmptyState, ErrorState, moneyWords, Skeleton, useLocale, usePersonName } from '@alongside/ui';
import { FileSignature, Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';
import { ContractDialog } from './ContractDialog.tsx';
import { ContractHistory } from './ContractHistory.tsx';
import styles from './ContractSection.module.css';
import { instantDateWords } from './date-words.ts';

/** What is agreed with an organisation: the plan, since when, for how much, who may raise what, and what was used. */
export function ContractSection({ organisationId, heading }: { organisationId: string; heading: string }) {
  const { t } = useTranslation('plans', { keyPrefix: 'contract' });
  const { locale } = useLocale();
  const found = useRoute(getContract, { params: { id: organisationId } });
  const [editing, setEditing] = useState(false);
  const agreed = found.data;
  return (
    <section>
      <div className={styles.head}>
        <h2 className={heading}>{t('title')}</h2>
        {agreed?.maySet && agreed.contract ? (
          <Button size="sm" icon={<Pencil size={14} aria-hidden />} onClick={() => setEditing(true)}>
            {t('change')}
          </Button>
        ) : null}
      </div>
      {found.isLoadingError ? (
        <ErrorState compact message={found.error.message} onRetry={() => void found.refetch()} />
      ) : agreed === undefined ? (
        <Skeleton lines={4} />
      ) : (
        <div className={styles.body}>
          {agreed.contract ? (
            <Facts contract={agreed.contract} usage={agreed.usage} showsFee={agreed.maySet} plan={agreed.plan} />
          ) : (
            <EmptyState
              compact
              picture="people"
              title={t('none')}
              action={
                agreed.maySet ? (
                  <Button icon={<FileSignature size={16} aria-hidden />} onClick={() => setEditing(true)}>
                    {t('set')}
                  </Button>
                ) : undefined
              }
            >
              {t('noneHint', { plan: agreed.plan.name[locale] })}
            </EmptyState>
          )}
          {agreed.scheduled ? (
            <p className={styles.scheduled}>
              <Badge tone="warning">{t('scheduled')}</Badge>{' '}
              {agreed.scheduled.contract
                ? t('scheduledPlan', {
                    date: instantDateWords(agreed.scheduled.validFrom, agreed.scheduled.contract.timeZone, locale),
                    plan: agreed.scheduled.contract.planName[locale],
                  })
                : t('scheduledEnd', {
                    date: instantDateWords(agreed.scheduled.validFrom, agreed.contract?.timeZone ?? 'UTC', locale),
                  })}
            </p>
          ) : null}
          {agreed.history.length > 0 ? <ContractHistory history={agreed.history} /> : null}
          {agreed.maySet ? (
            <ContractDialog
              open={editing}
              organisationId={organisationId}
              contract={agreed.contract}
              basedOn={agreed.version}
              onClose={() => setEditing(false)}
            />
          ) : null}
        </div>
      )}
    </section>
  );
}

function Facts({
  contract,
  usage,
  plan,
  showsFee,
}: {
  contract: Contract;
  usage: { year: { from: string; to: string }; callsUsed: number; callsPerYear: number | null } | null;
  plan: { urgentByNamedContacts: boolean };
  showsFee: boolean;
}) {
  const { t } = useTranslation('plans', { keyPrefix: 'contract' });
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const day = (instant: string) => instantDateWords(instant, contract.timeZone, locale);
  return (
    <dl className={styles.facts}>
      <div>
        <dt>{t('plan')}</dt>
        <dd className={styles.plan}>{contract.planName[locale]}</dd>
      </div>
      <div>
        <dt>{t('since')}</dt>
        <dd>{day(contract.validFrom)}</dd>
      </div>
      {usage ? (
        <>
          <div>
            <dt>{t('year')}</dt>
            <dd>{t('yearSpan', { from: day(usage.year.from), to: day(lastMoment(usage.year.to)) })}</dd>
          </div>
          <div>
            <dt>{t('calls')}</dt>
            <dd>
              {usage.callsPerYear === null
                ? t('callsUnlimited', { used: usage.callsUsed })
                : t('callsUsed', { used: usage.callsUsed, total: usage.callsPerYear })}
              {usage.callsPerYear === null || usage.callsPerYear === 0 ? null : (
                <meter
                  className={styles.meter}
                  min={0}
                  max={usage.callsPerYear}
                  high={usage.callsPerYear * 0.8}
                  value={Math.min(usage.callsUsed, usage.callsPerYear)}
                  aria-label={t('calls')}
                />
              )}
            </dd>
          </div>
        </>
      ) : null}
      {showsFee ? (
        <div>
          <dt>{t('fee')}</dt>
          <dd>{contract.monthlyFee ? moneyWords(contract.monthlyFee, locale) : t('noFee')}</dd>
        </div>
      ) : null}
      <div>
        <dt>{t('timeZone')}</dt>
        <dd>{contract.timeZone.replaceAll('_', ' ')}</dd>
      </div>
      <div>
        <dt>{t('manager')}</dt>
        <dd>{contract.manager?.name || t('noManager')}</dd>
      </div>
      <div>
        <dt>{t('namedContacts')}</dt>
        <dd>
          {contract.namedContacts.map(({ name }) => nameOf(name)).join(locale === 'zh-CN' ? '、' : ', ') ||
            t(plan.urgentByNamedContacts ? 'nobodyNamed' : 'nobodyNamedNeeded')}
        </dd>
      </div>
    </dl>
  );
}

/** The year is half-open; people name its last day. */
function lastMoment(end: string): string {
  return new Date(Date.parse(end) - 1).toISOString();
}
