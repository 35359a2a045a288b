import { type Measure, quantity } from '@alongside/diagnosis';
import { useLocale } from '../app/LocaleProvider.tsx';
import { QualityBars } from '../call/QualityBars.tsx';
import { qualityWord } from '../call/quality-words.ts';
import { usePersonName } from '../people/person-name.ts';
import { useDiagnosisText } from './diagnosis-text.ts';
import type { Evidence } from './evidence.ts';
import styles from './QualityEstimate.module.css';

/** What an estimate was reckoned from, where people understand it, with the measure that tells its unit. */
const INPUTS: Readonly<Record<string, Measure>> = {
  delayMs: 'rttMs',
  lossRatio: 'lossRatio',
  concealedRatio: 'concealedRatio',
  bufferMs: 'bufferMs',
};

/** How good the sound was likely to be for each, as an estimate with what it was reckoned from. */
export function QualityEstimate({
  evidence: { quality, participants },
}: {
  evidence: Pick<Evidence, 'quality' | 'participants'>;
}) {
  const t = useDiagnosisText();
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const worst = new Map<string, Evidence['quality'][number]>();
  for (const one of quality) {
    const known = worst.get(one.participantId);
    if (!known || one.score < known.score) worst.set(one.participantId, one);
  }
  if (worst.size === 0) return null;
  return (
    <ul className={styles.estimates} aria-label={t('quality.label')}>
      {[...worst.values()].map(({ participantId, score, inputs }) => {
        const person = participants.find(({ id }) => id === participantId);
        const name = person?.name ? nameOf(person.name) : person?.side ? t(`side.${person.side}`) : null;
        const facts = Object.entries(inputs).flatMap(([input, value]) => {
          const measure = INPUTS[input];
          return measure ? [`${t(`quality.input.${input}`)} ${quantity({ measure }, value, locale)}`] : [];
        });
        return (
          <li key={participantId} className={styles.estimate}>
            <QualityBars score={score} />
            <span>
              <span className={styles.name}>
                {name ? t('quality.of', { name }) : t('quality.label')} {t(`quality.${qualityWord(score)}`)}
              </span>{' '}
              <span className={styles.inputs}>
                {[t('quality.estimate', { score: score.toFixed(1) }), ...facts].join(' · ')}
              </span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
