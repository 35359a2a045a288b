import { type CallQuality, reportCallQuality, sendCallSamples } from '@alongside/contracts';
import type { Api } from '../api.ts';
import { newId } from '../ids.ts';
import type { Courier } from '../watch/courier.ts';
import type { Happening, Sampler } from '../watch/sampler.ts';
import type { NetworkGrade } from './model.ts';
import { createQualityMeter } from './quality.ts';
import type { RoomSession } from './room-session.ts';
import { readingOf } from './stats-reading.ts';

const REPORT_EVERY_MS = 10_000;
/** Rooms come and go, and make connections anew, at their own pace. */
const FOLLOW_EVERY_MS = 1_000;
/** Oneself, in the rows: the server knows who sends them. */
const SELF = 'self';

/** Measures one stay in a call, through all its rooms, and reports it while it lasts. */
export type QualityReport = {
  /** Where to measure from now on; null while there is no room. */
  measure(room: RoomSession | null): void;
  /** What no statistic tells, e.g. that a device could not be had. */
  tell(happening: Happening): void;
  summary(): CallQuality | null;
  stop(): void;
};

export type QualityReportOptions = {
  /** Server's clock minus this machine's, ms. */
  clockOffsetMs(): number;
  /** Told after each sample. */
  onGrade(grade: NetworkGrade, quality: CallQuality | null): void;
};

/** Loads what measures; nothing is measured yet. A page that is in no call does not pay for it. */
export const loadQualityReport = () => Promise.all([import('../watch/sampler.ts'), import('../watch/courier.ts')]);

export function startQualityReport(api: Api, callId: string, options: QualityReportOptions): QualityReport {
  const meter = createQualityMeter();
  let room: RoomSession | null = null;
  let sampler: Sampler | null = null;
  let courier: Courier | null = null;
  let early: Happening[] = [];
  let stopped = false;

  void loadQualityReport().then(
    ([{ createSampler }, { createCourier }]) => {
      if (stopped) return;
      sampler = createSampler({
        participantId: SELF,
        sourceOf: (track) => room?.measured.sourceOf(track) ?? null,
        isOn: (track, connection) => room?.measured.isOn(track, connection) ?? null,
        senderOf: (track) => room?.measured.senderOf(track) ?? null,
        onSample(session, atMs) {
          if (!room) return;
          // Someone with the microphone off and no picture may rightly send nothing.
          const expectsMedia = room.others().some((other) => other.microphoneOn || other.camera || other.screen);
          options.onGrade(meter.add(readingOf(session, atMs, expectsMedia)), meter.summary());
        },
      });
      courier = createCourier({
        sampler,
        participantId: SELF,
        stay: newId(),
        clockOffsetMs: options.clockOffsetMs,
        send: (batch, { keepalive }) =>
          api.call(sendCallSamples, { params: { id: callId }, body: batch }, { keepalive, gzip: true }),
      });
      for (const happening of early) sampler.tell(happening);
      early = [];
      follow();
    },
    // The chunk could not be loaded: the call goes on, unmeasured.
    () => {},
  );

  function follow(): void {
    sampler?.follow(room?.measured.connections() ?? []);
  }

  function tell(happening: Happening): void {
    if (sampler) sampler.tell(happening);
    else early.push(happening);
  }

  function report(keepalive: boolean): void {
    const quality = meter.summary();
    if (!quality) return;
    // One lost report does no harm: the next one says more.
    api.call(reportCallQuality, { params: { id: callId }, body: quality }, { keepalive }).catch(() => {});
  }

  const follower = setInterval(follow, FOLLOW_EVERY_MS);
  const reporter = setInterval(() => report(false), REPORT_EVERY_MS);
  const onPageHide = () => report(true);
  window.addEventListener('pagehide', onPageHide);
  return {
    measure(next) {
      room = next;
      if (next) next.measured.onHappening = tell;
      follow();
    },
    tell,
    summary: () => meter.summary(),
    stop() {
      stopped = true;
      room = null;
      void courier?.stop();
      sampler?.stop();
      clearInterval(follower);
      clearInterval(reporter);
      window.removeEventListener('pagehide', onPageHide);
    },
  };
}
