import { Series } from '../../model/series.ts';
import type { Session, Track } from '../../model/session.ts';
import { foundOf, MAX_GAP_MS, meanOver } from '../derived.ts';
import { bandwidthLimited } from '../network/bandwidth-limited.ts';
import { quietTimes } from '../quiet.ts';
import type { Found, Rule } from '../rule.ts';
import { troubleSpans } from '../spans.ts';

/** The shorter side, px. Below 360 faces get mushy on a laptop's screen; what is meant to be small has 180 and more. */
const SHORT_SIDE = { low: 360, source: 150, leave: 380 };

/** Of the source's short side: more than this is left where nobody notices. */
const KEPT = 0.7;

/** Share of the time the encoder must have held back for one reason. */
const LIMITED = 0.5;

const MIN_MS = 10_000;

type Reason = 'because-bandwidth' | 'because-processor' | 'because-source';

/**
 * The picture sent is small, and why: the encoder holds back for want of bandwidth or processor, or the camera itself
 * brings no more. Of simulcast layers the largest that is sent counts: that a server asks for fewer is its wish.
 */
export const lowResolution: Rule = {
  id: 'low-resolution',
  area: 'video',
  explains: [],
  thresholds: {
    shortSidePx: SHORT_SIDE.low,
    sourcePx: SHORT_SIDE.source,
    kept: KEPT,
    limited: LIMITED,
    leastMs: MIN_MS,
  },
  find: (session) => {
    const groups = new Map<string, Track[]>();
    for (const track of session.tracks) {
      if (track.direction !== 'send' || track.kind !== 'video' || track.source === 'screen') continue;
      const key = `${track.connectionId} ${track.mid ?? track.id}`;
      groups.set(key, [...(groups.get(key) ?? []), track]);
    }
    const held = bandwidthLimited.find(session);
    return [...groups.values()]
      .flatMap((layers) => smallOf(session, layers))
      .filter((found) => found.facts.why !== 'because-bandwidth' || held.some((cause) => isAtOnce(cause, found)));
  },
};

/** While the estimate still climbs the way is not known to be too narrow. */
const isAtOnce = (cause: Found, found: Found): boolean =>
  cause.subject.connectionId === found.subject.connectionId && cause.fromMs <= found.toMs && cause.toMs >= found.fromMs;

function smallOf(session: Session, layers: readonly Track[]): Found[] {
  return (['because-bandwidth', 'because-processor', 'because-source'] as const).flatMap((reason) => {
    const sides = sentSides(session, layers, reason);
    return troubleSpans(sides, 'value', {
      trouble: 'below',
      enter: SHORT_SIDE.low,
      leave: SHORT_SIDE.leave,
      minSamples: 3,
      minMs: reason === 'because-source' ? MIN_MS / 2 : MIN_MS,
      maxGapMs: MAX_GAP_MS,
    }).map((span) =>
      foundOf(layerOf(layers, reason, span), span, {
        measure: 'heightPx',
        threshold: SHORT_SIDE.low,
        trouble: 'below',
        steps: { major: 180, critical: 90 },
        facts: { why: reason, px: Math.round(span.mean) },
      }),
    );
  });
}

/** The short side of the largest layer sent, at each instant at which it is small for that reason; else more than enough. */
function sentSides(session: Session, layers: readonly Track[], reason: Reason): Series<'value'> {
  const quiet = layers.map((layer) => quietTimes(session, layer));
  const instants = [...new Set(layers.flatMap(({ samples }) => timesOf(samples)))].sort((a, b) => a - b);
  const series = new Series<'value'>();
  let largest = 0;
  for (const atMs of instants) {
    let sent = 0;
    let source = 0;
    let held = 0;
    for (const [nth, { samples }] of layers.entries()) {
      const index = samples.indexAt(atMs);
      if (samples.atMs(index) !== atMs || quiet[nth]!(atMs)) continue;
      if ((samples.value('framesPerSecond', index) ?? 0) > 0) sent = Math.max(sent, sideOf(samples, index, ''));
      source = Math.max(source, sideOf(samples, index, 'source'));
      held = Math.max(held, heldBack(samples, index, reason));
    }
    largest = Math.max(largest, source, sent);
    if (sent === 0) continue;
    const isSmall =
      reason === 'because-source'
        ? source > 0 && source < SHORT_SIDE.source
        : held >= LIMITED && sent < (source || largest) * KEPT;
    series.append(atMs, { value: isSmall ? sent : Number.MAX_SAFE_INTEGER });
  }
  return series;
}

const timesOf = (samples: Track['samples']) =>
  Array.from({ length: samples.length }, (_, index) => samples.atMs(index));

function sideOf(samples: Track['samples'], index: number, of: '' | 'source'): number {
  const width = samples.value(of === '' ? 'widthPx' : 'sourceWidthPx', index);
  const height = samples.value(of === '' ? 'heightPx' : 'sourceHeightPx', index);
  return width === null ? (height ?? 0) : Math.min(width, height ?? width);
}

function heldBack(samples: Track['samples'], index: number, reason: Reason): number {
  if (reason === 'because-source') return 0;
  return samples.value(reason === 'because-bandwidth' ? 'bandwidthLimitedRatio' : 'processorLimitedRatio', index) ?? 0;
}

/** The layer that tells of the reason: so that the cause, told of the same one, has this as its effect. */
function layerOf(layers: readonly Track[], reason: Reason, span: { fromMs: number; toMs: number }): Track {
  if (reason === 'because-source') return layers[0]!;
  const field = reason === 'because-bandwidth' ? 'bandwidthLimitedRatio' : 'processorLimitedRatio';
  const held = (track: Track) => meanOver(track.samples, field, span.fromMs, span.toMs) ?? 0;
  return layers.reduce((most, layer) => (held(layer) > held(most) ? layer : most));
}
