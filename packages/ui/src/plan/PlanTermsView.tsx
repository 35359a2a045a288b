import { type PlanTerms, PRIORITIES, type SupportChannel } from '@alongside/contracts';
import { BookOpen, Headset, Inbox, Mail, MessageCircle, Video } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../app/LocaleProvider.tsx';
import { PriorityBadge } from '../ticket/TicketBadges.tsx';
import { PlanHoursView } from './PlanHoursView.tsx';
import styles from './PlanTermsView.module.css';
import { hoursOf, promisedTime, promiseSentences } from './plan-words.ts';

const ICONS: Record<SupportChannel, typeof Inbox> = {
  self_service: BookOpen,
  ticket: Inbox,
  email: Mail,
  chat: MessageCircle,
  call: Video,
  manager: Headset,
};

/** What a plan promises, priority by priority, in whole sentences. */
export function PlanPromises({ terms }: { terms: Pick<PlanTerms, 'priorities' | 'hours'> }) {
  const { t } = useTranslation('promise');
  const { t: ui } = useTranslation('ui');
  const { locale } = useLocale();
  const workingDays = (count: number) => t('time.workingDay', { count });
  return (
    <dl className={styles.promises}>
      {PRIORITIES.map((priority) => {
        const promise = terms.priorities[priority];
        const hours = hoursOf(terms, promise);
        const sentences = promiseSentences(promise);
        return (
          <div key={priority} className={styles.promise}>
            <dt className={styles.priority}>
              <PriorityBadge priority={priority} plain />
              {ui(`priority.${priority}`)}
            </dt>
            <dd className={styles.sentences}>
              {sentences.length === 0 ? <span className={styles.nothing}>{t('promise.nothing')}</span> : null}
              {sentences.map(({ key, ms }) => (
                <span key={key}>{t(`promise.${key}`, { time: promisedTime(ms, hours, locale, workingDays) })}</span>
              ))}
              {sentences.length > 0 ? (
                <span className={styles.counted}>
                  {hours ? t('promise.counted', { hours: hours.name[locale] }) : t('promise.countedAlways')}
                </span>
              ) : null}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** The ways to get help a plan opens. */
export function PlanChannels({ terms }: { terms: Pick<PlanTerms, 'channels' | 'callsPerYear'> }) {
  const { t } = useTranslation('promise', { keyPrefix: 'channels' });
  return (
    <ul className={styles.channels}>
      {terms.channels.map((channel) => {
        const Icon = ICONS[channel];
        return (
          <li key={channel} className={styles.channel}>
            <Icon size={17} aria-hidden />
            <span>
              {t(channel)}
              {channel === 'call' ? (
                <span className={styles.quota}>
                  {terms.callsPerYear === null ? t('callsUnlimited') : t('callsPerYear', { count: terms.callsPerYear })}
                </span>
              ) : null}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** A plan as a customer reads it, whole. */
export function PlanTermsView({ terms, timeZone }: { terms: PlanTerms; timeZone?: string }) {
  const { t } = useTranslation('promise');
  const { locale } = useLocale();
  const zh = locale === 'zh-CN';
  return (
    <div className={styles.terms}>
      <Part title={t('promise.title')}>
        <PlanPromises terms={terms} />
      </Part>
      {terms.hours.length > 0 ? (
        <Part title={t('hoursTitle')}>
          {terms.hours.map((hours) => (
            <PlanHoursView key={hours.id} hours={hours} timeZone={timeZone} named={terms.hours.length > 1} />
          ))}
        </Part>
      ) : null}
      <Part title={t('channels.title')}>
        <PlanChannels terms={terms} />
      </Part>
      <Part title={t('urgent.title')}>
        <p>
          {t(terms.urgentByNamedContacts ? 'urgent.named' : 'urgent.everybody')}
          {zh ? '，' : ', '}
          {t(terms.urgentForProduction ? 'urgent.production' : 'urgent.anything')}
        </p>
      </Part>
      {terms.creditTiers.length > 0 ? (
        <Part title={t('credits.title')}>
          <ul className={styles.plain}>
            {terms.creditTiers.map((tier) => (
              <li key={tier.below}>
                {t('credits.tier', {
                  share: new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(
                    tier.below,
                  ),
                  percent: new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 }).format(
                    tier.percent / 100,
                  ),
                })}
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.part}>
      <h3 className={styles.title}>{title}</h3>
      {children}
    </section>
  );
}
