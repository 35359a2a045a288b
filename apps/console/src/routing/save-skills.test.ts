import { type Api, registryError } from '@alongside/client';
import type { Skill } from '@alongside/contracts';
import { expect, it } from 'vitest';
import { isSame } from '../plans/same.ts';
import { mergedSkill, saveSkills } from './save-skills.ts';

const skill = (id: string, ...keywords: string[]): Skill => ({
  id,
  kind: 'topic',
  name: { en: id, 'zh-CN': id },
  topics: [],
  keywords,
});

/** A server whose skills a colleague changes after each time they were read, as often as there is a change left. */
function serverWith(skills: readonly Skill[], changes: ((skills: readonly Skill[]) => readonly Skill[])[]) {
  const kept = { skills };
  const call = async (_: unknown, { body }: { body?: { skills: Skill[]; skillsBefore?: Skill[] } }) => {
    const read = kept.skills;
    if (!body) kept.skills = changes.shift()?.(read) ?? read;
    else if (body.skillsBefore && !isSame(body.skillsBefore, read)) throw registryError('skills_changed', 'en', {});
    else kept.skills = body.skills;
    return { skills: body ? kept.skills : read };
  };
  return { kept, api: { call } as unknown as Pick<Api, 'call'> };
}

it('skills that colleagues add between the reading and the saving are kept', async () => {
  const { kept, api } = serverWith(
    [skill('echo')],
    [(skills) => [...skills, skill('noise')], (skills) => [skill('video'), ...skills]],
  );
  const heard = (now: readonly Skill[]) => now.map((one) => (one.id === 'echo' ? skill('echo', 'hall') : one));
  const saved = await saveSkills(api, heard);
  expect(kept.skills).toEqual([skill('video'), skill('echo', 'hall'), skill('noise')]);
  expect(saved.skills).toEqual(kept.skills);
});

it('whoever is overtaken again and again is told in the end', async () => {
  const { api } = serverWith(
    [skill('echo')],
    Array.from({ length: 20 }, (_, index) => (skills) => [...skills, skill(`more-${index}`)]),
  );
  await expect(saveSkills(api, () => [])).rejects.toMatchObject({ code: 'skills_changed' });
});

it('what colleagues changed of the same skill is kept where one changed nothing', () => {
  const before = skill('echo', 'echo');
  const mine = { ...before, topics: ['fault'] };
  const now = { ...before, kind: 'product' as const, keywords: ['echo', 'hall'] };
  expect(mergedSkill(mine, before, now)).toEqual({ ...now, topics: ['fault'] });
  expect(mergedSkill({ ...mine, keywords: [] }, before, now).keywords).toEqual([]);
});
