import type { SessionEvent, Track } from '@alongside/diagnosis';
import { createListening, type Listening, quietly } from './quietly.ts';

type Source = Track['source'];

/** What happens to one stream, or to the device it comes from. */
export type TrackHappening =
  Extract<
    SessionEvent,
    { type: 'track_muted' | 'track_ended' | 'track_enabled' | 'capture_started' | 'microphone_compared' }
  > extends infer E
    ? E extends SessionEvent
      ? Omit<E, 'atMs' | 'participantId'>
      : never
    : never;

/** What the owner of the page knows better than the track itself. */
export type TrackKnowledge = {
  /** What it shows or sounds like; null where nobody knows. */
  sourceOf?(track: MediaStreamTrack): Source | null;
  /** Whether whoever sends it has it on, and on this connection; null where nobody knows. */
  isOn?(track: MediaStreamTrack, connection: RTCPeerConnection): boolean | null;
};

/** One statistic of a stream, as far as it says to which track it belongs. */
export type StreamStat = {
  type: 'inbound-rtp' | 'outbound-rtp';
  mid: string | null;
  /** Of an `inbound-rtp`, or of the `media-source` of an `outbound-rtp`. */
  trackIdentifier: string | null;
};

export type TrackWatch = {
  /**
   * Looks at the tracks of the connection again: new ones, other ones in their place, ones that were turned off or on, which
   * no event tells.
   * @param streams ids of the model's tracks with what their statistics say
   */
  look(streams: ReadonlyMap<string, StreamStat>): void;
  trackOf(trackId: string): MediaStreamTrack | null;
  sourceOf(trackId: string): Source | null;
  stop(): void;
};

type Known = {
  track: MediaStreamTrack | null;
  /** The one before, where there is none any more. */
  last: MediaStreamTrack | null;
  isOn: boolean;
  isMuted: boolean;
  hasEnded: boolean;
};

