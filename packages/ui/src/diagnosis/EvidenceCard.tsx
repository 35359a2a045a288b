import type { Finding } from '@alongside/diagnosis';
import { Activity, CircleCheck, CircleHelp } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Button } from '../base/Button.tsx';
import { usePersonName } from '../people/person-name.ts';
import { CauseCard, type CauseCardProps } from './CauseCard.tsx';
import { useDiagnosisText } from './diagnosis-text.ts';
import styles from './EvidenceCard.module.css';
import { type Evidence, findingKey } from './evidence.ts';
import { LoggedErrors } from './LoggedErrors.tsx';
import { QualityEstimate } from './QualityEstimate.tsx';
import { SessionGraph } from './SessionGraph.tsx';
import { verdictText } from './verdict-text.ts';

export type EvidenceCardProps = {
  evidence: Evidence;
  /** What was judged, in words: which call, which file. */
  about: ReactNode;
  /** Stands below everything else. */
  foot?: ReactNode;
  reply?: CauseCardProps['reply'];
  /** Picture and causes are shown at once; else when asked for. */
  openAtFirst?: boolean;
  /** All causes are one line at first, where the card stands among other things. */
  isFolded?: boolean;
};

/**
 * What is wrong with a call: the verdict in one sentence, the drawn call with the findings marked on it, then each cause
 * with its evidence, questions and remedies. A healthy call is one quiet line that opens to its picture.
 */
export function EvidenceCard(props: EvidenceCardProps) {
  const { evidence, about, foot, reply, openAtFirst = true, isFolded = false } = props;
  const t = useDiagnosisText();
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const title = useId();
  const { causes, state, lanes } = evidence;
  const sentence = verdictText(evidence, { t, locale, nameOf });
  const [selected, setSelected] = useState<string | null>(null);
  const [isOpen, setIsOpen] = useState(openAtFirst);
  // The heaviest one is read by whoever comes for it; the others are one press away.
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set(isFolded ? [] : [0]));
  const graph = useRef<HTMLElement>(null);

  if (state !== 'findings' || sentence === null) return <HealthyCard {...{ evidence, about, foot, openAtFirst }} />;

  const toggle = (index: number) =>
    setOpen((now) => (now.has(index) ? new Set([...now].filter((one) => one !== index)) : new Set([...now, index])));

  function choose(finding: Finding | null, isFromPicture: boolean): void {
    setSelected(finding && findingKey(finding));
    if (!finding) return;
    if (!isFromPicture) {
      graph.current?.scrollIntoView({ block: 'nearest' });
      return;
    }
    const index = causes.findIndex((cause) =>
      [cause.finding, ...cause.repeats, ...cause.effects].some((one) => findingKey(one) === findingKey(finding)),
    );
    setOpen((now) => new Set([...now, index]));
  }

  return (
    <section className={styles.card} aria-labelledby={title}>
      <header className={styles.head}>
        <Activity size={18} aria-hidden className={styles.icon} />
        <div className={styles.titles}>
          <p className={styles.about}>{about}</p>
          <h2 id={title} className={styles.verdict}>
            {sentence}
          </h2>
        </div>
      </header>
      {isOpen ? (
        <>
          {lanes.length > 0 ? (
            <SessionGraph
              ref={graph}
              evidence={evidence}
              selected={selected}
              onSelect={(finding) => choose(finding, true)}
            />
          ) : null}
          <QualityEstimate evidence={evidence} />
          <div className={styles.causes}>
            {causes.map((cause, index) => (
              <CauseCard
                key={findingKey(cause.finding)}
                {...{ cause, evidence, selected, reply }}
                number={index + 1}
                isOpen={open.has(index)}
                onToggle={() => toggle(index)}
                onSelect={(finding) => choose(finding, false)}
              />
            ))}
          </div>
        </>
      ) : (
        <Button size="sm" className={styles.show} onClick={() => setIsOpen(true)}>
          {t('showEvidence')}
        </Button>
      )}
      <LoggedErrors {...evidence} />
      {foot}
    </section>
  );
}

type HealthyCardProps = Pick<EvidenceCardProps, 'evidence' | 'about' | 'foot'> & { openAtFirst: boolean };

function HealthyCard({ evidence, about, foot, openAtFirst }: HealthyCardProps) {
  const t = useDiagnosisText();
  const [isOpen, setIsOpen] = useState(openAtFirst);
  const state = evidence.state === 'healthy' ? 'healthy' : 'not_enough_data';
  const canShow = evidence.lanes.length > 0;
  return (
    <>
      <QuietVerdict
        state={state}
        about={about}
        isOpen={isOpen}
        onShow={canShow ? () => setIsOpen(!isOpen) : undefined}
      />
      <LoggedErrors {...evidence} />
      {canShow && isOpen ? (
        <section className={styles.opened}>
          <p className={styles.hint}>{t(`verdict.${state}Text`)}</p>
          <SessionGraph evidence={evidence} selected={null} onSelect={() => {}} />
          <QualityEstimate evidence={evidence} />
          {foot}
        </section>
      ) : (
        foot
      )}
    </>
  );
}

export type QuietVerdictProps = {
  state: 'healthy' | 'not_enough_data';
  about: ReactNode;
  isOpen?: boolean;
  /** Shows the call, or hides it again; leave out where there is nothing to show. */
  onShow?: () => void;
};

/** Nothing is wrong, or nothing can be said: no more than a line. */
export function QuietVerdict({ state, about, isOpen = false, onShow }: QuietVerdictProps) {
  const t = useDiagnosisText();
  const Icon = state === 'healthy' ? CircleCheck : CircleHelp;
  return (
    <p className={styles.line}>
      <Icon size={16} aria-hidden className={state === 'healthy' ? styles.healthy : styles.unknown} />
      <span title={t(`verdict.${state}Text`)}>{t(`verdict.${state}`)}</span>
      <span className={styles.quietAbout}>{about}</span>
      {onShow ? (
        <button type="button" className={styles.see} aria-expanded={isOpen} onClick={onShow}>
          {t(isOpen ? 'hideGraph' : 'showGraph')}
        </button>
      ) : null}
    </p>
  );
}
