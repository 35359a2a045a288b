import { counted, EFFECTS, failed, listRule, severityFor } from './server-list-rule.ts';
import { domainOf, type ListedServer } from './server-lists.ts';

/**
 * All addresses are of one machine, so that what takes one takes them all. One owner's name for all of them says little
 * (its machines may stand in different cities) and counts only where all failed.
 */
export const backupSamePlace = listRule(
  'backup-same-place',
  [...EFFECTS, 'backup-unreachable', 'server-unreachable'],
  (list) => {
    const { servers } = list;
    if (servers.length < 2) return [];
    const one = shared(servers, (host) => host);
    const isAllFailed = failed(list).length === servers.length;
    const owner = one === null && isAllFailed ? shared(servers, domainOf) : null;
    const place = one ?? owner;
    if (place === null) return [];
    return [
      {
        severity: severityFor(list),
        confidence: one === null ? 0.5 : 0.9,
        evidence: counted(1, 2),
        facts: { place, count: servers.length, kind: one === null ? 'place-domain' : 'place-host' },
      },
    ];
  },
);

function shared(servers: readonly ListedServer[], nameOf: (host: string) => string): string | null {
  const names = new Set(servers.map(({ host }) => (host === null ? null : nameOf(host))));
  const [name] = names;
  return names.size === 1 && name != null ? name : null;
}
