import { getOwnPlan, type OwnPlan } from '@alongside/contracts';
import {
  Avatar,
  Badge,
  ErrorState,
  PlanChannels,
  PlanHoursView,
  PlanPromises,
  percentWords,
  Skeleton,
  useLocale,
  usePersonName,
} from '@alongside/ui';
import { Link } from '@tanstack/react-router';
import { ArrowRight, ShieldCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import page from '../page.module.css';
import { usePortal } from '../portal-context.ts';
import { useReply } from '../use-reply.ts';
import styles from './PlanPage.module.css';
import { WhoToTurnTo } from './WhoToTurnTo.tsx';

/** What one's own plan promises, in plain words and in one's own time. */
export function PlanPage() {
  const { t } = useTranslation('plan', { keyPrefix: 'own' });
  const { data, error, retry } = useReply(getOwnPlan, {});
  return (
    <div className={page.page}>
      {error ? (
        <ErrorState titleAs="h1" message={error.message} onRetry={retry} />
      ) : data ? (
        <Plan plan={data.plan} />
      ) : (
        <>
          <h1 className={page.title}>{t('title')}</h1>
          <Skeleton lines={8} />
        </>
      )}
    </div>
  );
}

function Plan({ plan }: { plan: OwnPlan }) {
  const { t } = useTranslation('plan', { keyPrefix: 'own' });
  const { t: promise } = useTranslation('promise');
  const { locale } = useLocale();
  const { terms, contract } = plan;
  return (
    <>
      <header>
        <p className={styles.kicker}>{t('title')}</p>
        <h1 className={page.title}>{terms.name[locale]}</h1>
        <p className={page.lead}>{terms.summary[locale]}</p>
        {contract ? (
          <p className={styles.year}>
            {t('year', {
              from: dayWords(contract.year.from, contract.timeZone, locale),
              to: dayWords(lastMoment(contract.year.to), contract.timeZone, locale),
            })}
          </p>
        ) : null}
      </header>
      <Part title={promise('promise.title')}>
        <PlanPromises terms={terms} />
        <Urgent plan={plan} />
      </Part>
      <div className={styles.columns}>
        {terms.hours.length > 0 ? (
          <Part title={promise('hoursTitle')}>
            {terms.hours.map((hours) => (
              <PlanHoursView key={hours.id} hours={hours} named={terms.hours.length > 1} showsNow />
            ))}
          </Part>
        ) : null}
        <Part title={promise('channels.title')}>
          <PlanChannels terms={terms} />
          <CallsLeft plan={plan} />
        </Part>
      </div>
      <WhoToTurnTo plan={plan} />
      {contract ? <People contract={contract} byNamed={terms.urgentByNamedContacts} /> : null}
      {terms.creditTiers.length > 0 ? (
        <Part title={promise('credits.title')}>
          <ul>
            {terms.creditTiers.map((tier) => (
              <li key={tier.below}>
                {promise('credits.tier', {
                  share: percentWords(tier.below),
                  percent: percentWords(tier.percent / 100),
                })}
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
      <Link to="/plan/choose" className={styles.choose}>
        <span>
          <strong>{t('choose')}</strong>
          <span className={styles.chooseHint}>{t('chooseHint')}</span>
        </span>
        <ArrowRight size={18} aria-hidden />
      </Link>
    </>
  );
}

function Urgent({ plan: { terms, mayRaiseUrgent, urgent } }: { plan: OwnPlan }) {
  const { t } = useTranslation('plan', { keyPrefix: 'own' });
  const { reason, offered } = urgent.P0.production;
  const isOpen = reason === null;
  // Where nothing is promised for P0 at all, the list above says so.
  if (reason === 'priority_not_in_plan') return null;
  return (
    <p className={isOpen ? styles.may : styles.mayNot}>
      {isOpen ? <ShieldCheck size={18} aria-hidden /> : <TriangleAlert size={18} aria-hidden />}
      <span>
        {isOpen && mayRaiseUrgent
          ? t(terms.urgentForProduction ? 'mayForProduction' : 'may')
          : t('mayNot', { offered })}
      </span>
    </p>
  );
}

function CallsLeft({ plan: { terms, callsLeft, callsUsed, contract } }: { plan: OwnPlan }) {
  const { t } = useTranslation('plan', { keyPrefix: 'own' });
  const { locale } = useLocale();
  if (!terms.channels.includes('call') || !contract) return null;
  if (callsLeft === null) return <p className={styles.calls}>{t('callsUsed', { count: callsUsed })}</p>;
  const total = terms.callsPerYear ?? 0;
  return (
    <div className={styles.calls}>
      <p>
        <strong>{t('callsLeft', { count: callsLeft })}</strong>
        {locale === 'zh-CN' ? '' : ' '}
        {t('callsOf', { used: callsUsed, total })}
      </p>
      {total > 0 && total <= 24 ? (
        <span className={styles.dots} aria-hidden>
          {Array.from({ length: total }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the calls have no identity and never move
            <span key={index} className={index < callsUsed ? styles.used : styles.left} />
          ))}
        </span>
      ) : null}
    </div>
  );
}

function People({ contract, byNamed }: { contract: NonNullable<OwnPlan['contract']>; byNamed: boolean }) {
  const { t } = useTranslation('plan', { keyPrefix: 'own' });
  const { me } = usePortal();
  const nameOf = usePersonName();
  if (!byNamed) return null;
  return (
    <Part title={t('named')}>
      {contract.namedContacts.length === 0 ? <p className={styles.muted}>{t('nobodyNamed')}</p> : null}
      <ul className={styles.people}>
        {contract.namedContacts.map(({ id, name }) => (
          <li key={id} className={styles.person}>
            <Avatar id={id} name={name} size={32} />
            <span>{nameOf(name)}</span>
            {id === me.id ? <Badge tone="accent">{t('you')}</Badge> : null}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.part}>
      <h2 className={styles.title}>{title}</h2>
      {children}
    </section>
  );
}

/** The year is half-open; people name its last day. */
function lastMoment(end: string): string {
  return new Date(Date.parse(end) - 1).toISOString();
}

function dayWords(instant: string, timeZone: string, locale: string): string {
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'long', timeZone }).format(
    new Date(instant),
  );
}
