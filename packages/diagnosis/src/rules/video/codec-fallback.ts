import type { Session } from '../../model/session.ts';
import { eventsOf } from '../events.ts';
import type { Found, Rule } from '../rule.ts';
import { ofTrack } from '../subjects.ts';

/** Coders of software, as browsers name them; `fallback from` is what libwebrtc adds where hardware failed. */
const SOFTWARE = /libvpx|openh264|libaom|dav1d|ffmpeg|libgav1|svt|fallback from/i;

/** Coders of hardware: of the platform, or handed to another process, which browsers do for hardware alone. */
const HARDWARE =
  /external|videotoolbox|mediafoundation|mf|vaapi|v4l2|nvenc|nvdec|qsv|amf|mediacodec|d3d11|omx|hardware/i;

/** In the midst of a call hardware gave up coding and software took over: it costs processor and battery from then on. */
export const codecFallback: Rule = {
  id: 'codec-fallback',
  area: 'video',
  explains: ['encoder-overload', 'decoder-overload', 'processor-limited', 'low-frame-rate'],
  find: fallbacks,
};

function fallbacks(session: Session): Found[] {
  const tracks = new Map(session.tracks.map((track) => [track.id, track]));
  return eventsOf(session, 'implementation_changed').flatMap(({ trackId, atMs, before, now }) => {
    const track = tracks.get(trackId);
    if (!track || isSoftware(before) || !HARDWARE.test(before) || !isSoftware(now)) return [];
    return [
      {
        subject: ofTrack(track),
        fromMs: atMs,
        toMs: session.toMs,
        severity: 'minor',
        confidence: 0.9,
        evidence: [],
        facts: { before, now },
      },
    ];
  });
}

const isSoftware = (name: string) => SOFTWARE.test(name);
