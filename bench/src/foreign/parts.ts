import type { ForeignPart } from './run.ts';

/** Loaded when they are run: each has needs of its own. */
export const FOREIGN_PARTS: Readonly<Record<string, () => Promise<ForeignPart>>> = {
  agents: async () => (await import('./agents/index.ts')).agentsPart,
  'native-client': async () => (await import('./native-client/index.ts')).nativeClientPart,
  'older-clients': async () => (await import('./older-clients/index.ts')).olderClientsPart,
  signalling: async () => (await import('./signalling/index.ts')).signallingPart,
  'load-test': async () => (await import('./load-test/index.ts')).loadTestPart,
};
