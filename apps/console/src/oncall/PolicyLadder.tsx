import type { EscalationPolicyContent, PageTarget, TriedStep } from '@alongside/contracts';
import { useLocale, usePersonName } from '@alongside/ui';
import { CalendarClock, type LucideIcon, Sparkles, User, Users, Webhook } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './PolicyLadder.module.css';
import { usePolicyWords } from './policy-words.ts';
import { waitWords } from './wait-words.ts';

/** What a target looks like. */
export const TARGET_ICONS: Record<PageTarget['kind'], LucideIcon> = {
  person: User,
  rotation: CalendarClock,
  default_rotation: CalendarClock,
  skill: Sparkles,
  everyone: Users,
  webhook: Webhook,
};

/** A policy's chain, read from top to bottom: whom it pages, how long it waits, what then. */
export function PolicyLadder({
  content,
  tried,
}: {
  content: EscalationPolicyContent;
  /** Whom each step would page now; null until asked. */
  tried: readonly TriedStep[] | null;
}) {
  const { t } = useTranslation('oncall');
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const words = usePolicyWords();
  const { steps, delayMs, repeats } = content;
  return (
    <ol className={styles.ladder}>
      <li className={styles.begin}>
        {delayMs === 0 ? t('ladder.atOnce') : t('ladder.after', { time: waitWords(delayMs, locale) })}
      </li>
      {steps.map((step, index) => {
        const reached = tried?.[index];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps are known by their place
          <li key={index} className={styles.step}>
            <span className={styles.number} aria-hidden>
              {index + 1}
            </span>
            <div className={styles.body}>
              <span className={styles.targets}>
                {step.targets.map((target) => {
                  const Icon = TARGET_ICONS[target.kind];
                  return (
                    <span key={JSON.stringify(target)} className={styles.target}>
                      <Icon size={14} aria-hidden />
                      {words.target(target)}
                    </span>
                  );
                })}
              </span>
              {reached ? (
                <span className={styles.reached} data-nobody={isNobody(reached) || undefined}>
                  {isNobody(reached)
                    ? t('ladder.reachesNobody')
                    : t('ladder.reaches', {
                        people: new Intl.ListFormat(locale, { type: 'unit' }).format([
                          ...reached.people.map(({ name }) => nameOf(name)),
                          ...reached.hooks,
                        ]),
                      })}
                </span>
              ) : null}
              <span className={styles.wait}>{t('ladder.wait', { time: waitWords(step.waitMs, locale) })}</span>
            </div>
          </li>
        );
      })}
      <li className={styles.end}>{repeats > 0 ? t('ladder.repeats', { count: repeats }) : t('ladder.exhausted')}</li>
    </ol>
  );
}

function isNobody({ people, hooks }: TriedStep): boolean {
  return people.length + hooks.length === 0;
}
