import type { Draft } from '@alongside/client';

/**
 * The draft of a request the host page opened with words of its own. What the visitor wrote and attached stays below them.
 * @param before what was being written; null for nothing
 */
export function describedDraft(before: Draft | null, description: string): Draft {
  const written = before?.body ?? '';
  // The same button of the page pressed again says nothing new.
  const isSaid = written.startsWith(description);
  const body = isSaid ? written : written.trim() === '' ? description : `${description}\n\n${written}`;
  return { body, visibility: 'public', files: before?.files ?? [] };
}
