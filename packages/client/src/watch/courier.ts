import type { SampleBatch, SampleRows, SamplesReply } from '@alongside/contracts';
import { encodeRows } from '@alongside/diagnosis';
import { backoffMs } from '../backoff.ts';
import { createListening, quietly } from './quietly.ts';
import { SAMPLE_EVERY_MS, type Sampler } from './sampler.ts';

/** The first batch goes soon, so that whoever helps need not wait for it, ms. */
const FIRST_AFTER_MS = 4_000;
const SEND_EVERY_MS = 10_000;
/** What could not be sent for longer is let go of, ms. */
export const KEEP_UNSENT_MS = 5 * 60_000;
/** A page that goes may leave no more behind (Fetch standard, section 4.6: 64 KiB for all that is under way), bytes. */
const LAST_WORDS_MAX_BYTES = 60_000;
/** So many batches refused one after the other mean that none is wanted. */
const REFUSALS_MAX = 3;

/** @throws whatever says by `retry: true` that the same may succeed later */
export type SendBatch = (
  batch: SampleBatch,
  options: { keepalive: boolean },
) => Promise<Pick<SamplesReply, 'goOn' | 'sendEveryMs'>>;

export type CourierOptions = {
  sampler: Sampler;
  participantId: string;
  /** Id of the stay, in every batch. */
  stay: string;
  send: SendBatch;
  /** Changes rows before they are kept, e.g. hides addresses. */
  prepare?(rows: SampleRows): SampleRows;
  clockOffsetMs?(): number;
  /** Nothing leaves the page before `release`. */
  hold?: boolean;
  /** Nothing more is wanted over there. */
  onOver?(): void;
};

/** Brings what a sampler measures to where it is wanted, in batches, through cuts of the network. */
export type Courier = {
  /** Lets go what was held back, and all that follows. Fulfilled when what there is has gone, or cannot go now. */
  release(): Promise<void>;
  /** Sends what is left, once; what is held back waits for `release`. The sampler is not stopped. */
  stop(): Promise<void>;
};

type Waiting = { packedMs: number; batch: Omit<SampleBatch, 'sentAtMs'> };

export function createCourier(options: CourierOptions): Courier {
  const { sampler, participantId, stay } = options;
  const listening = createListening();
  const waiting: Waiting[] = [];
  let held = options.hold ?? false;
  let number = 0;
  let failures = 0;
  let refusals = 0;
  let everyMs = SEND_EVERY_MS;
  let sending: Promise<void> | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueMs = 0;
  let stopped = false;
  let over = false;

  function pack(last = false): void {
    sampler.take((session, takenMs) => {
      let afterMs = takenMs;
      for (;;) {
        const encoded = encodeRows(session, participantId, afterMs);
        if (!encoded) return afterMs;
        afterMs = encoded.upToMs;
        const rows = options.prepare?.(encoded.rows) ?? encoded.rows;
        const userAgent = session.participants[0]?.userAgent;
        const batch = { version: 1 as const, stay, number: number++, ...(userAgent ? { userAgent } : {}), rows };
        waiting.push({ packedMs: Date.now(), batch });
      }
    });
    const newest = waiting.at(-1);
    if (last && newest) newest.batch.last = true;
    while (waiting[0] && waiting[0].packedMs < Date.now() - KEEP_UNSENT_MS) waiting.shift();
  }

  const sealed = ({ batch }: Waiting): SampleBatch => {
    const clockOffsetMs = options.clockOffsetMs?.();
    return { ...batch, sentAtMs: Date.now(), ...(clockOffsetMs ? { clockOffsetMs } : {}) };
  };

  async function sendAll(): Promise<void> {
    while (waiting[0] && !over && !held) {
      const first = waiting[0];
      try {
        const reply = await options.send(sealed(first), { keepalive: false });
        taken(first);
        failures = 0;
        refusals = 0;
        everyMs = reply.sendEveryMs;
        if (!reply.goOn) end();
      } catch (thrown) {
        if ((thrown as { retry?: boolean } | null)?.retry) {
          failures += 1;
          return;
        }
        taken(first);
        refusals += 1;
        if (refusals >= REFUSALS_MAX) end();
      }
    }
  }

  function taken(one: Waiting): void {
    const index = waiting.indexOf(one);
    if (index >= 0) waiting.splice(index, 1);
  }

  function flush(): Promise<void> {
    sending ??= sendAll().finally(() => {
      sending = null;
    });
    return sending;
  }

  function schedule(ms: number): void {
    clearTimeout(timer);
    if (over || stopped) return;
    dueMs = Date.now() + ms;
    // By itself only where no reading comes.
    timer = setTimeout(go, ms === 0 ? 0 : ms + SAMPLE_EVERY_MS / 2);
  }

  function go(): void {
    clearTimeout(timer);
    dueMs = Number.POSITIVE_INFINITY;
    quietly(() => pack());
    void flush().then(() => schedule(failures > 0 ? Math.max(everyMs, backoffMs(failures, Math.random())) : everyMs));
  }

  /** What was just measured goes at once: waiting for a clock of its own would make it up to a reading older. */
  function onSampled(): void {
    if (!over && !stopped && Date.now() >= dueMs - SAMPLE_EVERY_MS / 2) go();
  }

  function end(): void {
    if (over) return;
    over = true;
    clearTimeout(timer);
    unhear();
    listening.stop();
    waiting.length = 0;
    quietly(() => options.onOver?.());
  }

  /** The page goes, or is put to sleep: what fits is left behind with the browser, newest last. */
  function leaveWords(last: boolean): void {
    pack(last);
    if (held || over) return;
    let bytes = 0;
    for (const one of [...waiting].reverse()) {
      const batch = sealed(one);
      bytes += JSON.stringify(batch).length;
      if (bytes > LAST_WORDS_MAX_BYTES) break;
      options.send(batch, { keepalive: true }).catch(() => {});
    }
  }

  listening.on(window, 'pagehide', () => leaveWords(true));
  // What waits for an answer of the network now is gone over again when it wakes up: a batch is taken once.
  listening.on(document, 'freeze', () => leaveWords(false));
  listening.on(window, 'online', () => {
    failures = 0;
    void flush();
  });
  // Phones end a page that is put aside without a word.
  listening.on(document, 'visibilitychange', () => {
    if (document.visibilityState === 'hidden') schedule(0);
  });
  const unhear = sampler.onSampled(onSampled);
  schedule(FIRST_AFTER_MS);

  return {
    async release() {
      held = false;
      if (!stopped) quietly(() => pack());
      await flush();
      if (stopped) end();
    },
    async stop() {
      if (over || stopped) return;
      stopped = true;
      quietly(() => pack(true));
      clearTimeout(timer);
      unhear();
      listening.stop();
      // What is held back may still be wanted: a ticket is often opened when the call is over.
      if (held) return;
      await flush();
      end();
    },
  };
}
