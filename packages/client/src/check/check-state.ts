import { type CheckReport, type CheckSpeaker, CheckStepId, type CheckVerdict } from '@alongside/contracts';
import { judgeCheck } from '@alongside/desk';

/** How far one row of a check is. `asking`: the person is to say something. */
export type CheckStepProgress = { state: 'waiting' | 'running' | 'asking' | 'done'; share: number };

/** What a row shows while it runs. */
export type CheckLive = {
  /** Of the way up and down, second by second, bit/s. */
  upSeriesBps: readonly number[];
  downSeriesBps: readonly number[];
};

/** A check as a screen shows it. */
export type CheckSnapshot = {
  phase: 'idle' | 'running' | 'done' | 'cancelled';
  steps: Readonly<Record<CheckStepId, CheckStepProgress>>;
  /** 0 to 1, of the time the whole takes. */
  share: number;
  /** What is known so far; whole when `phase` is done. */
  report: CheckReport;
  /** By what is known so far: of rows that are done. */
  verdict: CheckVerdict;
  live: CheckLive;
};

export type CheckEvent =
  | { type: 'started'; at: string; browser: CheckReport['browser'] }
  | { type: 'moved'; step: CheckStepId; share: number }
  | { type: 'asked'; step: CheckStepId }
  | { type: 'learnt'; report: Partial<CheckReport> }
  | { type: 'finished'; steps: readonly CheckStepId[]; report: Partial<CheckReport> }
  | { type: 'measured'; live: CheckLive }
  | { type: 'ended'; durationMs: number }
  | { type: 'cancelled' };

/** How long each row takes, s: what the whole's progress is made of. */
const WEIGHTS: Readonly<Record<CheckStepId, number>> = {
  browser: 0.2,
  microphone: 4,
  camera: 3,
  speaker: 1,
  addresses: 1.5,
  media: 2,
  bandwidth: 6,
  quality: 6,
};

const NOTHING: CheckReport = {
  startedAt: '1970-01-01T00:00:00.000Z',
  durationMs: 0,
  browser: { label: '', platform: '', name: 'other', lacks: [] },
  microphone: null,
  camera: null,
  speaker: 'skipped',
  addresses: null,
  backups: null,
  roundTrip: null,
  wasHidden: false,
};

/** Before it began. */
export function idleCheck(): CheckSnapshot {
  return {
    phase: 'idle',
    steps: eachStep(() => ({ state: 'waiting', share: 0 })),
    share: 0,
    report: NOTHING,
    verdict: judgeCheck(NOTHING),
    live: { upSeriesBps: [], downSeriesBps: [] },
  };
}

/**
 * The check after something happened; pure. What comes after its end, or after it was cancelled, changes nothing: a part
 * that is still letting go of something has no more say.
 */
export function reduceCheck(snapshot: CheckSnapshot, event: CheckEvent): CheckSnapshot {
  const next = after(snapshot, event);
  return next.report === snapshot.report ? next : { ...next, verdict: judgeCheck(next.report) };
}

function after(snapshot: CheckSnapshot, event: CheckEvent): CheckSnapshot {
  if (event.type === 'started') {
    const fresh = idleCheck();
    return { ...fresh, phase: 'running', report: { ...NOTHING, startedAt: event.at, browser: event.browser } };
  }
  if (snapshot.phase !== 'running') return snapshot;
  switch (event.type) {
    case 'moved':
      return moved(snapshot, event.step, { state: 'running', share: bounded(event.share) });
    case 'asked':
      return moved(snapshot, event.step, { state: 'asking', share: 0 });
    case 'learnt':
      return { ...snapshot, report: { ...snapshot.report, ...event.report } };
    case 'finished': {
      const report = { ...snapshot.report, ...event.report };
      return event.steps.reduce((next, step) => moved(next, step, { state: 'done', share: 1 }), {
        ...snapshot,
        report,
      });
    }
    case 'measured':
      return { ...snapshot, live: event.live };
    case 'ended':
      return {
        ...snapshot,
        phase: 'done',
        steps: eachStep(() => ({ state: 'done', share: 1 })),
        share: 1,
        report: { ...snapshot.report, durationMs: event.durationMs },
      };
    case 'cancelled':
      return { ...snapshot, phase: 'cancelled' };
  }
}

function moved(snapshot: CheckSnapshot, step: CheckStepId, to: CheckStepProgress): CheckSnapshot {
  const before = snapshot.steps[step];
  // A late word of a row that is done: it stays done, and never goes back.
  if (before.state === 'done') return snapshot;
  const share = before.state === to.state ? Math.max(before.share, to.share) : to.share;
  const steps = { ...snapshot.steps, [step]: { ...to, share } };
  const total = Object.values(WEIGHTS).reduce((sum, weight) => sum + weight, 0);
  const done = CheckStepId.options.reduce((sum, one) => sum + WEIGHTS[one] * steps[one].share, 0);
  return { ...snapshot, steps, share: Math.max(snapshot.share, done / total) };
}

function eachStep<T>(make: (step: CheckStepId) => T): Record<CheckStepId, T> {
  return Object.fromEntries(CheckStepId.options.map((step) => [step, make(step)])) as Record<CheckStepId, T>;
}

const bounded = (share: number) => Math.min(1, Math.max(0, share));

/** What the person may say of the sound. */
export type SpeakerAnswer = Extract<CheckSpeaker, 'heard' | 'not_heard' | 'skipped'>;
