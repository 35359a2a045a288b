import { FILE_NAME_MAX_LENGTH, type FileRef, getFile, UPLOAD_PATH } from '@alongside/contracts';
import type { DetailedError } from 'tus-js-client';
import type { Api } from './api.ts';
import { type ApiError, type ApiErrorCode, localError, registryError, toApiError } from './api-error.ts';
import { backoffMs } from './backoff.ts';
import { newId } from './ids.ts';
import type { Persistence } from './persistence.ts';
import { createCell, type Store } from './store.ts';
import type { TabBus } from './tabs.ts';
import { loadTus } from './tus.ts';
import { tusError } from './tus-error.ts';
import { lockOf, newWork, type StoredUpload, type UploadWork } from './upload-work.ts';

/**
 * `waiting` = the network is cut, goes on by itself · `detached` = the page was reloaded: give the same file again ·
 * `elsewhere` = another tab has it in hand: there is nothing to do here.
 */
export type UploadState = 'queued' | 'uploading' | 'waiting' | 'paused' | 'detached' | 'elsewhere' | 'done' | 'failed';

export type Upload = {
  /** The file's id on the server, made here. */
  id: string;
  /** What it belongs to, e.g. a ticket's id: composers show only their own. */
  scope: string;
  name: string;
  sizeBytes: number;
  /** As the browser guesses it; the server finds its own in the content. */
  mediaType: string;
  sentBytes: number;
  /** Over the last seconds; null while unknown. */
  rateBps: number | null;
  remainingMs: number | null;
  state: UploadState;
  error: { code: ApiErrorCode; message: string } | null;
  /** What the server found, once done. */
  file: FileRef | null;
};

/** Resumable uploads (tus 1.0), a few at a time. */
export type Uploads = Store<readonly Upload[]> & {
  /** @returns the file's id; a file too large is in the list as `failed` at once */
  add(file: File, scope: string): string;
  pause(id: string): void;
  /** Goes on after a pause, or tries a failed one again. */
  resume(id: string): void;
  /** Stops it, forgets it, and tells the server to drop what arrived; nothing where another tab has it in hand. */
  cancel(id: string): void;
  /** Gives the file again to a detached upload; goes on where it stopped. False when it is another file. */
  reattach(id: string, file: File): boolean;
  /** Takes finished ones out of the list, e.g. when their message is on its way. */
  forget(ids: readonly string[]): void;
  /** Whether all are on the server; unknown ids count as done (they were uploaded in another life of the page). */
  readiness(ids: readonly string[]): 'ready' | 'waiting' | 'failed';
  close(): void;
};

/** More at once would only share the same line. */
const PARALLEL = 3;
/** One request carries this much: below what proxies in between commonly allow, and a cut costs little. */
const CHUNK_BYTES = 16 * 1024 * 1024;
/** Progress is published at most this often, ms. */
const PROGRESS_EVERY_MS = 200;

export type UploadsOptions = {
  api: Pick<Api, 'baseUrl' | 'call' | 'headers' | 'locale'>;
  /** The person whose uploads they are. */
  personId: string;
  maxBytes: number;
  persistence: Persistence;
  tabs: Pick<TabBus, 'tell' | 'listen' | 'hold' | 'isHeld' | 'whenFree'>;
};

