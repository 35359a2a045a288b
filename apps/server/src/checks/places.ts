import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import type { CheckBackups, CheckRoom, MediaAddressState } from '@alongside/contracts';
import type { Media } from '../calls/media.ts';
import { checkMediaAddress } from '../calls/media-address.ts';

/** What we saw of an address holds for so long, ms: a check must not make us knock without end. */
const KNOWN_MS = 10_000;
/** A page does not wait longer for what we see, ms. */
const PATIENCE_MS = 1_500;

/** The media server's addresses as we see them ourselves. */
export type MediaPlaces = {
  /** @param origin the address this request came to */
  look(media: Media, origin: string): Promise<Pick<CheckRoom, 'addresses' | 'backups'>>;
};

type Known = { atMs: number; server: Promise<MediaAddressState>; machines: Promise<readonly string[]> };

/**
 * @param publicUrl ours, if configured: never a stranger's word for it
 * @param resolve a host's IP addresses; for tests
 */
export function createMediaPlaces(
  publicUrl: string | undefined,
  nowMs: () => number = Date.now,
  resolve: (host: string) => Promise<readonly string[]> = resolveHost,
): MediaPlaces {
  const known = new Map<string, Known>();
  /** @param url of the configuration */
  function seen(url: string): Known {
    const before = known.get(url);
    if (before && nowMs() - before.atMs < KNOWN_MS) return before;
    const now: Known = {
      atMs: nowMs(),
      server: checkMediaAddress(url).then(({ state }) => state),
      machines: resolve(new URL(url).hostname).catch(() => []),
    };
    known.set(url, now);
    return now;
  }
  async function machinesOf(media: Media, url: string): Promise<readonly string[]> {
    if (!media.isOwn) return seen(url).machines;
    const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
    return publicUrl === undefined ? own : [...own, ...(await resolve(new URL(publicUrl).hostname).catch(() => []))];
  }
  return {
    async look(media, origin) {
      const url = media.urlFor(origin);
      const backups = [...new Set(media.backupUrls)].filter((backup) => backup !== url);
      const primary = {
        url,
        role: 'primary' as const,
        server: media.isOwn ? ('ok' as const) : await soon(seen(url).server),
      };
      const others = backups.map(async (backup) => ({
        url: backup,
        role: 'backup' as const,
        server: await soon(seen(backup).server),
      }));
      const machines = backups.map((backup) => soon(seen(backup).machines));
      return {
        addresses: [primary, ...(await Promise.all(others))],
        backups: judgeBackups(await machinesOf(media, url), await Promise.all(machines)),
      };
    },
  };
}

/**
 * Whether the backups are somewhere else than the first address.
 * @param primary its machines, by IP address
 * @param backups those of each backup; null or empty where nobody knows
 */
export function judgeBackups(primary: readonly string[], backups: readonly (readonly string[] | null)[]): CheckBackups {
  if (backups.length === 0) return 'missing';
  const known = backups.filter((machines) => machines !== null && machines.length > 0) as (readonly string[])[];
  const isSame = (machines: readonly string[]) => machines.some((machine) => primary.includes(machine));
  return known.length > 0 && known.every(isSame) ? 'same_place' : 'distinct';
}

async function resolveHost(host: string): Promise<readonly string[]> {
  return (await lookup(host.replace(/^\[|\]$/g, ''), { all: true })).map(({ address }) => address);
}

async function soon<T>(answer: Promise<T>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), PATIENCE_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
