import { defineConfig } from 'vitest/config';

const PATIENCE = 'packages/testkit/src/patience.ts';
const GENERATED = 'packages/testkit/src/generated.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          // Pure code shares one worker context: a fresh one per file costs ten times the run (measured).
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.ts', 'tools/**/*.test.ts'],
          exclude: ['**/*.db.test.ts', '**/*.io.test.ts'],
          isolate: false,
          setupFiles: [PATIENCE, GENERATED],
          expect: { poll: { timeout: 20_000 } },
          testTimeout: 30_000,
        },
      },
      {
        test: {
          // *.db.test.ts meets a real PostgreSQL, *.io.test.ts real sockets, files or processes.
          name: 'io',
          include: ['packages/*/src/**/*.{db,io}.test.ts', 'apps/*/src/**/*.{db,io}.test.ts'],
          setupFiles: [PATIENCE],
          expect: { poll: { timeout: 60_000 } },
          // Several waits of a minute each, on a machine that needs it.
          testTimeout: 300_000,
          hookTimeout: 180_000,
          globalSetup: ['apps/server/src/platform/database/testing-run.ts'],
          // They wait for disks, processes and timers more than they reckon.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/src/**/*.e2e.test.ts'],
          globalSetup: ['e2e/src/run.ts'],
          expect: { poll: { timeout: 60_000 } },
          testTimeout: 300_000,
          hookTimeout: 180_000,
          // More than half of a story is waiting for the other side.
          maxWorkers: 2,
        },
      },
    ],
  },
});