/** Makes the uploads of one person and shows what an earlier page left unfinished. */
export function createUploads(options: UploadsOptions): Uploads {
  const { api, persistence, tabs, maxBytes } = options;
  const prefix = `upload:${options.personId}:`;
  const list = createCell<readonly Upload[]>([]);
  const works = new Map<string, UploadWork>();
  let closed = false;

  const find = (id: string) => list.getSnapshot().find((upload) => upload.id === id);

  function patch(id: string, change: Partial<Upload>): void {
    if (closed) return;
    list.update((all) => all.map((upload) => (upload.id === id ? { ...upload, ...change } : upload)));
  }

  function keep(stored: StoredUpload): Promise<void> {
    return persistence.put(prefix + stored.id, stored);
  }

  /** Starts what may start now. */
  function pump(): void {
    if (closed) return;
    const all = list.getSnapshot();
    let free = PARALLEL - all.filter((upload) => upload.state === 'uploading').length;
    for (const upload of all) {
      if (free <= 0) return;
      if (upload.state !== 'queued') continue;
      void run(upload.id);
      free -= 1;
    }
  }

  async function run(id: string): Promise<void> {
    const work = works.get(id);
    if (!work?.file) return;
    const { stored, meter, file } = work;
    work.runs += 1;
    const mine = work.runs;
    patch(id, { state: 'uploading', error: null });
    meter.reset();
    const tus = await loadTus().catch(() => null);
    if (closed || works.get(id) !== work || work.runs !== mine || find(id)?.state !== 'uploading') return;
    if (!tus) return wait(id, localError('offline', api.locale()));
    work.tus = new tus.Upload(file, {
      endpoint: api.baseUrl + UPLOAD_PATH,
      uploadUrl: stored.url,
      chunkSize: CHUNK_BYTES,
      metadata: { filename: stored.name, filetype: stored.mediaType, fileId: id },
      storeFingerprintForResuming: false,
      // Retried here instead: for ever, and at once when the network is back.
      retryDelays: null,
      onBeforeRequest(request) {
        for (const [name, value] of Object.entries(api.headers())) request.setHeader(name, value);
      },
      onUploadUrlAvailable() {
        stored.url = work.tus?.url ?? null;
        void keep(stored);
      },
      onProgress(sentBytes) {
        work.failures = 0;
        const now = Date.now();
        meter.add(sentBytes, now);
        if (now - work.publishedAt < PROGRESS_EVERY_MS) return;
        work.publishedAt = now;
        const rateBps = meter.rateBps();
        const remainingMs = rateBps ? ((stored.sizeBytes - sentBytes) * 8_000) / rateBps : null;
        patch(id, { sentBytes, rateBps, remainingMs });
      },
      onSuccess: () => void finish(id),
      onError: (error) => onError(id, error as DetailedError),
    });
    work.tus.start();
  }

  async function finish(id: string): Promise<void> {
    const upload = find(id);
    const work = works.get(id);
    if (!upload) return;
    patch(id, { sentBytes: upload.sizeBytes, rateBps: null, remainingMs: 0 });
    try {
      const { file } = await api.call(getFile, { params: { id } });
      if (closed || !find(id)) return;
      patch(id, { state: 'done', file, error: null });
      works.delete(id);
      await persistence.remove(prefix + id);
      work?.letGo();
      pump();
    } catch (thrown) {
      waitOrFail(id, toApiError(thrown, api.locale()));
    }
  }

  function onError(id: string, thrown: DetailedError): void {
    if (closed || !works.has(id)) return;
    waitOrFail(id, tusError(thrown, api.locale()));
  }

  function waitOrFail(id: string, error: ApiError): void {
    // The session may come back by signing in again; the bytes that arrived are still there.
    if (error.retry || error.code === 'unauthenticated') wait(id, error);
    else fail(id, error);
  }

  function wait(id: string, error: ApiError): void {
    const work = works.get(id);
    if (!work || closed) return;
    work.failures += 1;
    patch(id, {
      state: 'waiting',
      rateBps: null,
      remainingMs: null,
      error: { code: error.code, message: error.message },
    });
    const delayMs = Math.max(backoffMs(work.failures, Math.random()), error.retryAfterMs ?? 0);
    work.retryTimer = setTimeout(() => requeue(id), delayMs);
    pump();
  }

  function requeue(id: string): void {
    clearTimeout(works.get(id)?.retryTimer);
    patch(id, { state: 'queued', error: null });
    pump();
  }

  function fail(id: string, error: { code: ApiErrorCode; message: string }): void {
    const shown = { code: error.code, message: error.message };
    patch(id, { state: 'failed', rateBps: null, remainingMs: null, error: shown });
    void persistence.remove(prefix + id).then(() => tabs.tell('uploads'));
    pump();
  }

  function stop(id: string): void {
    const work = works.get(id);
    clearTimeout(work?.retryTimer);
    // Aborting rejects when the request already ended; there is nothing left to stop then.
    work?.tus?.abort().catch(() => {});
  }

  const onOnline = () => {
    for (const upload of list.getSnapshot()) if (upload.state === 'waiting') requeue(upload.id);
  };
  if (typeof window !== 'undefined') window.addEventListener('online', onOnline);

  /** Takes in what an earlier page left, or another tab has begun. */
  async function restore(): Promise<void> {
    const isNew = ({ id }: StoredUpload) => !works.has(id) && !find(id);
    const left = (await persistence.list<StoredUpload>(prefix)).filter(isNew);
    const states = await Promise.all(
      left.map(async (upload) => ({ upload, isHeld: await tabs.isHeld(lockOf(upload.id)) })),
    );
    if (closed) return;
    const fresh = states.filter(({ upload }) => isNew(upload));
    if (fresh.length === 0) return;
    for (const { upload } of fresh) works.set(upload.id, newWork(upload, null));
    const shown = fresh.map(({ upload, isHeld }) => describe(upload, isHeld ? 'elsewhere' : 'detached'));
    list.update((all) => [...shown, ...all]);
    for (const { upload } of fresh) void look(upload.id);
  }

  /** Sees whether another tab has one in hand that this page only knows of, until none has. */
  async function look(id: string): Promise<void> {
    const isHeld = await tabs.isHeld(lockOf(id));
    // Asked after it: whoever is done with one forgets it first and then lets go.
    const kept = await persistence.get<StoredUpload>(prefix + id);
    const work = works.get(id);
    if (closed || !work || work.file) return;
    if (!kept) {
      works.delete(id);
      list.update((all) => all.filter((upload) => upload.id !== id));
      return;
    }
    // With the address on the server that the other tab may have got since.
    work.stored = kept;
    const state = isHeld ? 'elsewhere' : 'detached';
    if (find(id)?.state !== state) patch(id, { state });
    if (!isHeld || work.isWatched) return;
    work.isWatched = true;
    await tabs.whenFree(lockOf(id));
    work.isWatched = false;
    await look(id);
  }

  function takeInHand(work: UploadWork): void {
    work.letGo = tabs.hold(lockOf(work.stored.id), () => tabs.tell('uploads'));
  }

  const stopTabs = tabs.listen('uploads', () => {
    for (const [id, work] of works) if (!work.file) void look(id);
    // A message with a file that is on its way in another tab may be sent from this one, which must wait for the file.
    void restore();
  });
  void restore();

  return {
    subscribe: list.subscribe,
    getSnapshot: list.getSnapshot,
    add(file, scope) {
      const stored: StoredUpload = {
        id: newId(),
        scope,
        name: shortName(file.name),
        sizeBytes: file.size,
        mediaType: file.type || 'application/octet-stream',
        lastModified: file.lastModified,
        url: null,
      };
      const error =
        file.size > maxBytes ? registryError('file_too_large', api.locale(), { limit: megabytes(maxBytes) }) : null;
      const shown = error && { code: error.code, message: error.message };
      list.update((all) => [...all, { ...describe(stored, shown ? 'failed' : 'queued'), error: shown }]);
      if (!shown) {
        const work = newWork(stored, file);
        works.set(stored.id, work);
        takeInHand(work);
        void keep(stored);
        pump();
      }
      return stored.id;
    },
    pause(id) {
      const state = find(id)?.state;
      if (state !== 'queued' && state !== 'uploading' && state !== 'waiting') return;
      stop(id);
      patch(id, { state: 'paused', rateBps: null, remainingMs: null });
      pump();
    },
    resume(id) {
      const work = works.get(id);
      const state = find(id)?.state;
      if (!work?.file || (state !== 'paused' && state !== 'failed' && state !== 'waiting')) return;
      work.failures = 0;
      // What failed was forgotten: begun again, it outlives the page again.
      if (state === 'failed') void keep(work.stored).then(() => tabs.tell('uploads'));
      requeue(id);
    },
    cancel(id) {
      if (find(id)?.state === 'elsewhere') return;
      const work = works.get(id);
      stop(id);
      works.delete(id);
      list.update((all) => all.filter((upload) => upload.id !== id));
      void persistence.remove(prefix + id).then(() => {
        work?.letGo();
        tabs.tell('uploads');
      });
      if (work?.stored.url) {
        // What cannot be dropped now the server drops by itself after a while.
        const { url } = work.stored;
        const options = { retryDelays: [0, 2_000], headers: api.headers() };
        loadTus()
          .then((tus) => tus.Upload.terminate(url, options))
          .catch(() => {});
      }
      pump();
    },
    reattach(id, file) {
      const work = works.get(id);
      if (!work || work.file || find(id)?.state === 'elsewhere') return false;
      const { stored } = work;
      // Name, size and time of change are what a browser lets us compare without reading all of it.
      const isSame =
        shortName(file.name) === stored.name &&
        file.size === stored.sizeBytes &&
        file.lastModified === stored.lastModified;
      if (!isSame) return false;
      work.file = file;
      takeInHand(work);
      requeue(id);
      return true;
    },
    forget(ids) {
      for (const id of ids) works.delete(id);
      list.update((all) => all.filter((upload) => !ids.includes(upload.id)));
    },
    readiness(ids) {
      const states = ids.map((id) => find(id)?.state ?? 'done');
      if (states.some((state) => state === 'failed' || state === 'detached')) return 'failed';
      return states.every((state) => state === 'done') ? 'ready' : 'waiting';
    },
    close() {
      closed = true;
      for (const [id, work] of works) {
        stop(id);
        work.letGo();
      }
      works.clear();
      stopTabs();
      if (typeof window !== 'undefined') window.removeEventListener('online', onOnline);
    },
  };
}

function describe(stored: StoredUpload, state: UploadState): Upload {
  return {
    id: stored.id,
    scope: stored.scope,
    name: stored.name,
    sizeBytes: stored.sizeBytes,
    mediaType: stored.mediaType,
    sentBytes: 0,
    rateBps: null,
    remainingMs: null,
    state,
    error: null,
    file: null,
  };
}

// The end is kept as well, since it tells what kind of file it is.
function shortName(name: string): string {
  if (name.length <= FILE_NAME_MAX_LENGTH) return name;
  return `${name.slice(0, FILE_NAME_MAX_LENGTH - 21)}…${name.slice(-20)}`;
}

function megabytes(bytes: number): string {
  return bytes >= 1024 ** 3 ? `${+(bytes / 1024 ** 3).toFixed(1)} GB` : `${+(bytes / 1024 ** 2).toFixed(1)} MB`;
}
