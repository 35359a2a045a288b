import type { Skill } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { cardOf, newProfile, withLevel } from './profile-draft.ts';

const skill = (id: string): Skill => ({
  id,
  kind: 'topic',
  name: { en: id.toUpperCase(), 'zh-CN': id },
  topics: [],
  keywords: [],
});

describe('the levels', () => {
  it('are set, changed and taken away one by one', () => {
    const one = withLevel([], 'echo', 2);
    const two = withLevel(one, 'noise', 1);
    expect(withLevel(two, 'echo', 3)).toEqual([
      { skillId: 'noise', level: 1 },
      { skillId: 'echo', level: 3 },
    ]);
    expect(withLevel(two, 'echo', 0)).toEqual([{ skillId: 'noise', level: 1 }]);
  });
});

describe('the card one sees while writing', () => {
  it('has the skills best first, as customers get it, and leaves out what is no longer in the list', () => {
    const draft = {
      ...newProfile('zh-CN'),
      skills: [
        { skillId: 'noise', level: 1 },
        { skillId: 'gone', level: 3 },
        { skillId: 'stutter', level: 2 },
        { skillId: 'echo', level: 2 },
      ],
    };
    const card = cardOf(
      { id: 'e', name: 'Lin', disabled: false },
      draft,
      ['echo', 'noise', 'stutter'].map(skill),
      '/p',
    );
    expect(card.skills.map(({ en }) => en)).toEqual(['ECHO', 'STUTTER', 'NOISE']);
    expect(card).toMatchObject({ name: 'Lin', languages: ['zh'], photoUrl: '/p' });
  });
});
