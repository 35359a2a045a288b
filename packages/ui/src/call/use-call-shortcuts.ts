import type { CallController } from '@alongside/client';
import { type RefObject, useEffect } from 'react';

/** M microphone, V camera, S screen, F full screen; never while one is writing, nor with Ctrl, Alt or Cmd. */
export function useCallShortcuts(call: CallController, active: boolean, stage: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (!active) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
      const target = event.target as HTMLElement | null;
      if (
        target?.closest('input, textarea, select, [contenteditable], [role="menu"], [role="listbox"], [role="dialog"]')
      )
        return;
      const { microphone, camera, screen, canShareScreen } = call.getSnapshot();
      switch (event.key.toLowerCase()) {
        case 'm':
          void call.setMicrophone(microphone.state !== 'on');
          break;
        case 'v':
          void call.setCamera(camera.state !== 'on');
          break;
        case 's':
          if (!canShareScreen) return;
          void call.setScreen(screen.state !== 'on');
          break;
        case 'f':
          if (!document.fullscreenEnabled) return;
          if (document.fullscreenElement) void document.exitFullscreen();
          else stage.current?.requestFullscreen().catch(() => {});
          break;
        default:
          return;
      }
      event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [call, active, stage]);
}
