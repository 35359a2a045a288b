import type { Track } from 'livekit-client';

// What plays in the place of a track; the track itself stays attached, so that the library goes on telling the media
// server how large it is shown.
const diversions = new WeakMap<Track, MediaStreamTrack>();

/**
 * Plays something else wherever a track of the room is played, or the track itself again. The element keeps its stream, in
 * which one track takes the place of the other: it is not loaded anew and shows the last picture until the next one.
 * @param instead null: the track itself
 */
export function divert(track: Track, instead: MediaStreamTrack | null): void {
  if (instead) diversions.set(track, instead);
  else diversions.delete(track);
  for (const element of track.attachedElements) keepDiverted(track, element);
}

/** Makes an element that has just been given a track play what the track is diverted to. */
export function keepDiverted(track: Track, element: HTMLMediaElement): void {
  const stream = element.srcObject;
  if (!(stream instanceof MediaStream)) return;
  const wanted = diversions.get(track) ?? track.mediaStreamTrack;
  const playing = stream.getTracks().filter(({ kind }) => kind === wanted.kind);
  for (const other of playing) if (other !== wanted) stream.removeTrack(other);
  if (!playing.includes(wanted)) stream.addTrack(wanted);
}
