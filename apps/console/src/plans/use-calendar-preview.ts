import type { ApiError } from '@alongside/client';
import { type CalendarContent, previewCalendar } from '@alongside/contracts';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRoute } from '../data/queries.ts';

/** So long nobody has to have changed anything, ms. */
const STILL_MS = 350;

/**
 * What saving these hours would do to the deadlines that run, and what is wrong with them, while they are edited.
 * @param calendarId null: it is not saved yet, so nothing runs on it
 */
export function useCalendarPreview(
  calendarId: string | null,
  content: CalendarContent,
  isChanged: boolean,
): { words: string | null; error: ApiError | null } {
  const { t } = useTranslation('plans', { keyPrefix: 'preview' });
  const wanted = JSON.stringify(content);
  const [asked, setAsked] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(wanted), STILL_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  const found = useRoute(
    previewCalendar,
    { params: { id: calendarId ?? '' }, body: { content: JSON.parse(asked) as CalendarContent } },
    { enabled: calendarId !== null && isChanged },
  );
  if (calendarId === null || !isChanged) return { words: null, error: null };
  if (asked !== wanted || found.isPending) return { words: t('looking'), error: null };
  if (found.isError) return { words: t('unsound'), error: found.error };
  const { running, sooner, later } = found.data;
  if (running === 0) return { words: t('noneRunning'), error: null };
  if (sooner + later === 0) return { words: t('noneMoves', { count: running }), error: null };
  return { words: t('moves', { count: sooner + later, running, sooner, later }), error: null };
}
