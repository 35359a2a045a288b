import { type RefObject, useEffect } from 'react';

/**
 * Tabs that scroll sideways on a narrow screen: keeps the one of the present page in sight.
 * @param nav holds the links, the present one marked with aria-current="page"
 * @param present which it is
 */
export function usePresentInSight(nav: RefObject<HTMLElement | null>, present: string | undefined): void {
  useEffect(() => {
    if (present === undefined) return;
    nav.current?.querySelector('[aria-current="page"]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [nav, present]);
}
