import type { DiagnosisParticipant } from '@alongside/contracts';
import type { Cause, Finding, Lane, Measure } from '@alongside/diagnosis';
import { describe, expect, it } from 'vitest';
import { graphParts, MEDIA_SERVER_ID, placeOf, strokesOf, topOf, valueAt, worstOf } from './graph-layout.ts';

const person = (id: string): DiagnosisParticipant => ({ id, name: id, side: null, userAgent: null });
const lane = (measure: Measure, participantId: string, trackId: string | null = null, max = 1): Lane => ({
  id: `${participantId} ${trackId} ${measure}`,
  measure,
  subject: { participantId, connectionId: `${participantId}-c`, trackId, direction: null, kind: null },
  points: [
    [0, 0],
    [1_000, max],
  ],
  max,
});
const finding = (participantId: string, measure: Measure, trackId: string | null = null, fromMs = 0): Finding => ({
  rule: 'packet-loss',
  area: 'network',
  subject: { participantId, connectionId: `${participantId}-c`, trackId, direction: null, kind: null },
  fromMs,
  toMs: fromMs + 1_000,
  severity: 'major',
  confidence: 0.9,
  evidence: [{ measure, value: 0.08, worst: 0.1, threshold: 0.03, trouble: 'above' }],
  facts: {},
});
const cause = (one: Finding, effects: Finding[] = [], repeats: Finding[] = []): Cause => ({
  finding: one,
  repeats,
  effects,
  alternatives: [],
  weight: 1,
});
const EVERYTHING: Measure[] = ['audioLevel', 'bitrateBps', 'jitterMs', 'lossRatio', 'rttMs', 'freezeMs'];

describe('graphParts', () => {
  it('gives each person their rows, what people ask first on top', () => {
    const lanes = [lane('framesPerSecond', 'b', 't'), lane('rttMs', 'b'), lane('rttMs', 'a')];
    const parts = graphParts([person('a'), person('b')], lanes, [], false);
    expect(parts.map((part) => [part.person.id, part.rows.map(({ measure }) => measure)])).toEqual([
      ['a', ['rttMs']],
      ['b', ['rttMs', 'framesPerSecond']],
    ]);
  });

  it('keeps the rows findings stand on, however many others there are, and hides no line of them', () => {
    const lanes = EVERYTHING.map((measure) => lane(measure, 'a', 't'));
    const one = finding('a', 'freezeMs', 't');
    const [part] = graphParts([person('a')], lanes, [cause(one)], false);
    expect(part!.rows.map(({ measure }) => measure)).toEqual(['rttMs', 'lossRatio', 'jitterMs', 'freezeMs']);
    expect(part!.hiddenCount).toBe(2);
    expect(part!.rows.at(-1)).toMatchObject({ threshold: 0.03, bands: [{ finding: one, number: 1, isEffect: false }] });
    const [whole] = graphParts([person('a')], lanes, [cause(one)], true);
    expect(whole!.rows).toHaveLength(6);
    expect(whole!.hiddenCount).toBe(0);
  });

  it('draws what the other end reports of a measure into the same row', () => {
    const lanes = [lane('lossRatio', 'a', 't1'), lane('remoteLossRatio', 'a', 't2')];
    const [part] = graphParts([person('a')], lanes, [cause(finding('a', 'remoteLossRatio', 't2'))], false);
    expect(part!.rows).toHaveLength(1);
    expect(part!.rows[0]!.lines).toHaveLength(2);
    expect(part!.rows[0]!.bands).toHaveLength(1);
  });

  it('draws at most three lines into a row, the one a finding stands on among them', () => {
    const lanes = ['t1', 't2', 't3', 't4'].map((id, index) => lane('lossRatio', 'a', id, 9 - index));
    const [part] = graphParts([person('a')], lanes, [cause(finding('a', 'lossRatio', 't4'))], false);
    expect(part!.rows[0]!.lines.map(({ subject }) => subject.trackId)).toEqual(['t1', 't2', 't4']);
  });

  it('shows less of whoever has no trouble where others have, and of the media server only trouble', () => {
    const lanes = ['a', 'b', MEDIA_SERVER_ID].flatMap((id) => EVERYTHING.map((measure) => lane(measure, id)));
    const people = [person('a'), person('b'), person(MEDIA_SERVER_ID)];
    const counts = (causes: Cause[]) => graphParts(people, lanes, causes, false).map(({ rows }) => rows.length);
    expect(counts([])).toEqual([4, 4, 0]);
    expect(counts([cause(finding('b', 'rttMs'))])).toEqual([3, 4, 0]);
    expect(counts([cause(finding(MEDIA_SERVER_ID, 'rttMs'))])).toEqual([3, 3, 4]);
  });

  it('names a rule once for all its times, causes before their effects', () => {
    const [part] = graphParts(
      [person('a')],
      [],
      [
        cause(
          finding('a', 'rttMs'),
          [{ ...finding('a', 'freezeMs'), rule: 'video-freeze' }],
          [finding('a', 'rttMs', null, 5_000)],
        ),
      ],
      false,
    );
    expect(part!.marks.map(({ rule, isEffect, findings }) => [rule, isEffect, findings.length])).toEqual([
      ['packet-loss', false, 2],
      ['video-freeze', true, 1],
    ]);
  });

  it('marks every cause and of its effects the three worst, but not its own fault on another stream', () => {
    const effects = ['packet-loss', 'high-rtt', 'high-jitter', 'low-frame-rate', 'video-freeze'].map((rule, index) => ({
      ...finding('a', 'rttMs', null, index),
      rule,
      severity: rule === 'video-freeze' ? ('critical' as const) : ('minor' as const),
    }));
    const parts = (isWhole: boolean) => graphParts([person('a')], [], [cause(finding('a', 'rttMs'), effects)], isWhole);
    const rules = parts(false)[0]!.marks.map(({ rule }) => rule);
    expect(rules).toEqual(['packet-loss', 'high-rtt', 'high-jitter', 'video-freeze']);
    expect(parts(false)[0]!.hiddenCount).toBe(2);
    expect(parts(true)[0]!.marks).toHaveLength(6);
  });

  it('draws what belongs to nobody known, too', () => {
    const parts = graphParts([], [lane('rttMs', 'x')], [cause(finding('y', 'rttMs'))], false);
    expect(parts.map((part) => part.person)).toMatchObject([
      { id: 'x', name: null },
      { id: 'y', name: null },
    ]);
  });
});

