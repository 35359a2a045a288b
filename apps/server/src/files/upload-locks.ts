import type { Lock, Locker, RequestRelease } from '@tus/server';

/**
 * One request at a time for each upload. A newcomer asks the holder to let go, since the holder is often a connection
 * that broke without saying so. (The locker that comes with @tus/server spins while it waits.)
 */
export function createUploadLocks(): Locker {
  const tails = new Map<string, { released: Promise<void>; requestRelease: RequestRelease | null; wanted: boolean }>();

  return {
    newLock(id: string): Lock {
      let release: (() => void) | null = null;
      return {
        async lock(_stopSignal, requestRelease) {
          const before = tails.get(id);
          const { promise, resolve } = Promise.withResolvers<void>();
          const mine = { released: promise, requestRelease: null as RequestRelease | null, wanted: false };
          tails.set(id, mine);
          release = () => {
            if (tails.get(id) === mine) tails.delete(id);
            resolve();
          };
          if (before) {
            // One that still waits itself is told when its turn comes.
            before.wanted = true;
            await before.requestRelease?.();
            await before.released;
          }
          mine.requestRelease = requestRelease;
          if (mine.wanted) void requestRelease();
        },
        async unlock() {
          release?.();
          release = null;
        },
      };
    },
  };
}
