import { useEffect, useRef } from 'react';

/** What a key does; keys as `KeyboardEvent.key`, with `mod+` for ⌘ on Apple's machines, Ctrl elsewhere. */
export type Shortcuts = Readonly<Record<string, ((event: KeyboardEvent) => void) | undefined>>;

/**
 * Listens to single keys while nobody is typing and no dialog is open. `mod+` shortcuts work in fields too.
 * The newest listener that knows a key wins.
 */
export function useShortcuts(shortcuts: Shortcuts): void {
  const current = useRef(shortcuts);
  current.current = shortcuts;
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented || event.isComposing || event.altKey) return;
      // The other one is the system's own: Ctrl+K deletes to the end of the line on Apple's machines.
      const isMod = MOD_KEY === '⌘' ? event.metaKey : event.ctrlKey;
      if (!isMod && (event.ctrlKey || event.metaKey)) return;
      const run = current.current[isMod ? `mod+${event.key.toLowerCase()}` : event.key];
      if (!run) return;
      if (!isMod && isTaken(event.target)) return;
      event.preventDefault();
      run(event);
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

// Letters belong to whoever is writing, choosing from a list, or answering a dialog.
function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('input, textarea, select, [role="listbox"], [role="menu"]'))
    return true;
  // A toast and a ringing call are dialogs by their role, but one may go on working beside them.
  const dialogs = document.querySelectorAll('[role="dialog"], [role="alertdialog"]');
  return [...dialogs].some((dialog) => dialog.closest('[data-toasts], [data-ring]') === null);
}

/** ⌘ on Apple's machines, Ctrl elsewhere. */
export const MOD_KEY = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘' : 'Ctrl';
