import type { RuleCase } from '../../testing.ts';

/** Of each rule a call that has the fault, and one just short of it. */
export const connectionCases: readonly RuleCase[] = [
  [
    'ice-failed',
    {
      events: [
        { type: 'ice_state', second: 1, state: 'checking' },
        { type: 'ice_state', second: 20, state: 'failed' },
      ],
    },
    {
      events: [
        { type: 'ice_state', second: 1, state: 'checking' },
        { type: 'ice_state', second: 20, state: 'disconnected' },
      ],
    },
  ],
];
