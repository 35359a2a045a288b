import type { Api } from '@alongside/client';
import { type KnownError, type KnownErrorContent, listKnownErrors } from '@alongside/contracts';

/** Downloads the whole catalogue as JSON, in the form an import takes. @throws ApiError */
export async function exportKnownErrors(api: Api): Promise<void> {
  const all: KnownError[] = [];
  for (;;) {
    const { entries, total } = await api.call(listKnownErrors, { query: { offset: all.length } });
    all.push(...entries);
    if (entries.length === 0 || all.length >= total) break;
  }
  const contents: KnownErrorContent[] = all.map(({ id: _id, updatedAt: _updatedAt, ...content }) => content);
  const url = URL.createObjectURL(new Blob([JSON.stringify(contents, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'error-catalogue.json';
  link.click();
  // The download has its own hold on it by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
