import {
  type CheckAddress,
  type CheckPath,
  CheckReport,
  type CheckRoundTrip,
  CheckVerdict,
} from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { judgeCheck } from './check-verdict.ts';

const path = (
  kind: CheckPath['kind'],
  state: CheckPath['state'] = 'ok',
  error: CheckPath['error'] = null,
): CheckPath => ({
  kind,
  relay: kind.startsWith('relay') ? 'turn.test' : null,
  state,
  tookMs: state === 'ok' ? 40 : null,
  error,
  code: null,
});

const address = (host: string, role: CheckAddress['role'], paths: CheckPath[]): CheckAddress => ({
  host,
  role,
  signal: { state: 'ok', status: null, tookMs: 60 },
  server: 'ok',
  paths,
});

const dead = (host: string, role: CheckAddress['role']): CheckAddress => ({
  ...address(host, role, []),
  signal: { state: 'unreachable', status: null, tookMs: null },
});

const all = [path('udp'), path('tcp'), path('relay_udp'), path('relay_tls')];

const trip = (change: Partial<CheckRoundTrip> = {}): CheckRoundTrip => ({
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
  upSeriesBps: [],
  downSeriesBps: [],
  findings: [],
  ...change,
});

const good = (change: Partial<CheckReport> = {}): CheckReport =>
  CheckReport.parse({
    startedAt: '2030-01-01T00:00:00.000Z',
    durationMs: 24_000,
    browser: { label: 'Chrome 141', platform: 'macOS', name: 'chrome', lacks: [] },
    microphone: { problem: null, levels: [0.02, 0.1], peak: 0.3 },
    camera: { problem: null, widthPx: 1_280, heightPx: 720, lumas: [0.4, 0.41], change: 0.01 },
    speaker: 'heard',
    addresses: [address('a.test', 'primary', all), address('b.test', 'backup', all)],
    backups: 'distinct',
    roundTrip: trip(),
    wasHidden: false,
    ...change,
  });

const said = (report: CheckReport) => {
  const verdict = CheckVerdict.parse(judgeCheck(report));
  return {
    state: verdict.state,
    reasons: verdict.reasons.map(({ code, about }) => (about ? `${code} ${about}` : code)),
  };
};

