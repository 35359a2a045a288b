import type { Watching } from '@alongside/contracts';
import { measureName, quantity, ruleTitle, streamName, wordsOf } from '@alongside/diagnosis';
import { CircleCheck, CircleDashed, CornerDownRight, OctagonAlert, TriangleAlert } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useLocale } from '../app/LocaleProvider.tsx';
import { VisuallyHidden } from '../base/VisuallyHidden.tsx';
import { usePersonName } from '../people/person-name.ts';
import { CauseMark } from './CauseMark.tsx';
import { useDiagnosisText } from './diagnosis-text.ts';
import { evidenceOf } from './evidence.ts';
import { topOf } from './graph-layout.ts';
import { LanePlot } from './LanePlot.tsx';
import styles from './LiveHealth.module.css';
import {
  currentKeys,
  currentOf,
  healthOf,
  LIVE_ROWS,
  latestOf,
  liveLines,
  watchedParticipants,
} from './live-health.ts';
import { personTitle } from './person-title.ts';

/** So much of the call is drawn, so that the picture only moves and never changes its scale of time, ms. */
const WINDOW_MS = 2 * 60_000;
/** Of one person, as they have room without pushing what is below. */
const FINDINGS_SHOWN = 3;

const ICONS = {
  good: CircleCheck,
  fair: TriangleAlert,
  poor: OctagonAlert,
  waiting: CircleDashed,
  silent: CircleDashed,
} as const;

export type LiveHealthProps = {
  watching: Watching;
  /** The server's clock, ms. */
  nowMs: number;
  /** A line for each person, without pictures. */
  isCompact?: boolean;
};

/** How a running call goes for each: a small moving picture, the numbers of now, and what is wrong at this moment. */
export default function LiveHealth({ watching, nowMs, isCompact = false }: LiveHealthProps) {
  const t = useDiagnosisText();
  const { locale } = useLocale();
  const nameOf = usePersonName();
  const evidence = useMemo(() => evidenceOf(watching.diagnosis), [watching.diagnosis]);
  const { causes, lanes, toMs } = evidence;
  const line = { fromMs: toMs - WINDOW_MS, toMs };
  const people = watchedParticipants(watching);
  const news = useNews(causes, (finding) => {
    const person = people.find(({ id }) => id === finding.subject.participantId);
    const title = wordsOf(finding, locale).title;
    return person?.name ? t('live.newWhose', { title, who: nameOf(person.name) }) : t('live.new', { title });
  });
  return (
    <>
      <VisuallyHidden role="status">{news}</VisuallyHidden>
      <ul className={styles.people} data-compact={isCompact || undefined}>
        {people.map((person) => {
          const lastMs = watching.lastSampleMs[person.id];
          const health = healthOf(person.id, causes, lastMs, nowMs);
          const Icon = ICONS[health];
          const current = currentOf(causes, person.id);
          const title = personTitle(person, t, nameOf) ?? t('live.label');
          return (
            <li key={person.id} className={styles.person} data-health={health}>
              <p className={styles.head}>
                <span className={styles.name}>{title}</span>
                {isCompact && current[0] ? (
                  <span className={styles.worst}>{ruleTitle(current[0].finding.rule, locale)}</span>
                ) : null}
                <span className={styles.health}>
                  <Icon size={15} aria-hidden />
                  {t(`live.health.${health}`, { seconds: Math.round((nowMs - (lastMs ?? nowMs)) / 1_000) })}
                </span>
              </p>
              {isCompact ? null : (
                <>
                  <div className={styles.rows}>
                    {LIVE_ROWS.map(({ id, measures }) => {
                      const lines = liveLines(lanes, person.id, measures);
                      const measure = lines[0]?.measure ?? measures[0]!;
                      const value = lines[0] ? latestOf(lines[0], nowMs) : null;
                      return (
                        <div key={id} className={styles.row}>
                          <span className={styles.measure} title={lines[0] && streamName(lines[0].subject, locale)}>
                            {measureName(measure, locale)}
                          </span>
                          <span className={styles.value}>
                            {value === null ? '–' : quantity({ measure }, value, locale)}
                          </span>
                          <span className={styles.plot}>
                            <LanePlot
                              lines={lines.map((one) => ({ ...one, points: since(one.points, line.fromMs) }))}
                              line={line}
                              top={topOf({ measure, lines, threshold: null })}
                              threshold={null}
                            />
                          </span>
                        </div>
                      );
                    })}
                  </div>
                  <ul className={styles.findings}>
                    {current.slice(0, FINDINGS_SHOWN).map(({ finding, number, isEffect }) => (
                      <li key={finding.rule} title={wordsOf(finding, locale).says}>
                        {isEffect ? (
                          <CornerDownRight size={16} aria-hidden className={styles.effect} />
                        ) : (
                          <CauseMark number={number} severity={finding.severity} />
                        )}
                        <span className={styles.finding}>{ruleTitle(finding.rule, locale)}</span>
                        <span className={styles.severity}>{t(`severity.${finding.severity}`)}</span>
                      </li>
                    ))}
                    {current.length > FINDINGS_SHOWN ? (
                      <li className={styles.fine}>{t('live.more', { count: current.length - FINDINGS_SHOWN })}</li>
                    ) : null}
                    {current.length === 0 && health === 'good' ? (
                      <li className={styles.fine}>{t('live.fine')}</li>
                    ) : null}
                  </ul>
                </>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** What is new among the causes, in words; what was there when one came is no news. */
function useNews(
  causes: Parameters<typeof currentKeys>[0],
  words: (finding: ReturnType<typeof currentKeys> extends Map<string, infer F> ? F : never) => string,
): string {
  const [news, setNews] = useState('');
  const known = useRef<Set<string> | null>(null);
  const say = useRef(words);
  say.current = words;
  useEffect(() => {
    const current = currentKeys(causes);
    const fresh = known.current === null ? [] : [...current].filter(([key]) => !known.current?.has(key));
    known.current = new Set(current.keys());
    if (fresh.length > 0) setNews(fresh.map(([, finding]) => say.current(finding)).join(' '));
  }, [causes]);
  return news;
}

const since = <P extends readonly [number, number | null]>(points: readonly P[], fromMs: number): P[] =>
  points.filter(([atMs]) => atMs >= fromMs);
