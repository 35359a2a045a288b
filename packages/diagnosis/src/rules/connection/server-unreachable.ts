import { EFFECTS, failed, isReached, listRule } from './server-list-rule.ts';

/** The first address of a list gives no answer. */
export const serverUnreachable = listRule(
  'server-unreachable',
  [...EFFECTS, 'backup-missing', 'backup-unreachable'],
  (list) =>
    failed(list)
      .filter(({ role }) => role === 'primary')
      .map(({ address }) => ({
        severity: isReached(list) ? ('minor' as const) : ('critical' as const),
        facts: { address },
      })),
);
