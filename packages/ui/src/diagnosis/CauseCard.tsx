import { type Cause, type Finding, streamName, wordsOf } from '@alongside/diagnosis';
import { CircleAlert, CircleDot, OctagonAlert } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocale } from '../app/LocaleProvider.tsx';
import { SegmentedControl } from '../base/SegmentedControl.tsx';
import styles from './CauseCard.module.css';
import { momentWords } from './moments.ts';

const ICONS = { critical: OctagonAlert, major: CircleAlert, minor: CircleDot } as const;
const WHOM = ['endUser', 'developer', 'operator'] as const;

export type CauseCardProps = {
  cause: Cause;
  fromMs: number;
  clock: 'wall' | 'relative';
  selected: Finding | null;
  onSelect(finding: Finding | null): void;
};

/** One cause: what is wrong, when, how sure, what it brought about, what to ask and what to do. */
export function CauseCard({ cause, fromMs, clock, selected, onSelect }: CauseCardProps) {
  const { t } = useTranslation('diagnosis');
  const { locale } = useLocale();
  const [whom, setWhom] = useState<(typeof WHOM)[number]>('endUser');
  const title = useId();
  const { finding, repeats, effects } = cause;
  const words = wordsOf(finding, locale);
  const Icon = ICONS[finding.severity];
  const moment = (one: Finding) => {
    const begin = momentWords(one.fromMs, fromMs, clock, locale);
    const end = momentWords(one.toMs, fromMs, clock, locale);
    return begin === end ? begin : `${begin} – ${end}`;
  };
  const when = (one: Finding) => (
    <button
      type="button"
      className={styles.when}
      aria-pressed={one === selected}
      title={t('show')}
      onClick={() => onSelect(one === selected ? null : one)}
    >
      {moment(one)}
    </button>
  );
  return (
    <section className={styles.card} data-severity={finding.severity} aria-labelledby={title}>
      <header className={styles.head}>
        <Icon size={20} aria-hidden className={styles.icon} />
        <h3 id={title} className={styles.title}>
          {words.title}
        </h3>
        <span className={styles.severity}>{t(`severity.${finding.severity}`)}</span>
        <span className={styles.sure}>{t('sure', { percent: Math.round(finding.confidence * 100) })}</span>
      </header>
      <p className={styles.says}>
        {words.says} {when(finding)}
        {repeats.length > 0 ? (
          <span className={styles.repeats}>
            {t('again', { count: repeats.length })}{' '}
            {repeats.slice(0, 6).map((one) => (
              <span key={`${one.fromMs} ${one.subject.trackId}`} className={styles.repeat}>
                {streamName(one.subject, locale)} {when(one)}
              </span>
            ))}
          </span>
        ) : null}
      </p>
      {effects.length > 0 ? (
        <div className={styles.effects}>
          <h4 className={styles.small}>{t('effects')}</h4>
          <ul>
            {effects.map((effect) => (
              <li key={`${effect.rule} ${effect.fromMs} ${effect.subject.trackId}`}>
                {wordsOf(effect, locale).says} {when(effect)}
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <div className={styles.next}>
        <div>
          <h4 className={styles.small}>{t('ask')}</h4>
          <ul>
            {words.questions.map((question) => (
              <li key={question}>{question}</li>
            ))}
          </ul>
        </div>
        <div>
          <div className={styles.whom}>
            <h4 className={styles.small}>{t('do')}</h4>
            <SegmentedControl
              size="sm"
              label={t('do')}
              value={whom}
              onChange={setWhom}
              options={WHOM.filter((one) => words.remedy[one].length > 0).map((one) => ({
                value: one,
                label: t(`whom.${one}`),
              }))}
            />
          </div>
          <ul>
            {words.remedy[whom].map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ul>
        </div>
      </div>
      <p className={styles.disproved}>
        <span className={styles.small}>{t('disproved')}</span> {words.disprovedBy}
      </p>
    </section>
  );
}
