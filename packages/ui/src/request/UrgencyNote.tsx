import type { OwnPlan } from '@alongside/contracts';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../app/LocaleProvider.tsx';
import { durationWords } from '../clock/clock-words.ts';
import styles from './UrgencyNote.module.css';
import type { UrgencyOffer } from './urgency-offer.ts';

/** Asks whether production is concerned where that decides, and says what the plan makes of it. Never a refusal. */
export function UrgencyNote({
  plan,
  offer,
  production,
  onProduction,
}: {
  plan: OwnPlan;
  offer: UrgencyOffer;
  production: boolean;
  onProduction: (production: boolean) => void;
}) {
  const { t } = useTranslation('ui', { keyPrefix: 'request' });
  const { locale } = useLocale();
  const hintId = useId();
  const firstResponseMs = plan.terms.priorities[offer.offered].targetsMs.first_response;
  return (
    <div className={styles.note}>
      {offer.dependsOnProduction ? (
        <label className={styles.production}>
          <input
            type="checkbox"
            checked={production}
            aria-describedby={hintId}
            onChange={(event) => onProduction(event.target.checked)}
          />
          <span>
            <span className={styles.word}>{t('urgency.production')}</span>
            <span id={hintId} className={styles.hint}>
              {t('urgency.productionHint')}
            </span>
          </span>
        </label>
      ) : null}
      <div role="status">
        {offer.reason === null ? null : (
          <div className={styles.offer}>
            <p className={styles.word}>
              {t('offer.title', { word: t(`urgency.${offer.offered}`), priority: offer.offered })}
            </p>
            <p>
              {t(`offer.reason.${offer.reason}`, { plan: plan.terms.name[locale], asked: offer.asked })}
              {locale === 'zh-CN' ? '' : ' '}
              {firstResponseMs === undefined
                ? t('offer.noTime')
                : t('offer.time', { time: durationWords(firstResponseMs, locale, { days: false }) })}
            </p>
            <p className={styles.hint}>{t('offer.still', { asked: offer.asked })}</p>
          </div>
        )}
      </div>
    </div>
  );
}
