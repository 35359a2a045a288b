import {
  type Api,
  type CheckSnapshot,
  createCheck,
  newId,
  type PreCallCheck,
  thisBrowser,
  toApiError,
} from '@alongside/client';
import { type Check, CheckStepId, saveCheck } from '@alongside/contracts';
import { Link2, RotateCcw, Send, ShieldCheck } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useStore } from '../app/ClientProvider.tsx';
import { useLocale } from '../app/LocaleProvider.tsx';
import { Button } from '../base/Button.tsx';
import { ProgressBar } from '../base/ProgressBar.tsx';
import { useToast } from '../base/Toast.tsx';
import { LevelMeter } from '../call/LevelMeter.tsx';
import { CameraView } from './CheckPictures.tsx';
import { CheckResult } from './CheckResult.tsx';
import styles from './CheckView.module.css';
import { useCheckText } from './check-text.ts';
import { StepRow } from './StepRow.tsx';
import { contentOf, Series } from './step-content.tsx';

/** What the whole takes where nothing is in the way, s. */
const USUAL_S = 18;

export type CheckViewProps = {
  api: Api;
  /** Of the team, when they asked for it: the result goes into their ticket. */
  ask?: string | null;
  /** Puts a result before the team; leave out where there is nobody to send it as. */
  onSend?: (check: Check) => Promise<void> | void;
  /** `h2` where the page has its first heading already. */
  titleAs?: 'h1' | 'h2';
  /** Said below the button that begins. */
  children?: ReactNode;
};

/** The pre-call check from its beginning to its result. */
export function CheckView({ api, ask = null, onSend, titleAs = 'h1', children }: CheckViewProps) {
  const [check, setCheck] = useState<PreCallCheck | null>(null);
  useEffect(() => {
    const made = createCheck(api);
    setCheck(made);
    // Gone from the page: no device stays open.
    return () => made.cancel();
  }, [api]);
  if (!check) return <div className={styles.check} />;
  return (
    <CheckInside api={api} check={check} ask={ask} onSend={onSend} titleAs={titleAs}>
      {children}
    </CheckInside>
  );
}

type InsideProps = Omit<CheckViewProps, 'ask' | 'titleAs'> & {
  check: PreCallCheck;
  ask: string | null;
  titleAs: 'h1' | 'h2';
};

function CheckInside({ api, check, ask, onSend, titleAs: Title, children }: InsideProps) {
  const t = useCheckText();
  const snapshot = useStore(check);
  switch (snapshot.phase) {
    case 'idle':
    case 'cancelled':
      return (
        <div className={styles.check}>
          <Title className={styles.title}>{t('title')}</Title>
          <p className={styles.lead}>{t('lead')}</p>
          {ask ? <p className={styles.asked}>{t('asked')}</p> : null}
          <Button variant="primary" size="lg" className={styles.start} onClick={() => check.start()}>
            {t('start')}
          </Button>
          <p className={styles.asks}>
            <ShieldCheck size={18} aria-hidden />
            {t('asks')}
          </p>
          <p role="status" className={styles.cancelled}>
            {snapshot.phase === 'cancelled' ? t('cancelled') : null}
          </p>
          {children}
          <section aria-label={t('rows')} className={styles.rows}>
            <ul>
              {CheckStepId.options.map((step) => (
                <StepRow key={step} step={step} outcome="waiting" says={null} />
              ))}
            </ul>
          </section>
        </div>
      );
    case 'running':
      return <RunningCheck check={check} snapshot={snapshot} titleAs={Title} />;
    case 'done':
      return <DoneCheck api={api} check={check} snapshot={snapshot} ask={ask} onSend={onSend} titleAs={Title} />;
  }
}

