import type { Diagnosis } from '@alongside/contracts';
import type { Finding } from '@alongside/diagnosis';
import { createInstance } from 'i18next';
import { describe, expect, it } from 'vitest';
import { effectGroups, evidenceOf } from './evidence.ts';
import english from './locales/en.json' with { type: 'json' };
import chinese from './locales/zh-CN.json' with { type: 'json' };
import { maskedText } from './masked-text.ts';
import { lengthText } from './moments.ts';
import { verdictText } from './verdict-text.ts';

const translations = createInstance();
await translations.init({
  lng: 'en',
  resources: { en: { diagnosis: english }, 'zh-CN': { diagnosis: chinese } },
  defaultNS: 'diagnosis',
  interpolation: { escapeValue: false },
});
const words = (locale: 'en' | 'zh-CN') => ({
  t: translations.getFixedT(locale),
  locale,
  nameOf: (name: string) => name,
});

const finding = (rule: string, more: Partial<Finding> = {}): Finding => ({
  rule,
  area: 'network',
  subject: { participantId: 'w', connectionId: null, trackId: null, direction: 'send', kind: 'video' },
  fromMs: 0,
  toMs: 1_000,
  severity: 'major',
  confidence: 0.9,
  evidence: [{ measure: 'lossRatio', value: 0.1, worst: null, threshold: 0.03, trouble: 'above' }],
  facts: {},
  ...more,
});
const diagnosis = (effects: Finding[], more: Partial<Diagnosis> = {}): Diagnosis => ({
  state: 'findings',
  clock: 'wall',
  fromMs: 0,
  toMs: 60_000,
  participants: [{ id: 'w', name: '王芳', side: 'customer', userAgent: null }],
  causes: [{ finding: finding('packet-loss'), repeats: [], effects, alternatives: [], weight: 1 }],
  lanes: [],
  quality: [],
  seenByEngine: false,
  knownErrors: [],
  ...more,
});

describe('the verdict', () => {
  it('is one sentence: the cause, whose it is, and what came of it', () => {
    const evidence = evidenceOf(diagnosis([finding('video-freeze'), finding('video-freeze', { fromMs: 9 })]));
    expect(verdictText(evidence, words('en'))).toBe(
      'Packets are lost (王芳, picture sent), and with it: the picture freezes.',
    );
    expect(verdictText(evidence, words('zh-CN'))).toMatch(/（王芳，发送的画面），由此引起：画面卡住。$/);
  });

  it('names three effects and counts the others', () => {
    const rules = ['video-freeze', 'low-frame-rate', 'high-jitter', 'high-rtt', 'choppy-audio'];
    const evidence = evidenceOf(diagnosis(rules.map((rule) => finding(rule))));
    expect(verdictText(evidence, words('en'))).toMatch(/, .*, .* and 2 more effects\.$/);
    expect(verdictText(evidence, words('zh-CN'))).toContain('另有 2 项影响');
  });

  it('leaves out whose it is where nobody is known', () => {
    const alone = diagnosis([], { participants: [] });
    alone.causes[0]!.finding.subject.direction = null;
    expect(verdictText(evidenceOf(alone), words('en'))).toBe('Packets are lost.');
  });
});

describe('what came of a cause', () => {
  it('is told once for each stream, by the worst of its times, the worst kind first', () => {
    const few = finding('low-frame-rate', { severity: 'minor' });
    const long = finding('video-freeze', { fromMs: 5_000, toMs: 9_000 });
    const groups = effectGroups({
      finding: finding('packet-loss'),
      effects: [finding('packet-loss', { severity: 'critical' }), few, finding('video-freeze'), long],
    });
    expect(groups.map((group) => [group.finding, group.times.length])).toEqual([
      [long, 2],
      [few, 1],
      [expect.objectContaining({ rule: 'packet-loss' }), 1],
    ]);
  });

  it('is told apart by whose stream it is', () => {
    const subject = { ...finding('video-freeze').subject, participantId: 'v' };
    const effects = [finding('video-freeze'), finding('video-freeze', { subject })];
    expect(effectGroups({ finding: finding('packet-loss'), effects })).toHaveLength(2);
  });
});

describe('what came over the wire', () => {
  it('is drawn without rules this page has no words for', () => {
    const evidence = evidenceOf(diagnosis([finding('from-the-future'), finding('video-freeze')]));
    expect(evidence.causes[0]!.effects.map(({ rule }) => rule)).toEqual(['video-freeze']);
    const unknown = diagnosis([]);
    unknown.causes[0]!.finding.rule = 'from-the-future';
    expect(verdictText(evidenceOf(unknown), words('en'))).toBeNull();
  });

  it('with instants no clock shows counts from its beginning', () => {
    expect(evidenceOf(diagnosis([], { fromMs: -1e300, toMs: 1e300 })).clock).toBe('relative');
    expect(evidenceOf(diagnosis([], { fromMs: 5_000, toMs: 10 })).toMs).toBe(5_000);
  });
});

it('says what was masked, by what it was', () => {
  expect(maskedText({ token: 2, email: 1, cookie: 0 }, words('en').t, 'en')).toBe('Masked: 2 tokens, 1 e-mail address');
  expect(maskedText({ token: 2, email: 1 }, words('zh-CN').t, 'zh-CN')).toBe('已脱敏：2 个令牌、1 个邮箱地址');
  expect(maskedText({ something_new: 3 }, words('en').t, 'en')).toBe('Masked: 3 other secrets');
  expect(maskedText({}, words('en').t, 'en')).toBeNull();
});

it('says how long something lasted in few units', () => {
  expect(lengthText(42_000, 'en')).toBe('42 sec');
  expect(lengthText(192_000, 'en')).toBe('3 min 12 sec');
  expect(lengthText(12 * 60_000, 'zh-CN')).toBe('12 分钟');
  expect(lengthText(3_900_000, 'en')).toBe('1 hr 5 min');
});
