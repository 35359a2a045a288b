import { EFFECTS, failed, listRule, severityFor } from './server-list-rule.ts';

/** An address that is to stand in for another gives no answer itself. */
export const backupUnreachable = listRule('backup-unreachable', EFFECTS, (list) =>
  failed(list)
    .filter(({ role }) => role === 'backup')
    .map(({ address }) => ({ severity: severityFor(list), facts: { address } })),
);
