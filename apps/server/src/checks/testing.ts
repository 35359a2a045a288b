import type { CheckReport } from '@alongside/contracts';

/** What a check reports where everything is well, but for what a test says. */
export const goodReport = (change: Partial<CheckReport> = {}): CheckReport => ({
  startedAt: '2030-01-01T00:00:00.000Z',
  durationMs: 23_000,
  browser: { label: 'Chrome 141.0', platform: 'macOS', name: 'chrome', lacks: [] },
  microphone: { problem: null, levels: [0.02, 0.1], peak: 0.3 },
  camera: { problem: null, widthPx: 1_280, heightPx: 720, lumas: [0.4, 0.41], change: 0.01 },
  speaker: 'heard',
  addresses: [
    {
      host: 'media.test',
      role: 'primary',
      signal: { state: 'ok', status: null, tookMs: 60 },
      server: 'ok',
      paths: [{ kind: 'udp', relay: null, state: 'ok', tookMs: 40, error: null, code: null }],
    },
  ],
  backups: 'distinct',
  roundTrip: {
    failure: null,
    protocol: 'udp',
    relayed: false,
    measuredMs: 10_000,
    rttMs: 40,
    jitterMs: 4,
    lossRatio: 0,
    concealedRatio: 0,
    freezeMs: 0,
    upBps: 2_000_000,
    downBps: 1_990_000,
    upSeriesBps: [500_000, 1_000_000],
    downSeriesBps: [500_000, 1_000_000],
    findings: [],
  },
  wasHidden: false,
  ...change,
});
