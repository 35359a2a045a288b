import type { Skill } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { demandedSkills, wantedLanguages } from './skill-demand.ts';

function skill(id: string, keywords: string[], more: Partial<Skill> = {}): Skill {
  return { id, kind: 'topic', name: { en: id, 'zh-CN': id }, topics: [], keywords, ...more };
}

const demands = (text: string, ...skills: Skill[]) =>
  demandedSkills({ topic: null, texts: [text] }, skills).map(({ id }) => id);

describe('demandedSkills', () => {
  it('takes the topic for what it stands for', () => {
    const skills = [skill('echo', [], { topics: ['sound'] }), skill('stutter', [], { topics: ['picture', 'sound'] })];
    expect(demandedSkills({ topic: 'sound', texts: [] }, skills).map(({ id }) => id)).toEqual(['echo', 'stutter']);
    expect(demandedSkills({ topic: null, texts: ['sound'] }, skills)).toEqual([]);
  });

  it('requires products and topics; platforms only help', () => {
    const skills = [
      skill('echo', ['echo']),
      skill('android', ['android'], { kind: 'platform' }),
      skill('live', ['echo'], { kind: 'product' }),
    ];
    expect(
      demandedSkills({ topic: null, texts: ['Echo', 'Android 16'] }, skills).map(({ id, required }) => [id, required]),
    ).toEqual([
      ['echo', true],
      ['android', false],
      ['live', true],
    ]);
  });

  it('finds words of alphabets whole, whatever their case', () => {
    const echo = skill('echo', ['echo']);
    for (const text of ['ECHO!', 'an echo, again', '（Echo）', 'ｅｃｈｏ', '有echo吗', 'echo'])
      expect(demands(text, echo), text).toEqual(['echo']);
    for (const text of ['mechoui', 'echoes', 'echo2']) expect(demands(text, echo), text).toEqual([]);
  });

  it('finds beginnings where a star says so', () => {
    const echo = skill('echo', ['echo*']);
    for (const text of ['echoes', 'Echoing loudly', 'echo']) expect(demands(text, echo), text).toEqual(['echo']);
    expect(demands('mechoui', echo)).toEqual([]);
  });

  it('finds Chinese words anywhere in a sentence', () => {
    const echo = skill('echo', ['回声', '回音']);
    expect(demands('开课后学生一直听到回声，比较着急', echo)).toEqual(['echo']);
    expect(demands('没有声音', echo)).toEqual([]);
  });

  it('takes several words with whatever space is between them, and signs as they are', () => {
    const skills = [skill('black', ['black screen']), skill('cpp', ['c++']), skill('rn', ['react-native'])];
    expect(demands('A black\n  screen', ...skills)).toEqual(['black']);
    expect(demands('our C++ host', ...skills)).toEqual(['cpp']);
    expect(demands('React-Native 0.81', ...skills)).toEqual(['rn']);
    expect(demands('blackscreen', ...skills)).toEqual([]);
    expect(demands('I can’t hear you', skill('mute', ["can't hear"]))).toEqual(['mute']);
  });

  it('is not hurt by keywords that are patterns or nothing', () => {
    expect(demands('aaaa', skill('x', ['(a+)+$', '.+', '[a]', '*', ' ']))).toEqual([]);
    expect(demands('it says (a+)+$ here', skill('x', ['(a+)+$']))).toEqual(['x']);
  });
});

describe('wantedLanguages', () => {
  it('are that of the script, the browser’s and the chosen one, each once', () => {
    expect(wantedLanguages('听到回声', ['en-GB', 'zh-CN'])).toEqual(['zh', 'en-GB']);
    expect(wantedLanguages('I hear an echo', ['de-DE', 'en'])).toEqual(['de-DE', 'en']);
    expect(wantedLanguages('音声が途切れます', ['ja-JP'])).toEqual(['ja']);
    expect(wantedLanguages('소리가 안 들려요', [])).toEqual(['ko']);
  });

  it('are not changed by a quoted word, nor by what is no tag', () => {
    expect(wantedLanguages('The button says 开始 and nothing happens when I press it.', ['en'])).toEqual(['en']);
    expect(wantedLanguages('', ['', null, undefined, 'not a tag!', 'pt_br'])).toEqual(['pt-BR']);
  });
});
