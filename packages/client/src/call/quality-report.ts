import { type CallQuality, reportCallQuality } from '@alongside/contracts';
import type { Api } from '../api.ts';
import type { NetworkGrade } from './model.ts';
import { createQualityMeter } from './quality.ts';
import type { RoomSession } from './room-session.ts';
import { readStats } from './stats-reading.ts';

const SAMPLE_EVERY_MS = 2_000;
const REPORT_EVERY_MS = 10_000;

/** Measures one stay in a call, through all its rooms, and reports it while it lasts. */
export type QualityReport = {
  /** Where to measure from now on; null while there is no room. */
  measure(room: RoomSession | null): void;
  summary(): CallQuality | null;
  stop(): void;
};

/** @param onGrade told after each sample */
export function startQualityReport(
  api: Api,
  callId: string,
  onGrade: (grade: NetworkGrade, quality: CallQuality | null) => void,
): QualityReport {
  const meter = createQualityMeter();
  let room: RoomSession | null = null;
  let sampling = false;

  async function sample(): Promise<void> {
    const measured = room;
    if (!measured || sampling) return;
    sampling = true;
    try {
      const reports = await measured.stats();
      // Someone with the microphone off and no picture may rightly send nothing.
      const expectsMedia = measured.others().some((other) => other.microphoneOn || other.camera || other.screen);
      if (room === measured) onGrade(meter.add(readStats(reports, Date.now(), expectsMedia)), meter.summary());
    } finally {
      sampling = false;
    }
  }

  function report(keepalive: boolean): void {
    const quality = meter.summary();
    if (!quality) return;
    // One lost report does no harm: the next one says more.
    api.call(reportCallQuality, { params: { id: callId }, body: quality }, { keepalive }).catch(() => {});
  }

  const sampler = setInterval(() => void sample(), SAMPLE_EVERY_MS);
  const reporter = setInterval(() => report(false), REPORT_EVERY_MS);
  const onPageHide = () => report(true);
  window.addEventListener('pagehide', onPageHide);
  return {
    measure(next) {
      room = next;
    },
    summary: () => meter.summary(),
    stop() {
      room = null;
      clearInterval(sampler);
      clearInterval(reporter);
      window.removeEventListener('pagehide', onPageHide);
    },
  };
}
