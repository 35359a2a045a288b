import { type Cause, type Finding, ruleTitle, streamName, wordsOf } from '@alongside/diagnosis';
import { ChevronDown, CornerDownRight, MessageCircleQuestion, Reply } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Button } from '../base/Button.tsx';
import { SegmentedControl } from '../base/SegmentedControl.tsx';
import { usePersonName } from '../people/person-name.ts';
import styles from './CauseCard.module.css';
import { CauseMark } from './CauseMark.tsx';
import { useDiagnosisText } from './diagnosis-text.ts';
import { EvidenceNumbers } from './EvidenceNumbers.tsx';
import { type Evidence, effectGroups, findingKey } from './evidence.ts';
import { momentWords } from './moments.ts';
import { subjectText } from './verdict-text.ts';

const WHOM = ['endUser', 'developer', 'operator'] as const;
/** The same fault at more times than this is counted, not listed. */
const LISTED_REPEATS = 4;

export type CauseCardProps = {
  cause: Cause;
  /** From 1, as in the picture. */
  number: number;
  evidence: Pick<Evidence, 'participants' | 'clock' | 'fromMs'>;
  isOpen: boolean;
  onToggle(): void;
  /** Key of the finding marked in the picture. */
  selected: string | null;
  onSelect(finding: Finding | null): void;
  /** Writes to the customer; leave out where nobody can. */
  reply?: {
    locale: 'en' | 'zh-CN';
    onInsert(text: string): void;
  };
};

/** One cause: what is wrong, when, how sure, on what numbers, what it brought about, what to ask and what to do. */
export function CauseCard(props: CauseCardProps) {
  const { cause, number, evidence, isOpen, onToggle, selected, onSelect, reply } = props;
  const t = useDiagnosisText();
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const [whom, setWhom] = useState<(typeof WHOM)[number]>('endUser');
  const card = useRef<HTMLElement>(null);
  const id = useId();
  const { finding, repeats, effects, alternatives } = cause;
  const words = wordsOf(finding, locale);
  const theirs = reply && wordsOf(finding, reply.locale);
  const isChosen = [finding, ...repeats, ...effects].some((one) => findingKey(one) === selected);
  const percent = Math.round(finding.confidence * 100);

  // Chosen in the picture, its words come into sight.
  useEffect(() => {
    if (isChosen) card.current?.scrollIntoView({ block: 'nearest' });
  }, [isChosen]);

  const moment = (one: Finding) => {
    const from = momentWords(one.fromMs, evidence.fromMs, evidence.clock, locale);
    const to = momentWords(one.toMs, evidence.fromMs, evidence.clock, locale);
    return from === to ? from : t('fromTo', { from, to });
  };
  const when = (one: Finding) => (
    <button
      type="button"
      className={styles.when}
      aria-pressed={findingKey(one) === selected}
      title={t('show')}
      onClick={() => onSelect(findingKey(one) === selected ? null : one)}
    >
      {moment(one)}
    </button>
  );
  /** Whose it is, where it is somebody else's than the cause. */
  const whoOf = (effect: Finding) => {
    if (effect.subject.participantId === finding.subject.participantId) return null;
    const who = evidence.participants.find(({ id: known }) => known === effect.subject.participantId)?.name;
    return who ? t('whose', { who: nameOf(who) }) : null;
  };
  return (
    <section
      ref={card}
      className={styles.card}
      data-severity={finding.severity}
      data-chosen={isChosen || undefined}
      aria-labelledby={`${id}title`}
    >
      <h3 className={styles.head}>
        <button type="button" className={styles.toggle} aria-expanded={isOpen} aria-controls={id} onClick={onToggle}>
          <CauseMark number={number} severity={finding.severity} />
          <span className={styles.titles}>
            <span id={`${id}title`} className={styles.title}>
              {words.title}
            </span>
            <span className={styles.sub}>
              {[
                t(`severity.${finding.severity}`),
                t('sure', { percent }),
                subjectText(finding, evidence.participants, { t, locale, nameOf }),
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </span>
          <ChevronDown size={18} aria-hidden className={styles.chevron} />
        </button>
      </h3>
      <div id={id} className={styles.body} hidden={!isOpen}>
        <p className={styles.says}>
          {words.says} {when(finding)}
        </p>
        {repeats.length > 0 ? (
          <p className={styles.repeats}>
            {t('again', { count: repeats.length })}{' '}
            {repeats.slice(0, LISTED_REPEATS).map((one) => (
              <span key={findingKey(one)} className={styles.repeat}>
                {streamName(one.subject, locale) === streamName(finding.subject, locale)
                  ? null
                  : streamName(one.subject, locale)}{' '}
                {when(one)}
              </span>
            ))}
            {repeats.length > LISTED_REPEATS ? ' …' : null}
          </p>
        ) : null}
        <EvidenceNumbers evidence={finding.evidence} />
        {effects.length > 0 ? (
          <div>
            <h4 className={styles.small}>{t('effects')}</h4>
            <ul className={styles.effects}>
              {effectGroups(cause).map(({ finding: effect, times }) => (
                <li key={findingKey(effect)}>
                  <CornerDownRight size={14} aria-hidden />
                  <span>
                    {whoOf(effect)}
                    {wordsOf(effect, locale).says} {when(effect)}
                    {times.length > 1 ? (
                      <span className={styles.times}>
                        {t('again', { count: times.length - 1 })}{' '}
                        {times
                          .filter((one) => one !== effect)
                          .slice(0, LISTED_REPEATS)
                          .map((one) => (
                            <span key={findingKey(one)}>{when(one)}</span>
                          ))}
                        {times.length > LISTED_REPEATS + 1 ? '…' : null}
                      </span>
                    ) : null}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        ) : null}
        <div className={styles.next}>
          <div>
            <h4 className={styles.small}>{t('ask')}</h4>
            <ul className={styles.questions}>
              {words.questions.map((question, index) => (
                <li key={question}>
                  <span>{question}</span>
                  {reply && theirs ? (
                    <Button
                      size="sm"
                      variant="quiet"
                      icon={<MessageCircleQuestion size={15} aria-hidden />}
                      aria-label={t('askThis', { question })}
                      onClick={() => reply.onInsert(theirs.questions[index] ?? question)}
                    >
                      {t('askButton')}
                    </Button>
                  ) : null}
                </li>
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
            <ol className={styles.steps}>
              {words.remedy[whom].map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
            {reply && theirs ? (
              <Button
                size="sm"
                icon={<Reply size={15} aria-hidden />}
                onClick={() =>
                  reply.onInsert(
                    [t('replyIntro', { lng: reply.locale }), ...theirs.remedy[whom].map((step) => `- ${step}`)].join(
                      '\n',
                    ),
                  )
                }
              >
                {t('putIntoReply')}
              </Button>
            ) : null}
          </div>
        </div>
        <p className={styles.disproved}>
          <span className={styles.small}>{t('disproved')}</span> {words.disprovedBy}
        </p>
        {alternatives.length > 0 ? (
          <p className={styles.disproved}>
            <span className={styles.small}>{t('alternatives')}</span>{' '}
            {alternatives.map((rule) => ruleTitle(rule, locale)).join(locale === 'en' ? '; ' : '；')}
          </p>
        ) : null}
      </div>
    </section>
  );
}