describe('the verdict of a check', () => {
  it('is ready where everything is well, with each row well', () => {
    const verdict = judgeCheck(good());
    expect(verdict).toMatchObject({ state: 'ready', reasons: [] });
    expect(new Set(Object.values(verdict.steps))).toEqual(new Set(['ok']));
  });

  it.each<[string, Partial<CheckReport>, 'ready' | 'degraded' | 'blocked', string[]]>([
    [
      'a microphone that is not allowed',
      { microphone: { problem: 'blocked', levels: [], peak: null } },
      'blocked',
      ['microphone_blocked'],
    ],
    [
      'a microphone without a sound',
      { microphone: { problem: null, levels: [0], peak: 0 } },
      'degraded',
      ['microphone_silent'],
    ],
    [
      'nothing to listen with',
      { microphone: { problem: null, levels: [], peak: null } },
      'ready',
      ['microphone_unmeasured'],
    ],
    ['nobody speaking', { microphone: { problem: null, levels: [0.001], peak: 0.002 } }, 'ready', ['microphone_quiet']],
    [
      'a camera that is not allowed',
      { camera: { problem: 'blocked', widthPx: null, heightPx: null, lumas: [], change: null } },
      'degraded',
      ['camera_blocked'],
    ],
    [
      'no camera',
      { camera: { problem: 'no-device', widthPx: null, heightPx: null, lumas: [], change: null } },
      'ready',
      ['camera_missing'],
    ],
    [
      'a camera with its lid on',
      { camera: { problem: null, widthPx: 640, heightPx: 480, lumas: [0.004, 0.006], change: 0.001 } },
      'degraded',
      ['camera_black'],
    ],
    [
      'a camera that stands still',
      { camera: { problem: null, widthPx: 640, heightPx: 480, lumas: [0.5, 0.5], change: 0 } },
      'degraded',
      ['camera_frozen'],
    ],
    ['a sound not heard', { speaker: 'not_heard' }, 'degraded', ['speaker_not_heard']],
    ['a question not answered', { speaker: 'skipped' }, 'ready', []],
    ['no calls on this server', { addresses: null, backups: null, roundTrip: null }, 'blocked', ['calls_unavailable']],
    [
      'a dead backup',
      { addresses: [address('a.test', 'primary', all), dead('b.test', 'backup')] },
      'degraded',
      ['backup_unreachable b.test'],
    ],
    [
      'a dead first address',
      { addresses: [dead('a.test', 'primary'), address('b.test', 'backup', all)] },
      'degraded',
      ['primary_unreachable a.test'],
    ],
    [
      'no address at all',
      { addresses: [dead('a.test', 'primary'), dead('b.test', 'backup')], roundTrip: trip({ failure: 'no_address' }) },
      'blocked',
      ['no_address a.test'],
    ],
    ['no backup', { backups: 'missing' }, 'ready', ['backup_missing']],
    ['a backup in the same place', { backups: 'same_place' }, 'ready', ['backup_same_place']],
    [
      'UDP blocked',
      { addresses: [address('a.test', 'primary', [path('udp', 'failed', 'timeout'), path('tcp')])] },
      'degraded',
      ['udp_blocked a.test'],
    ],
    [
      'nothing but the relay',
      {
        addresses: [
          address('a.test', 'primary', [
            path('udp', 'failed', 'timeout'),
            path('tcp', 'failed', 'timeout'),
            path('relay_tls'),
          ]),
        ],
      },
      'degraded',
      ['relay_only a.test'],
    ],
    [
      'no way for media',
      {
        addresses: [
          address('a.test', 'primary', [
            path('udp', 'failed', 'timeout'),
            path('tcp', 'failed', 'timeout'),
            path('relay_udp', 'not_offered'),
          ]),
        ],
        roundTrip: trip({ failure: 'media' }),
      },
      'blocked',
      ['no_path a.test'],
    ],
    [
      'a relay that refuses',
      {
        addresses: [
          address('a.test', 'primary', [path('udp'), path('tcp'), path('relay_udp', 'failed', 'unauthorised')]),
        ],
      },
      'ready',
      ['relay_refused turn.test'],
    ],
    ['little upload', { roundTrip: trip({ upBps: 150_000, downBps: 148_000 }) }, 'degraded', ['upload_low']],
    ['next to no upload', { roundTrip: trip({ upBps: 20_000, downBps: 20_000 }) }, 'blocked', ['upload_low']],
    ['little download', { roundTrip: trip({ downBps: 200_000 }) }, 'degraded', ['download_low']],
    [
      'loss, delay and jitter',
      { roundTrip: trip({ rttMs: 400, lossRatio: 0.05, jitterMs: 45 }) },
      'degraded',
      ['rtt_high', 'loss_high', 'jitter_high'],
    ],
    [
      'gaps and a standing picture',
      { roundTrip: trip({ concealedRatio: 0.1, freezeMs: 3_000 }) },
      'degraded',
      ['sound_gaps', 'picture_stands'],
    ],
    [
      'a round trip that did not come about',
      { roundTrip: trip({ failure: 'nothing_received' }) },
      'blocked',
      ['round_trip_failed nothing_received'],
    ],
    [
      'something else the diagnosis found, and something said already',
      {
        roundTrip: trip({
          findings: [
            { rule: 'processor-limited', severity: 'major', direction: 'send', kind: 'video' },
            { rule: 'packet-loss', severity: 'major', direction: 'send', kind: 'video' },
          ],
        }),
      },
      'degraded',
      ['finding processor-limited'],
    ],
    [
      'plain http',
      {
        browser: { label: '', platform: '', name: 'other', lacks: ['secure_context', 'media_devices'] },
        microphone: { problem: 'insecure-context', levels: [], peak: null },
        camera: { problem: 'insecure-context', widthPx: null, heightPx: null, lumas: [], change: null },
      },
      'blocked',
      ['insecure_page'],
    ],
    ['a page in the background', { wasHidden: true }, 'ready', ['page_hidden']],
  ])('of %s', (_, change, state, reasons) => {
    expect(said(good(change))).toEqual({ state, reasons });
  });

  it('puts the heaviest reason first', () => {
    const verdict = judgeCheck(
      good({ wasHidden: true, speaker: 'not_heard', microphone: { problem: 'in-use', levels: [], peak: null } }),
    );
    expect(verdict.reasons.map(({ code }) => code)).toEqual(['microphone_in_use', 'speaker_not_heard', 'page_hidden']);
    expect(verdict.steps).toMatchObject({ microphone: 'failed', speaker: 'warning', browser: 'note', camera: 'ok' });
  });
});