function RunningCheck({
  check,
  snapshot,
  titleAs: Title,
}: Pick<InsideProps, 'check' | 'titleAs'> & { snapshot: CheckSnapshot }) {
  const t = useCheckText();
  const { locale } = useLocale();
  const { steps, report, verdict, live } = snapshot;
  const stream = useStore(check.camera);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const isOthersDone = CheckStepId.options.every((step) => step === 'speaker' || steps[step].state === 'done');
  const isAsked = steps.microphone.state === 'running' && steps.microphone.share === 0;
  const leftS = Math.max(1, Math.ceil((1 - snapshot.share) * USUAL_S));
  const status = isOthersDone ? t('question') : isAsked ? t('permission') : t('left', { seconds: leftS });

  function rowOf(step: CheckStepId) {
    const { state } = steps[step];
    if (state === 'done') {
      const outcome = verdict.steps[step];
      const { says, picture, more } = contentOf(step, report, outcome, t, locale);
      return (
        <StepRow key={step} step={step} outcome={outcome} says={says} picture={picture}>
          {more}
        </StepRow>
      );
    }
    const outcome = state === 'waiting' ? 'waiting' : 'running';
    if (step === 'speaker' && state === 'asking')
      return (
        <StepRow key={step} step={step} outcome={outcome} says={t('says.hear')}>
          <div className={styles.answers}>
            <Button variant="primary" size="sm" onClick={() => check.answerSpeaker('heard')}>
              {t('heard')}
            </Button>
            <Button size="sm" onClick={() => check.answerSpeaker('not_heard')}>
              {t('notHeard')}
            </Button>
            <Button size="sm" variant="quiet" onClick={() => check.playAgain()}>
              {t('playAgain')}
            </Button>
          </div>
        </StepRow>
      );
    return <StepRow key={step} step={step} outcome={outcome} {...liveOf(step, outcome)} />;
  }

  function liveOf(step: CheckStepId, outcome: 'waiting' | 'running'): { says: ReactNode; picture?: ReactNode } {
    if (outcome === 'waiting') return { says: null };
    switch (step) {
      case 'microphone':
        return {
          says: isAsked ? null : t('says.speakNow'),
          picture: (
            <div className={styles.meter}>
              <LevelMeter level={check.level} label={t('level')} />
            </div>
          ),
        };
      case 'camera':
        return { says: stream ? t('says.look') : null, picture: stream ? <CameraView stream={stream} /> : null };
      case 'bandwidth':
        return {
          says: t('says.trip', { seconds: Math.round(steps.bandwidth.share * 10) }),
          picture: <Series up={live.upSeriesBps} down={live.downSeriesBps} t={t} locale={locale} />,
        };
      default:
        return { says: null };
    }
  }

  return (
    <div className={styles.check}>
      <Title className={styles.title} ref={heading} tabIndex={-1}>
        {t('running')}
      </Title>
      <div className={styles.progress}>
        <ProgressBar label={t('running')} value={snapshot.share} />
        <p className={styles.status} role="status">
          {status}
        </p>
      </div>
      <section aria-label={t('rows')} className={styles.rows}>
        <ul>{CheckStepId.options.map(rowOf)}</ul>
      </section>
      <div>
        <Button onClick={() => check.cancel()}>{t('cancel')}</Button>
      </div>
    </div>
  );
}

function DoneCheck({
  api,
  check,
  snapshot,
  ask,
  onSend,
  titleAs,
}: Omit<InsideProps, 'children'> & { snapshot: CheckSnapshot }) {
  const t = useCheckText();
  const { locale } = useLocale();
  const toast = useToast();
  const { report, verdict } = snapshot;
  const heading = useRef<HTMLHeadingElement>(null);
  const [busy, setBusy] = useState<'copy' | 'send' | null>(null);
  const [attached, setAttached] = useState(false);
  const saved = useRef<Promise<Check> | null>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);

  /** Kept once, however often it is asked for; what failed is tried again. */
  function save(): Promise<Check> {
    saved.current ??= api.call(saveCheck, { body: { id: newId(), report, ask } }).then((reply) => reply.check);
    saved.current.catch(() => {
      saved.current = null;
    });
    return saved.current;
  }

  async function doing(what: 'copy' | 'send', work: () => Promise<void>): Promise<void> {
    setBusy(what);
    try {
      await work();
    } catch (thrown) {
      toast.show({ tone: 'error', message: toApiError(thrown, locale).message });
    } finally {
      setBusy(null);
    }
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each result that somebody waits for
  useEffect(() => {
    if (ask) void doing('send', async () => setAttached((await save()).attached));
  }, [ask, report]);

  const { name: browser, platform } = thisBrowser();
  return (
    <div className={styles.check}>
      <CheckResult
        report={report}
        verdict={verdict}
        headingRef={heading}
        titleAs={titleAs}
        here={{ browser: { browser, platform }, onRetry: () => check.start() }}
        actions={
          <>
            {onSend && !ask ? (
              <Button
                variant="primary"
                busy={busy === 'send'}
                icon={<Send size={16} aria-hidden />}
                onClick={() => void doing('send', async () => onSend(await save()))}
              >
                {t('send')}
              </Button>
            ) : null}
            <Button
              busy={busy === 'copy'}
              icon={<Link2 size={16} aria-hidden />}
              onClick={() =>
                void doing('copy', async () => {
                  const { id } = await save();
                  await navigator.clipboard.writeText(`${location.origin}/check/${id}`);
                  toast.show({ tone: 'success', message: t('copied') });
                })
              }
            >
              {t('copyLink')}
            </Button>
            <Button icon={<RotateCcw size={16} aria-hidden />} onClick={() => check.start()}>
              {t('repeat')}
            </Button>
            <p role="status" className={styles.attached}>
              {attached ? t('ownRequest') : null}
            </p>
          </>
        }
      />
    </div>
  );
}
