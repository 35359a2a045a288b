import { type RefObject, useCallback, useEffect, useState } from 'react';

/** Whether a video can float above other windows here. */
export function canUsePictureInPicture(): boolean {
  return typeof document !== 'undefined' && document.pictureInPictureEnabled === true;
}

/** Lets a video float above other windows, or takes it back. */
export async function togglePictureInPicture(video: HTMLVideoElement | null): Promise<void> {
  try {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else await video?.requestPictureInPicture();
  } catch {
    // No picture yet, or the browser refuses here: the video simply stays where it is.
  }
}

/** Full screen of one element. */
export function useFullScreen(element: RefObject<HTMLElement | null>): {
  available: boolean;
  on: boolean;
  toggle: () => void;
} {
  const [on, setOn] = useState(false);
  useEffect(() => {
    const look = () => setOn(document.fullscreenElement !== null && document.fullscreenElement === element.current);
    document.addEventListener('fullscreenchange', look);
    return () => document.removeEventListener('fullscreenchange', look);
  }, [element]);
  const toggle = useCallback(() => {
    const change = document.fullscreenElement ? document.exitFullscreen() : element.current?.requestFullscreen();
    // A frame without the permission may not; the button then does nothing, and nothing breaks.
    change?.catch(() => {});
  }, [element]);
  return { available: typeof document !== 'undefined' && document.fullscreenEnabled === true, on, toggle };
}
