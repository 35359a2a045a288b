import { aboutWebrtc } from './about-webrtc.ts';
import { aboutWebrtcReport } from './about-webrtc-report.ts';
import { getStats } from './get-stats.ts';
import { har } from './har.ts';
import { log } from './log.ts';
import type { Reader } from './reader.ts';
import { rtcstats } from './rtcstats.ts';
import { rtcstatsDocument } from './rtcstats-document.ts';
import { webrtcInternals } from './webrtc-internals.ts';

/** Every kind of document that is read: the first that recognises one reads it, so the particular come before the general. */
export const READERS: readonly Reader[] = [
  aboutWebrtc,
  aboutWebrtcReport,
  har,
  webrtcInternals,
  rtcstats,
  rtcstatsDocument,
  getStats,
  log,
];
