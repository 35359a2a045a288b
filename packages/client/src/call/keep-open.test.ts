import type { LocalVideoTrack, VideoCaptureOptions } from 'livekit-client';
import { expect, it } from 'vitest';
import { keepOpen } from './keep-open.ts';

/** A camera that counts how often it was opened anew. */
function openCamera(state: { readyState?: string; muted?: boolean; exact?: string } = {}) {
  const opened: unknown[] = [];
  const track = {
    mediaStreamTrack: {
      readyState: state.readyState ?? 'live',
      muted: state.muted ?? false,
      getSettings: () => ({ deviceId: 'the one in use' }),
    },
    constraints: { deviceId: state.exact ? { exact: state.exact } : { ideal: 'another' } },
    restartTrack: async (options?: VideoCaptureOptions) => void opened.push(options),
  };
  keepOpen(track as unknown as LocalVideoTrack);
  return { track, opened };
}

it('a device that works stays open while its room is mended', async () => {
  const { track, opened } = openCamera();
  await track.restartTrack();
  expect(opened).toEqual([]);
  const chosen = openCamera({ exact: 'the one in use' });
  await chosen.track.restartTrack();
  expect(chosen.opened).toEqual([]);
});

it.each([
  ['ended', { readyState: 'ended' }],
  ['is silenced by the system', { muted: true }],
  ['is not the one that was chosen', { exact: 'another' }],
])('a device that %s is opened as the library would', async (_, state) => {
  const { track, opened } = openCamera(state);
  await track.restartTrack();
  expect(opened).toEqual([undefined]);
});

it('whoever wants other properties of it gets them while it is mended, too', async () => {
  const { track, opened } = openCamera();
  await track.restartTrack({ facingMode: 'environment' });
  expect(opened).toEqual([{ facingMode: 'environment' }]);
});