describe('scales', () => {
  const top = (measure: Measure, max: number, threshold: number | null = null) =>
    topOf({ measure, lines: [lane(measure, 'a', 't', max)], threshold });

  it('end at round numbers, and little looks like little', () => {
    expect(top('rttMs', 45)).toBe(300);
    expect(top('rttMs', 517)).toBe(1_000);
    expect(top('lossRatio', 0.004)).toBe(0.1);
    expect(top('lossRatio', 0.13)).toBe(0.2);
    expect(top('lossRatio', 0.7)).toBe(1);
    expect(top('bitrateBps', 1_349_000)).toBe(2_000_000);
    expect(top('freezeMs', 0)).toBe(1_000);
    expect(top('bitrateBps', 0)).toBe(1);
  });

  it('have room for the threshold', () => {
    expect(top('lossRatio', 0.001, 0.1)).toBeGreaterThan(0.1);
  });
});

describe('lines', () => {
  it('break where nothing was measured', () => {
    const points: [number, number | null][] = [
      [0, 1],
      [1, 2],
      [2, null],
      [3, 4],
    ];
    expect(
      strokesOf(
        { points },
        (x) => x * 10,
        (y) => 100 - y,
      ),
    ).toEqual([
      [
        [0, 99],
        [10, 98],
      ],
      [[30, 96]],
    ]);
  });

  it('tell the value at a moment, or nothing where none was taken near it', () => {
    const points: [number, number | null][] = [
      [0, 1],
      [10_000, 7],
      [20_000, null],
    ];
    expect(valueAt({ points }, 9_000, 5_000)).toBe(7);
    expect(valueAt({ points }, 19_000, 5_000)).toBeNull();
    expect(valueAt({ points }, 60_000, 5_000)).toBeNull();
    expect(worstOf({ points }, 'above')).toBe(7);
    expect(worstOf({ points }, 'below')).toBe(1);
    expect(worstOf({ points: [[0, null]] }, 'below')).toBeNull();
  });
});

it('a mark is never too thin to be pressed, nor beyond the line', () => {
  const line = { fromMs: 0, toMs: 1_000_000 };
  expect(placeOf({ fromMs: 500_000, toMs: 500_000 }, line)).toEqual({ startPercent: 50, widthPercent: 0.6 });
  expect(placeOf({ fromMs: 1_000_000, toMs: 1_000_000 }, line)).toEqual({ startPercent: 99.4, widthPercent: 0.6 });
  expect(placeOf({ fromMs: -50, toMs: 2_000_000 }, line)).toEqual({ startPercent: 0, widthPercent: 100 });
});
