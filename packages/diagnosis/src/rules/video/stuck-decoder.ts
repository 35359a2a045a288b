import type { TrackField } from '../../model/fields.ts';
import { derivedOf, foundOf, MAX_GAP_MS, meanOver } from '../derived.ts';
import { eventsOf } from '../events.ts';
import { quietTimes } from '../quiet.ts';
import type { Rule } from '../rule.ts';
import { troubleSpans } from '../spans.ts';

/** Packets and bits a second in which there are pictures, and not only the padding by which a server probes a way. */
const MEDIA = { packets: 5, bitrateBps: 50_000 };

/** libwebrtc asks for a key frame after 200 ms without one and after 3 s without a picture (video_receive_stream2.cc). */
const MIN_MS = 4_000;

const LEAST_FRAMES = 0.2;

/** What began with the window that is looked at may have shown its first picture before it, ms. */
const BEGINNING_MS = 2_500;

/**
 * Packets of a picture come, and none of them becomes one. Whoever cannot show what comes asks for a key frame: who has
 * no wish for one got padding, by which a server probes a way.
 */
export const stuckDecoder: Rule = {
  id: 'stuck-decoder',
  area: 'video',
  explains: ['video-freeze', 'low-frame-rate'],
  thresholds: { framesPerSecond: LEAST_FRAMES, leastMs: MIN_MS },
  find: (session) =>
    session.tracks.flatMap((track) => {
      const { samples } = track;
      if (track.direction !== 'receive' || track.kind !== 'video' || !samples.has('framesPerSecond')) return [];
      const decoded = derivedOf(samples, (index, spanMs) => {
        const packets = samples.value('packets', index);
        const isMedia =
          packets !== null &&
          (packets * 1_000) / spanMs >= MEDIA.packets &&
          (samples.value('bitrateBps', index) ?? 0) >= MEDIA.bitrateBps;
        return isMedia ? samples.value('framesPerSecond', index) : null;
      });
      return troubleSpans(decoded, 'value', {
        trouble: 'below',
        enter: LEAST_FRAMES,
        leave: 1,
        minSamples: 2,
        minMs: MIN_MS,
        maxGapMs: MAX_GAP_MS,
        isQuiet: quietTimes(session, track),
      }).flatMap((span) => {
        const mean = (field: TrackField) => meanOver(samples, field, span.fromMs + 1, span.toMs);
        if (mean('plis') === 0 && (mean('firs') ?? 0) === 0) return [];
        const whole = mean('framesReceived') ?? 0;
        const isWhole = session.format !== 'live' || samples.atMs(0) > session.fromMs + BEGINNING_MS;
        const isShown = eventsOf(session, 'first_frame').some(
          ({ trackId, atMs }) => trackId === track.id && atMs <= span.toMs,
        );
        const hasShown = isShown || !isWhole;
        return foundOf(track, span, {
          measure: 'framesPerSecond',
          threshold: LEAST_FRAMES,
          trouble: 'below',
          steps: { major: LEAST_FRAMES, critical: 0.1 },
          facts: {
            how: whole > 0 ? 'pictures-undecoded' : hasShown ? 'pictures-incomplete' : 'no-key-frame',
            codec: track.mimeType?.replace('video/', '') || '?',
          },
        });
      });
    }),
};
