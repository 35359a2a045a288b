import type { Session, Track } from '../../model/session.ts';
import { MAX_GAP_MS } from '../derived.ts';
import { quietTimes } from '../quiet.ts';
import type { Found, Rule } from '../rule.ts';
import { mayBeScreen } from '../screen-like.ts';
import { ofTrack, severityOf } from '../subjects.ts';

/**
 * W3C webrtc-stats counts a freeze when a frame takes over 150 ms longer than the mean, or three times as long: at 15
 * frames a second from 217 ms on, which hardly anybody notices. All of one stretch together.
 */
const LEAST_FREEZE_MS = 600;

/**
 * A picture that stands for 0.36 s and goes on is acceptable to most who look at it (mean opinion above 3.5; van Kester et
 * al., “Estimating the impact of single and multiple freezes on video quality”, SPIE 7865, 2011). Freezes that are all
 * shorter, each of one late packet, are told where they come so often that the picture stutters: a tenth of the time.
 */
const ACCEPTABLE_MS = 360;

/** Every stream begins with a climb, from layer to layer, ms. */
const CLIMB_MS = 8_000;

/** A single freeze is no worse for having been looked at for a second only, ms. */
const LEAST_STRETCH_MS = 10_000;

/** Freezes this close together are one trouble to whoever watches, ms. */
const JOIN_MS = 8_000;

/** Share of the time the picture stood still. */
const STEPS = { major: 0.1, critical: 0.3 };

/** The received picture stands still again and again. */
export const videoFreeze: Rule = {
  id: 'video-freeze',
  area: 'video',
  explains: [],
  thresholds: { leastMs: LEAST_FREEZE_MS, acceptableMs: ACCEPTABLE_MS, ...STEPS },
  find: (session) => session.tracks.flatMap((track) => freezesOf(session, track)),
};

function freezesOf(session: Session, track: Track): Found[] {
  const { samples } = track;
  if (track.direction !== 'receive' || track.kind !== 'video' || !samples.has('freezeMs')) return [];
  const isQuiet = quietTimes(session, track);
  const isScreen = mayBeScreen(session, track);
  const stretches: {
    fromMs: number;
    toMs: number;
    freezeMs: number;
    togetherMs: number;
    longestMs: number;
    samples: number;
  }[] = [];
  for (let index = 1; index < samples.length; index++) {
    const freezeMs = samples.value('freezeMs', index) ?? 0;
    const atMs = samples.atMs(index);
    if (freezeMs <= 0 || (isScreen && isStill(track, index)) || isQuiet(atMs) || atMs - samples.atMs(0) < CLIMB_MS)
      continue;
    const fromMs = samples.atMs(index - 1);
    const last = stretches.at(-1);
    if (last && fromMs - last.toMs <= JOIN_MS) {
      // Those of two long samples may be far apart: each has to be noticed for itself.
      last.togetherMs = atMs - fromMs > MAX_GAP_MS ? Math.max(last.togetherMs, freezeMs) : last.togetherMs + freezeMs;
      last.toMs = atMs;
      last.freezeMs += freezeMs;
      last.longestMs = Math.max(last.longestMs, freezeMs);
      last.samples += 1;
    } else stretches.push({ fromMs, toMs: atMs, freezeMs, togetherMs: freezeMs, longestMs: freezeMs, samples: 1 });
  }
  return stretches
    .map((stretch) => ({
      ...stretch,
      share: stretch.freezeMs / Math.max(LEAST_STRETCH_MS, stretch.toMs - stretch.fromMs),
    }))
    .filter(({ togetherMs }) => togetherMs >= LEAST_FREEZE_MS)
    .filter(({ longestMs, share }) => longestMs > ACCEPTABLE_MS || share >= STEPS.major)
    .map(({ fromMs, toMs, freezeMs, share, samples: count }) => ({
      subject: ofTrack(track),
      fromMs,
      toMs,
      severity: severityOf(share, STEPS),
      confidence: count > 1 ? 0.9 : 0.7,
      evidence: [
        {
          measure: 'freezeMs' as const,
          value: freezeMs,
          worst: null,
          threshold: LEAST_FREEZE_MS,
          trouble: 'above' as const,
        },
      ],
      facts: {},
    }));
}

/** Of a slide that stands libwebrtc counts a freeze with each frame after a pause: it is one where something was missing. */
function isStill({ samples }: Track, index: number): boolean {
  return (['lossRatio', 'nacks', 'plis', 'firs'] as const).every((field) => (samples.value(field, index) ?? 0) === 0);
}
