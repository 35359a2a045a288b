import { describe, expect, test } from 'vitest';
import { audioCall, callOf, seconds, T0, type TestCall, videoCall } from '../testing.ts';
import { wordsOf } from '../words/words.ts';
import { audioCases } from './audio/cases.testing.ts';
import { connectionCases } from './connection/cases.testing.ts';
import { deviceCases } from './device/cases.testing.ts';
import type { Finding } from './finding.ts';
import { RULES } from './index.ts';
import { networkCases } from './network/cases.testing.ts';
import { findAll } from './rule.ts';
import { syncCases } from './sync/cases.testing.ts';
import { videoCases } from './video/cases.testing.ts';

const found = (call: TestCall): Finding[] => findAll(RULES, callOf(call));
const ids = (call: TestCall) => found(call).map(({ rule }) => rule);

const CASES = [...networkCases, ...connectionCases, ...audioCases, ...videoCases, ...syncCases, ...deviceCases];

describe.each(CASES)('%s', (rule, faulty, borderline) => {
  test('is found where it is, and not just short of it', () => {
    expect(ids(faulty)).toContain(rule);
    expect(ids(borderline)).not.toContain(rule);
  });
});

test('every rule has a case', () => {
  expect([...new Set(CASES.map(([rule]) => rule))].sort()).toEqual(RULES.map(({ id }) => id).sort());
});

test.each(RULES.map((rule) => [rule.id, rule] as const))('%s accounts only for rules there are', (id, { explains }) => {
  expect(explains.filter((other) => !RULES.some((rule) => rule.id === other))).toEqual([]);
  expect(explains).not.toContain(id);
});

test.each(CASES)('what %s found is said in words, not in ids', (rule, faulty) => {
  for (const finding of found(faulty)) {
    if (finding.rule !== rule) continue;
    const ids = Object.values(finding.facts).filter((fact) => /^[a-z]+(-[a-z]+)+$/.test(String(fact)));
    for (const locale of ['en', 'zh-CN'] as const) {
      const { title, says } = wordsOf(finding, locale);
      for (const id of ids) expect(`${title} ${says}`).not.toContain(id);
      expect(`${title} ${says}`).not.toMatch(/\{\{|undefined|NaN|null/);
    }
  }
});

test('no rule finds anything in a good call', () => {
  expect(
    ids({
      connection: seconds(60, { rttMs: 40, receivedBps: 900_000, sentBps: 900_000 }),
      tracks: [
        { rows: seconds(60, { lossRatio: 0, jitterMs: 4, framesPerSecond: 25, freezeMs: 0, bitrateBps: 800_000 }) },
        {
          kind: 'audio',
          rows: seconds(60, { lossRatio: 0.01, jitterMs: 6, concealedRatio: 0.001, silentConcealedRatio: 0.3 }),
        },
        {
          kind: 'audio',
          direction: 'send',
          rows: seconds(60, { audioLevel: 0.02, remoteLossRatio: 0, bitrateBps: 24_000 }),
        },
        {
          direction: 'send',
          rows: seconds(60, { framesPerSecond: 25, processorLimitedRatio: 0, bandwidthLimitedRatio: 0 }),
        },
      ],
    }),
  ).toEqual([]);
});

describe('what is no fault', () => {
  test('muted, silence is meant', () => {
    const call = audioCall(seconds(40, { audioLevel: 0, bitrateBps: 1_000 }), 'send');
    expect(ids({ ...call, events: [{ type: 'track_enabled', second: 0, trackId: 't0', enabled: false }] })).toEqual([]);
  });

  test('in the background, a picture is not drawn', () => {
    const call = videoCall(seconds(40, { framesPerSecond: 1, bitrateBps: 300_000, freezeMs: 900 }));
    expect(ids({ ...call, events: [{ type: 'page_visible', second: 0, visible: false }] })).toEqual([]);
  });

  test('a layer that is off sends nothing', () => {
    expect(ids(videoCall(seconds(40, { active: 0, framesPerSecond: 0, bitrateBps: 0 }), 'send'))).toEqual([]);
  });

  test('a screen that stands still has no frames', () => {
    expect(ids(videoCall(seconds(40, { framesPerSecond: 0.5, bitrateBps: 10_000 }), 'receive', 'screen'))).toEqual([]);
  });
});

test('a finding tells when, how bad, and by which numbers', () => {
  const [finding] = found(
    videoCall([
      ...seconds(10, { lossRatio: 0 }),
      ...seconds(10, { lossRatio: 0.25 }),
      ...seconds(10, { lossRatio: 0 }),
    ]),
  );
  expect(finding).toMatchObject({
    rule: 'packet-loss',
    severity: 'critical',
    fromMs: T0 + 9_000,
    toMs: T0 + 19_000,
    subject: { participantId: 'p', trackId: 't0', direction: 'receive', kind: 'video' },
    evidence: [{ measure: 'lossRatio', value: 0.25, worst: 0.25, threshold: 0.03, trouble: 'above' }],
  });
});

test('what is measured every ten seconds, a little late at times, is not behind a gap', () => {
  const every = <T extends object>(row: T) =>
    Array.from({ length: 120 }, (_, second) => (second % 10 === Math.floor(second / 10) % 2 ? row : null));
  expect(ids({ connection: every({ rttMs: 500 }), ...videoCall(every({ lossRatio: 0.2, packets: 900 })) })).toEqual(
    expect.arrayContaining(['high-rtt', 'packet-loss']),
  );
});
