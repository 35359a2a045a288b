import type { EscalationPage, TicketEscalation, TicketView } from '@alongside/contracts';
import { cx, timeOfDay, useLocale, usePersonName, VisuallyHidden } from '@alongside/ui';
import { Check, Mail, Monitor, Smartphone, Webhook } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './EscalationLadder.module.css';
import { isOpen, pagedIn, useEscalations } from './escalations.ts';
import { usePolicyWords } from './policy-words.ts';
import { waitWords } from './wait-words.ts';

/** Beside the conversation: the ticket's last chain, step by step, with what became of every page. */
export function EscalationLadder({ ticketView, className }: { ticketView: TicketView; className?: string }) {
  const { t } = useTranslation('oncall');
  const escalations = useEscalations(ticketView);
  const escalation = escalations.find(isOpen) ?? escalations.find(({ policy }) => policy !== null) ?? escalations[0];
  if (!escalation) return null;
  return (
    <section className={className} aria-labelledby="escalation">
      <h3 id="escalation" className={styles.title}>
        {t('chain.title')}
      </h3>
      <Ladder escalation={escalation} />
    </section>
  );
}

function Ladder({ escalation }: { escalation: TicketEscalation }) {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const words = usePolicyWords();
  const { policy, by, cause, note, steps, step: present, state, endedAt, endedBy, rounds, round } = escalation;
  const time = (at: string) => timeOfDay(Date.parse(at), locale);
  return (
    <div className={styles.chain}>
      <p className={styles.head}>
        {policy
          ? t('page.policy', { policy, cause: t(`ui:recorded.escalation.cause.${cause}`) })
          : note
            ? t('chain.byHandNoted', { name: nameOf(by.name), note })
            : t('chain.byHand', { name: nameOf(by.name) })}
        {rounds > 1 && round > 1 ? ` · ${t('chain.round', { round, rounds })}` : ''}
      </p>
      <ol className={styles.steps}>
        {steps.map((step, index) => {
          const number = index + 1;
          const pages = pagedIn(escalation, number);
          const isDone = pages.length > 0 || number <= present;
          const isCurrent = number === present && isOpen(escalation);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps are known by their place
            <li key={index} className={cx(styles.step, isDone && styles.done, isCurrent && styles.current)}>
              <span className={styles.number} aria-hidden>
                {number}
              </span>
              <div className={styles.body}>
                {pages.length > 0 ? (
                  <>
                    <span className={styles.when}>{time(pages[0]!.at)}</span>
                    <People pages={pages} />
                  </>
                ) : (
                  <>
                    <span>{step.targets.map(words.target).join(locale === 'en' ? ', ' : '、')}</span>
                    {isDone ? <span className={styles.muted}>{t('chain.reachedNobody')}</span> : null}
                  </>
                )}
                {isDone && !isCurrent ? null : (
                  <span className={styles.muted}>{t('chain.waits', { time: waitWords(step.waitMs, locale) })}</span>
                )}
              </div>
            </li>
          );
        })}
      </ol>
      {state === 'running' ? null : (
        <p className={styles.end} data-state={state}>
          {state === 'acknowledged' ? <Check size={15} aria-hidden /> : null}
          {state === 'exhausted'
            ? t('chain.exhausted')
            : state === 'acknowledged'
              ? t('chain.acknowledged', { name: nameOf(endedBy?.name ?? ''), time: endedAt ? time(endedAt) : '' })
              : t('ui:recorded.escalation.stopped', { because: t(`ui:recorded.escalation.because.${state}`) })}
        </p>
      )}
    </div>
  );
}

const CHANNEL_ICONS = { console: Monitor, email: Mail, push: Smartphone, webhook: Webhook };

const CHANNELS: readonly EscalationPage['channel'][] = ['console', 'push', 'email', 'webhook'];

/** Who was paged, and what became of each page. */
function People({ pages }: { pages: readonly EscalationPage[] }) {
  const { t } = useTranslation('oncall');
  const nameOf = usePersonName();
  const byName = new Map<string, EscalationPage[]>();
  for (const page of pages.toSorted((a, b) => CHANNELS.indexOf(a.channel) - CHANNELS.indexOf(b.channel))) {
    const name = page.person ? nameOf(page.person.name) : page.hook || t('channel.webhook');
    byName.set(name, [...(byName.get(name) ?? []), page]);
  }
  return (
    <ul className={styles.people}>
      {[...byName].map(([name, theirs]) => (
        <li key={name} className={styles.person}>
          <span className={styles.name}>{name}</span>
          <span className={styles.channels}>
            {theirs.map((page) => {
              const Icon = CHANNEL_ICONS[page.channel];
              const words = t('chain.delivery', {
                channel: t(`channel.${page.channel}`),
                outcome: page.seenAt ? t('chain.seen') : t(`outcome.${page.outcome ?? 'waiting'}`),
              });
              return (
                <span
                  key={page.id}
                  className={styles.channel}
                  data-outcome={page.outcome ?? 'waiting'}
                  title={page.why ? `${words}: ${t(`ui:recorded.page.why.${page.why}`)}` : words}
                >
                  <Icon size={14} aria-hidden />
                  <VisuallyHidden>{words}</VisuallyHidden>
                </span>
              );
            })}
          </span>
        </li>
      ))}
    </ul>
  );
}
