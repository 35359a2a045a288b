import { linkFiles, previewFile, type RouteReply } from '@alongside/contracts';
import type { Api } from './api.ts';
import { type ApiError, registryError, toApiError } from './api-error.ts';

export type FileLink = RouteReply<typeof linkFiles>['links'][number];
export type FilePreview = RouteReply<typeof previewFile>;

/** Signed addresses of files, fetched in batches, cached and renewed before they expire. */
export type Files = {
  /** Changes when any link arrived or was renewed. */
  subscribe(listener: () => void): () => void;
  /** The link if it is known and still good; asks for it otherwise (then `subscribe` tells). */
  peek(id: string): FileLink | null;
  /** @throws ApiError `not_found` when the file is not this person's to see */
  link(id: string): Promise<FileLink>;
  /** The beginning of a text or log file. Cached. */
  preview(id: string): Promise<FilePreview>;
  close(): void;
};

/** A link is renewed when it has less than this to live, ms: whoever opens it needs time to read. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** Links wanted within this are asked for together, ms. */
const GATHER_MS = 15;
const BATCH = 100;
/** A link that could not be had is not asked for again before this, ms. */
const REFUSED_FOR_MS = 10_000;

type Waiter = { resolve(link: FileLink): void; reject(error: ApiError): void };

/** Makes the cache of file links. */
export function createFiles(api: Pick<Api, 'call' | 'locale'>): Files {
  const links = new Map<string, FileLink>();
  const previews = new Map<string, Promise<FilePreview>>();
  const wanted = new Map<string, Waiter[]>();
  const refusedUntil = new Map<string, number>();
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let renewTimer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  const isGood = (link: FileLink) => Date.parse(link.expiresAt) - Date.now() > RENEW_BEFORE_MS;

  function want(id: string, waiter: Waiter | null): void {
    if (closed) return;
    const waiters = wanted.get(id) ?? [];
    if (waiter) waiters.push(waiter);
    wanted.set(id, waiters);
    timer ??= setTimeout(fetchWanted, GATHER_MS);
  }

  async function fetchWanted(): Promise<void> {
    timer = undefined;
    const batch = [...wanted].slice(0, BATCH);
    for (const [id] of batch) wanted.delete(id);
    if (wanted.size > 0) timer = setTimeout(fetchWanted, 0);
    try {
      const reply = await api.call(linkFiles, { body: { ids: batch.map(([id]) => id) } });
      for (const link of reply.links) links.set(link.id, link);
      for (const [id, waiters] of batch) {
        const link = links.get(id);
        // What is left out of the reply is not ours to see.
        if (!link) refusedUntil.set(id, Date.now() + REFUSED_FOR_MS);
        for (const waiter of waiters) {
          if (link) waiter.resolve(link);
          else waiter.reject(registryError('not_found', api.locale()));
        }
      }
    } catch (thrown) {
      const error = toApiError(thrown, api.locale());
      for (const [id, waiters] of batch) {
        refusedUntil.set(id, Date.now() + Math.max(REFUSED_FOR_MS, error.retryAfterMs ?? 0));
        for (const waiter of waiters) waiter.reject(error);
      }
    }
    if (closed) return;
    planRenewal();
    for (const listener of [...listeners]) listener();
  }

  // Pictures on the screen keep their address until it nearly ends; then screens are told to look again.
  function planRenewal(): void {
    clearTimeout(renewTimer);
    let next = Number.POSITIVE_INFINITY;
    for (const link of links.values()) next = Math.min(next, Date.parse(link.expiresAt) - RENEW_BEFORE_MS);
    if (!Number.isFinite(next) || listeners.size === 0) return;
    renewTimer = setTimeout(
      () => {
        for (const [id, link] of links) if (!isGood(link)) links.delete(id);
        for (const listener of [...listeners]) listener();
        planRenewal();
      },
      Math.max(1_000, next - Date.now()),
    );
  }

  return {
    subscribe(listener) {
      const own = () => listener();
      listeners.add(own);
      if (listeners.size === 1) planRenewal();
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) clearTimeout(renewTimer);
      };
    },
    peek(id) {
      const link = links.get(id);
      if (link && isGood(link)) return link;
      if (!wanted.has(id) && (refusedUntil.get(id) ?? 0) < Date.now()) want(id, null);
      return null;
    },
    link(id) {
      const known = links.get(id);
      if (known && isGood(known)) return Promise.resolve(known);
      return new Promise((resolve, reject) => want(id, { resolve, reject }));
    },
    preview(id) {
      const known = previews.get(id);
      if (known) return known;
      const asked = api.call(previewFile, { params: { id } });
      previews.set(id, asked);
      asked.catch(() => previews.delete(id));
      return asked;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(renewTimer);
      listeners.clear();
    },
  };
}
