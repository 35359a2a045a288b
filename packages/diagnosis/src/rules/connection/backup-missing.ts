import { counted, EFFECTS, failed, listRule, severityFor } from './server-list-rule.ts';

/** There is only one address, so that nothing takes its place when it fails. Told only where it failed, or the list says so. */
export const backupMissing = listRule('backup-missing', EFFECTS, (list) => {
  const addresses = new Set(list.servers.map(({ address }) => address));
  const isAlone = addresses.size === 1 && list.servers.length === 1 && failed(list).length === 1;
  if (!isAlone && !(list.saysNone && addresses.size <= 1)) return [];
  return [
    {
      severity: severityFor(list),
      confidence: list.saysNone ? 0.9 : 0.7,
      evidence: counted(addresses.size, 2),
      facts: { address: list.servers[0]?.address ?? '' },
    },
  ];
});
