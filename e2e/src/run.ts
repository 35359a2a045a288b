import { prepareFirstStart } from '@alongside/testkit';

/** What vitest calls once before the first story; returns what it calls after the last. */
export const setup = prepareFirstStart;
