import type { Track } from 'livekit-client';
import { keepDiverted } from './diversion.ts';
import type { VideoHandle } from './model.ts';

// The same track gives the same handle, so that a screen does not detach and attach it at each change beside it.
const handles = new WeakMap<Track, VideoHandle>();
let nextKey = 1;

/** What a video element needs of a track. Attaching goes through the library: it learns the size the picture is shown at. */
export function videoHandle(track: Track, mirrored: boolean): VideoHandle {
  const known = handles.get(track);
  if (known) return known;
  const handle: VideoHandle = {
    key: `video-${nextKey++}`,
    mirrored,
    attach(element) {
      track.attach(element);
      keepDiverted(track, element);
      return () => {
        track.detach(element);
      };
    },
  };
  handles.set(track, handle);
  return handle;
}
