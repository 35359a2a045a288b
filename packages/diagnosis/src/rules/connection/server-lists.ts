import type { Session } from '../../model/session.ts';
import { eventsOf } from '../events.ts';

/** A server by the address that was written down or tried. */
export type ListedServer = {
  address: string;
  /** Null where the address has none that can be told. */
  host: string | null;
  role: 'primary' | 'backup';
  /** `untried` where nothing tells that it was. */
  outcome: 'connected' | 'failed' | 'untried';
};

/** Addresses meant to stand in for each other, as one participant has them. */
export type ServerList = {
  participantId: string;
  servers: ListedServer[];
  /** Whether the list says of itself that it has no backup. */
  saysNone: boolean;
  fromMs: number;
  toMs: number;
};

const ADDRESS =
  /\b(?:wss?|https?|rtmps?|srt|turns?|stuns?):(?:\/\/)?[\w.-]+(?:\[[^\]]+\])?(?::\d+)?[^\s"'`,;|<>()[\]{}]*/gi;
const LIST_WORD = /\b\w*(?:servers?|urls?|address(?:es)?|endpoints?|gateways?|nodes?|backups?|fallbacks?|hosts?)\b/i;
const BACKUP_WORD = /backup|fallback|secondary|standby|备用|备份/i;
const NO_BACKUP = /(?:backup|fallback|secondary)\w*["']?\s*[:=]\s*(?:\[\s*\]|null|undefined|none\b|""|'')/i;
const FAILED = /fail|error|timed? ?out|refused|unreachable|ECONN\w+|ENOTFOUND|not resolved|失败|超时|拒绝/i;
const CONNECTED = /\bconnected\b|established|succeeded|\bopen(?:ed)?\b|连接成功|已连接/i;

/** A list is as long as people write by hand. */
const MAX_SERVERS = 50;

/** @returns of each participant the addresses its programs tried, and those its log lists */
export function serverLists(session: Session): ServerList[] {
  const tried = eventsOf(session, 'server_tried');
  return session.participants.flatMap(({ id }) => {
    const own = tried.filter(({ participantId }) => participantId === id);
    const list: ServerList = { participantId: id, servers: [], saysNone: false, fromMs: 0, toMs: 0 };
    for (const { address, role, outcome } of own) put(list, address, role, outcome);
    const times = own.map(({ atMs }) => atMs);
    readLog(session, list, times);
    if (list.servers.length === 0 && !list.saysNone) return [];
    // A log of a whole day has more lines than a function takes arguments.
    const fromMs = times.reduce((first, atMs) => Math.min(first, atMs), Number.POSITIVE_INFINITY);
    const toMs = times.reduce((last, atMs) => Math.max(last, atMs), Number.NEGATIVE_INFINITY);
    return [{ ...list, fromMs, toMs }];
  });
}

function readLog(session: Session, list: ServerList, times: number[]): void {
  for (const { atMs, participantId, text } of session.logs) {
    if (participantId !== list.participantId || atMs === null || text.length > 20_000) continue;
    const addresses = text.match(ADDRESS) ?? [];
    const isList =
      LIST_WORD.test(text) && (addresses.length > 1 || (addresses.length === 1 && /\[[^\]]*\]/.test(text)));
    const [only] = addresses;
    const known = only === undefined ? undefined : list.servers.find(({ address }) => address === only);
    if (NO_BACKUP.test(text)) {
      list.saysNone = true;
      times.push(atMs);
    }
    if (isList)
      for (const [index, address] of addresses.entries())
        put(list, address, index === 0 && list.servers.length === 0 ? 'primary' : 'backup', 'untried', true);
    else if (only !== undefined && addresses.length === 1 && (known || BACKUP_WORD.test(text))) {
      const outcome = FAILED.test(text) ? 'failed' : CONNECTED.test(text) ? 'connected' : 'untried';
      put(list, only, known?.role ?? 'backup', outcome);
    } else continue;
    times.push(atMs);
  }
}

function put(
  list: ServerList,
  address: string,
  role: ListedServer['role'],
  outcome: ListedServer['outcome'],
  isAnew = false,
): void {
  const known = list.servers.find((one) => one.address === address);
  // Written twice in one list it stands for two, which is the point.
  const isTwice = isAnew && known !== undefined && list.servers.at(-1) === known;
  if (known && !isTwice) {
    if (outcome !== 'untried' && known.outcome !== 'connected') known.outcome = outcome;
    return;
  }
  if (list.servers.length < MAX_SERVERS)
    list.servers.push({ address, host: hostOf(address), role, outcome: known?.outcome ?? outcome });
}

function hostOf(address: string): string | null {
  const found = /^(?:[a-z]+:(?:\/\/)?)?(\[[^\]]+\]|[\w.-]+)/i.exec(address.trim());
  return found?.[1]?.toLowerCase() ?? null;
}

/** Second levels under which others register, in front of a country. */
const SHARED_LEVELS = new Set(['co', 'com', 'net', 'org', 'gov', 'edu', 'ac']);

/** @returns whose name it is: the part of a host name that one registers; an address as it is */
export function domainOf(host: string): string {
  if (/^\[|^[\d.]+$/.test(host)) return host;
  const labels = host.split('.');
  const isShared = labels.length > 2 && labels.at(-1)!.length === 2 && SHARED_LEVELS.has(labels.at(-2)!);
  return labels.slice(isShared ? -3 : -2).join('.');
}
