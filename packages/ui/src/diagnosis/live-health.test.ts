import type { Watching } from '@alongside/contracts';
import type { Cause, Lane, Measure, Severity } from '@alongside/diagnosis';
import { describe, expect, it } from 'vitest';
import { MEDIA_SERVER_ID } from './graph-layout.ts';
import { currentOf, healthOf, latestOf, liveLines, SILENT_AFTER_MS, watchedParticipants } from './live-health.ts';

const NOW = 1_000_000;
const cause = (participantId: string, severity: Severity): Cause =>
  ({
    finding: { rule: 'high-rtt', severity, subject: { participantId }, fromMs: 0 },
    repeats: [],
    effects: [],
  }) as unknown as Cause;
const lane = (measure: Measure, direction: 'send' | 'receive' | null, value: number | null = 1): Lane => ({
  id: `${measure} ${direction}`,
  measure,
  subject: { participantId: 'a', connectionId: 'c', trackId: direction && `t ${direction}`, direction, kind: null },
  points: [[NOW - 2_000, value]],
  max: value ?? 0,
});

describe('how a call goes for somebody', () => {
  it('is as bad as the worst that has not ended, of theirs', () => {
    const causes = [cause('a', 'major'), cause('b', 'critical'), cause('c', 'minor')];
    expect(['a', 'b', 'c', 'd'].map((id) => healthOf(id, causes, NOW, NOW))).toEqual(['fair', 'poor', 'good', 'good']);
  });

  it('is not known before the first sample, nor long after the last', () => {
    expect(healthOf('a', [], null, NOW)).toBe('waiting');
    expect(healthOf('a', [], undefined, NOW)).toBe('waiting');
    expect(healthOf('a', [], NOW - SILENT_AFTER_MS, NOW)).toBe('good');
    expect(healthOf('a', [], NOW - SILENT_AFTER_MS - 1, NOW)).toBe('silent');
  });
});

describe('the rows of the live picture', () => {
  it('show the first measure that is there, what is received first', () => {
    const lanes = [lane('bitrateBps', 'send'), lane('bitrateBps', 'receive'), lane('receivedBps', null, null)];
    expect(liveLines(lanes, 'a', ['receivedBps', 'bitrateBps']).map(({ id }) => id)).toEqual([
      'bitrateBps receive',
      'bitrateBps send',
    ]);
    expect(liveLines(lanes, 'b', ['bitrateBps'])).toEqual([]);
  });

  it('of several connections show the one that carries something', () => {
    const lanes = [lane('receivedBps', null, 9), { ...lane('receivedBps', null, 900), id: 'busy' }];
    expect(liveLines(lanes, 'a', ['receivedBps', 'bitrateBps']).map(({ id }) => id)).toEqual(['busy']);
    // Now, and not some time ago: a call that goes direct leaves the connection that had the most.
    const left = { ...lane('receivedBps', null, 2), id: 'left', max: 5_000 };
    expect(liveLines([left, ...lanes], 'a', ['receivedBps']).map(({ id }) => id)).toEqual(['busy']);
  });

  it('of several pictures received show first the one that comes, and never one sent before it', () => {
    const lanes = [
      lane('framesPerSecond', 'send', 25),
      lane('framesPerSecond', 'receive', 0),
      { ...lane('framesPerSecond', 'receive', 20), id: 'direct' },
    ];
    const ids = (all: readonly Lane[]) => liveLines(all, 'a', ['framesPerSecond']).map(({ id }) => id);
    expect(ids(lanes)).toEqual(['direct', 'framesPerSecond receive']);
    expect(ids(lanes.slice(0, 2))).toEqual(['framesPerSecond receive', 'framesPerSecond send']);
  });

  it('take what the other end reports for the same', () => {
    expect(liveLines([lane('remoteLossRatio', 'send')], 'a', ['lossRatio'])).toHaveLength(1);
  });

  it('of losses show the worst, whichever way they are', () => {
    const lanes = [lane('lossRatio', 'receive', 0), lane('retransmittedRatio', 'send', 0.12)];
    expect(liveLines(lanes, 'a', ['lossRatio']).map(({ measure }) => measure)).toEqual([
      'retransmittedRatio',
      'lossRatio',
    ]);
  });

  it('have no value of now once samples stop', () => {
    expect(latestOf(lane('rttMs', null, 45), NOW)).toBe(45);
    expect(latestOf(lane('rttMs', null, 45), NOW + SILENT_AFTER_MS)).toBeNull();
  });
});

it('what is wrong now names each rule once, causes before what came of them', () => {
  const own = cause('a', 'major');
  const other = { ...cause('b', 'major'), effects: [{ ...own.finding, rule: 'video-freeze' }, own.finding] } as Cause;
  expect(currentOf([other, own], 'a').map(({ finding, isEffect }) => [finding.rule, isEffect])).toEqual([
    ['high-rtt', false],
    ['video-freeze', true],
  ]);
});

it('the media server is shown only where it tells of trouble', () => {
  const people = [{ id: 'a' }, { id: MEDIA_SERVER_ID }];
  const shown = (causes: Cause[]) =>
    watchedParticipants({ diagnosis: { participants: people, causes } as unknown as Watching['diagnosis'] }).length;
  expect(shown([])).toBe(1);
  expect(shown([cause(MEDIA_SERVER_ID, 'major')])).toBe(2);
});