/** Follows the tracks a connection sends and receives. */
export function watchTracks(
  pc: RTCPeerConnection,
  tell: (happening: TrackHappening) => void,
  knowledge: TrackKnowledge = {},
): TrackWatch {
  const streamsOf = new Map<string, Known>();
  const captured = new WeakSet<MediaStreamTrack>();
  const listened = new Map<MediaStreamTrack, Listening>();

  function listen(track: MediaStreamTrack): void {
    if (listened.has(track)) return;
    const listening = createListening();
    listened.set(track, listening);
    const again = () => settle();
    for (const type of ['mute', 'unmute']) listening.on(track, type, again);
    // Only a device that is gone tells its end: whoever stops a track themselves is told nothing.
    listening.on(track, 'ended', () => {
      if (pc.connectionState === 'closed') return;
      for (const [trackId, known] of streamsOf) {
        if (known.track !== track || known.hasEnded) continue;
        known.hasEnded = true;
        tell({ type: 'track_ended', trackId });
      }
    });
  }

  function settle(): void {
    for (const [trackId, known] of streamsOf) {
      const { track } = known;
      const isMuted = track?.muted ?? false;
      const isOn = isTrackOn(known);
      if (isMuted !== known.isMuted) tell({ type: 'track_muted', trackId, muted: isMuted });
      if (isOn !== known.isOn) tell({ type: 'track_enabled', trackId, enabled: isOn });
      known.isMuted = isMuted;
      known.isOn = isOn;
    }
  }

  function isTrackOn({ track, last, hasEnded }: Known): boolean {
    // Taken off its sender it is a wish, unless the page says that it should still be heard.
    if (!track) return last !== null && knowledge.isOn?.(last, pc) === true;
    // Where the page knows whether it should be heard, a track that is off all the same is a fault and no wish.
    const wanted = knowledge.isOn?.(track, pc) ?? null;
    if (wanted !== null) return wanted;
    // Ended without having told it: stopped by the page itself, as one turns a camera off.
    return track.enabled && (track.readyState === 'live' || hasEnded);
  }

  function tellCapture(track: MediaStreamTrack): void {
    // Off, it may be no more than the place of a device that is still to come.
    if (captured.has(track) || knowledge.isOn?.(track, pc) === false) return;
    captured.add(track);
    const what = sourceOf(track, true, knowledge);
    if (what === 'unknown') return;
    tell({ type: 'capture_started', what, label: track.label || null });
    // What an audio graph gives has the name of no device.
    if (what === 'microphone' && track.label && !isDrawn(track)) void compareMicrophone(track.label);
  }

  /** Whether it is the one the system would have given. */
  async function compareMicrophone(label: string): Promise<void> {
    const devices = (await quietly(() => navigator.mediaDevices.enumerateDevices())?.catch(() => null)) ?? [];
    const byDefault = devices.find(({ kind, deviceId }) => kind === 'audioinput' && deviceId === 'default');
    // Chromium writes “Default - ” before its name, in the browser's language.
    const defaultLabel = byDefault?.label === label ? label : byDefault?.label.replace(/^[^-]* - /, '');
    if (defaultLabel) tell({ type: 'microphone_compared', label, defaultLabel, audibleLabel: null });
  }

  return {
    look(streams) {
      const transceivers = quietly(() => pc.getTransceivers()) ?? [];
      for (const { sender } of transceivers) if (sender.track?.readyState === 'live') tellCapture(sender.track);
      for (const [trackId, stat] of streams) {
        const track = trackOf(transceivers, stat);
        if (track) listen(track);
        const known = streamsOf.get(trackId);
        if (!known) streamsOf.set(trackId, { track, last: track, isOn: true, isMuted: false, hasEnded: false });
        else if (known.track !== track) Object.assign(known, { track, last: track ?? known.last, hasEnded: false });
      }
      settle();
      const inUse = new Set([...streamsOf.values()].map(({ track }) => track));
      for (const [track, listening] of listened) {
        if (inUse.has(track)) continue;
        listening.stop();
        listened.delete(track);
      }
    },
    trackOf: (trackId) => streamsOf.get(trackId)?.track ?? null,
    sourceOf(trackId) {
      const track = streamsOf.get(trackId)?.track;
      return track ? sourceOf(track, captured.has(track), knowledge) : null;
    },
    stop() {
      for (const listening of listened.values()) listening.stop();
      listened.clear();
      streamsOf.clear();
    },
  };
}

function trackOf(transceivers: readonly RTCRtpTransceiver[], stat: StreamStat): MediaStreamTrack | null {
  const isSent = stat.type === 'outbound-rtp';
  const ends = transceivers.map(({ sender, receiver, mid }) => ({
    mid,
    track: isSent ? sender.track : receiver.track,
  }));
  // By its name first: one section's stream may have had another track before.
  const found =
    ends.find(({ track }) => stat.trackIdentifier !== null && track?.id === stat.trackIdentifier) ??
    ends.find(({ mid }) => stat.mid !== null && mid === stat.mid);
  return found?.track ?? null;
}

function sourceOf(track: MediaStreamTrack, isOwn: boolean, { sourceOf: told }: TrackKnowledge): Source {
  const known = told?.(track);
  if (known) return known;
  if (!isOwn) return 'unknown';
  const settings = quietly(() => track.getSettings()) ?? {};
  if (settings.displaySurface) return 'screen';
  // A picture drawn by the page itself, or a sound it mixes, is no device.
  if (!settings.deviceId || isDrawn(track)) return 'unknown';
  return track.kind === 'audio' ? 'microphone' : 'camera';
}

function isDrawn(track: MediaStreamTrack): boolean {
  // As Chromium names what an audio graph gives.
  if (track.label === 'MediaStreamAudioDestinationNode') return true;
  return typeof CanvasCaptureMediaStreamTrack !== 'undefined' && track instanceof CanvasCaptureMediaStreamTrack;
}
