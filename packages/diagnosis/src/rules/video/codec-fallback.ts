import type { Session, Track } from '../../model/session.ts';
import { eventsOf } from '../events.ts';
import type { Found, Rule } from '../rule.ts';
import { ofTrack } from '../subjects.ts';

/** Coders of software, as browsers name them; `fallback from` is what libwebrtc adds where hardware failed. */
const SOFTWARE = /libvpx|openh264|libaom|dav1d|ffmpeg|libgav1|svt|fallback from/i;

/** Coders of hardware: of the platform, or handed to another process, which browsers do for hardware alone. */
const HARDWARE =
  /external|videotoolbox|mediafoundation|mf|vaapi|v4l2|nvenc|nvdec|qsv|amf|mediacodec|d3d11|omx|hardware/i;

const FAILED = /fallback from/i;

/**
 * Of pictures this small (the shorter side) browsers code in software on purpose: starting hardware costs more than it
 * saves there (libwebrtc's VP8 encoder goes to software at 320×180 and less, Chromium's hardware decoders begin at about
 * 360 lines).
 */
const SMALL = { shortSidePx: 360, share: 0.5 };

/** In the midst of a call hardware gave up coding and software took over: it costs processor and battery from then on. */
export const codecFallback: Rule = {
  id: 'codec-fallback',
  area: 'video',
  explains: ['encoder-overload', 'decoder-overload', 'processor-limited', 'low-frame-rate'],
  thresholds: { shortSidePx: SMALL.shortSidePx },
  find: fallbacks,
};

function fallbacks(session: Session): Found[] {
  const tracks = new Map(session.tracks.map((track) => [track.id, track]));
  return eventsOf(session, 'implementation_changed').flatMap(({ trackId, atMs, before, now }) => {
    const track = tracks.get(trackId);
    if (!track || !isHardware(before) || !isSoftware(now)) return [];
    const later = eventsOf(session, 'implementation_changed', trackId);
    const back = later.find((event) => event.atMs > atMs && isHardware(event.now));
    const toMs = back?.atMs ?? session.toMs;
    if (isMeant(track, now) || isSmall(track, atMs, toMs)) return [];
    return [
      {
        subject: ofTrack(track),
        fromMs: atMs,
        toMs,
        severity: 'minor',
        confidence: 0.9,
        evidence: [],
        facts: { before, now },
      },
    ];
  });
}

const isSoftware = (name: string) => SOFTWARE.test(name);
const isHardware = (name: string) => !isSoftware(name) && HARDWARE.test(name);

/**
 * Once a VP9 stream has several spatial layers, Chromium decodes it in software where hardware knows but one: nothing
 * failed then.
 */
const isMeant = ({ direction, mimeType }: Track, now: string) =>
  direction === 'receive' && /vp9/i.test(mimeType ?? '') && !FAILED.test(now);

/** Most of the time that it lasts. */
function isSmall({ samples }: Track, fromMs: number, toMs: number): boolean {
  let [sized, small] = [0, 0];
  for (let index = samples.indexAt(fromMs + 1); index < samples.length && samples.atMs(index) <= toMs; index++) {
    const [widthPx, heightPx] = [samples.value('widthPx', index), samples.value('heightPx', index)];
    if (widthPx === null || heightPx === null) continue;
    sized += 1;
    if (Math.min(widthPx, heightPx) < SMALL.shortSidePx) small += 1;
  }
  return small > sized * SMALL.share;
}
