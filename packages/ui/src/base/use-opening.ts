import { useEffect, useEffectEvent } from 'react';

/**
 * Fills a dialog in anew each time it opens. Nothing else that changes meanwhile touches what was typed.
 * @param opened what it was opened with, or true; null, undefined or false while closed
 */
export function useOpening<T>(opened: T | null | undefined | false, fill: (opened: T) => void): void {
  const fillNow = useEffectEvent(fill);
  useEffect(() => {
    if (opened !== null && opened !== undefined && opened !== false) fillNow(opened);
  }, [opened]);
}
