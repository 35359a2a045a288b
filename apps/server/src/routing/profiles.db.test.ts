import { randomUUID } from 'node:crypto';
import {
  assignTicket,
  getEngineer,
  getEngineerCard,
  getRouting,
  listEngineers,
  postMessage,
  type RouteInput,
  type Skill,
  saveEngineer,
  setEngineerAway,
  updateRouting,
} from '@alongside/contracts';
import { createCanvas } from '@napi-rs/canvas';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cleanFiles, storeFile } from '../files/actions.ts';
import { filesFeature } from '../files/feature.ts';
import { type Client, signedInStaff } from '../people/testing.ts';
import { seesTickets } from '../tickets/access.ts';
import { opened, startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { shipSkills } from './actions.ts';
import { createRoutingFeature } from './feature.ts';
import { profileOf, saved } from './testing.ts';

const files = filesFeature(seesTickets);
let desk: TestDesk;
let engineer: Client;
beforeAll(async () => {
  desk = await startTestDesk([files, createRoutingFeature()]);
  ({ engineer } = desk.people);
});
afterAll(() => desk?.close());
// Nobody's tickets move by themselves here.
beforeAll(async () => void (await desk.people.administrator.call(updateRouting, { body: { mode: 'off' } })));
afterEach(() => desk.platform.db.deleteFrom('engineerProfile').execute());

const save = (client: Client, id: string, more: Parameters<typeof profileOf>[0] = {}) =>
  client.call(saveEngineer, { params: { id }, body: profileOf(more) });
const card = (client: Client, id: string) => client.call(getEngineerCard, { params: { id } });

async function picture(owner: Client, name = 'me.png', content: Buffer = portrait()): Promise<string> {
  const id = randomUUID();
  await storeFile(files.deps(), { kind: 'staff', id: owner.id }, { id, name, content });
  return id;
}

function portrait(): Buffer {
  const canvas = createCanvas(600, 600);
  canvas.getContext('2d').fillRect(10, 10, 300, 300);
  return canvas.toBuffer('image/png');
}

describe('a profile', () => {
  test('is one’s own to write; leads and administrators write anybody’s', async () => {
    const { people } = desk;
    const other = await signedInStaff(desk.platform, 'engineer', 'Olga');
    expect((await save(engineer, engineer.id)).body.profile).toMatchObject({
      engineer: { id: engineer.id, name: 'Eve Engineer', disabled: false },
      content: { capacity: 5, languages: ['en'] },
      awaySince: null,
      openTickets: 0,
      workingNow: true,
      may: { edit: true },
    });
    expect((await save(other, engineer.id)).error.code).toBe('forbidden');
    expect((await save(people.lead, engineer.id, { capacity: 7 })).body.profile.content?.capacity).toBe(7);
    expect((await save(people.administrator, engineer.id, { capacity: 8 })).body.profile.content?.capacity).toBe(8);
    for (const customer of [people.customer, people.visitor])
      expect((await save(customer, engineer.id)).status).toBe(403);
    expect((await save(engineer, randomUUID())).status).toBe(404);
    const seen = (await other.call(getEngineer, { params: { id: engineer.id } })).body.profile;
    expect(seen).toMatchObject({ content: { capacity: 8 }, may: { edit: false } });
  });

  test('is refused as a whole, naming the field, when something in it is not there', async () => {
    const echo = { skillId: 'echo', level: 2 };
    const tries: [Parameters<typeof profileOf>[0], string][] = [
      [{ skills: [echo, { skillId: 'nothing', level: 1 }] }, 'skills.1.skillId'],
      [{ skills: [echo, echo] }, 'skills.1.skillId'],
      [{ skills: [{ skillId: 'echo', level: 4 }] }, 'skills.0.level'],
      [{ languages: ['en', 'x y'] }, 'languages.1'],
      [{ calendarId: randomUUID() }, 'calendarId'],
      [{ planIds: [randomUUID()] }, 'planIds.0'],
      [{ photoFileId: randomUUID() }, 'photoFileId'],
      [{ capacity: 0 }, 'capacity'],
      [{ title: { en: 'x'.repeat(81), 'zh-CN': '' } }, 'title.en'],
    ];
    for (const [more, field] of tries) {
      const { status, error } = await save(engineer, engineer.id, more);
      expect([status, error.field], field).toEqual([422, field]);
      expect(error.issues![0]!.message, field).not.toBe('');
    }
    const { profile } = (await engineer.call(getEngineer, { params: { id: engineer.id } })).body;
    expect(profile.content).toBeNull();
  });

  test('keeps languages in their canonical spelling, each once', async () => {
    const { body } = await save(engineer, engineer.id, { languages: ['zh-cn', 'EN', 'zh-CN'] });
    expect(body.profile.content?.languages).toEqual(['zh-CN', 'en']);
  });

  test('has a switch for new tickets, one’s own or a lead’s to turn', async () => {
    const away = (client: Client, isAway: boolean) =>
      client.call(setEngineerAway, { params: { id: engineer.id }, body: { away: isAway } });
    expect((await away(engineer, true)).status).toBe(404);
    await saved(engineer);
    const first = (await away(engineer, true)).body.profile.awaySince;
    expect(Date.parse(first!)).toBeLessThanOrEqual(Date.now());
    // Said again, it does not begin anew.
    expect((await away(desk.people.lead, true)).body.profile.awaySince).toBe(first);
    expect((await away(await signedInStaff(desk.platform, 'engineer', 'Olga'), false)).status).toBe(403);
    expect((await away(engineer, false)).body.profile.awaySince).toBeNull();
  });

  test('is listed with those of the team, whether they have one or not', async () => {
    await saved(engineer, {
      skills: [
        { skillId: 'echo', level: 1 },
        { skillId: 'stutter', level: 3 },
      ],
    });
    const { engineers } = (await desk.people.lead.call(listEngineers, {})).body;
    const byId = new Map(engineers.map((one) => [one.engineer.id, one]));
    expect(byId.get(engineer.id)?.content?.skills).toEqual([
      { skillId: 'stutter', level: 3 },
      { skillId: 'echo', level: 1 },
    ]);
    expect(byId.get(desk.people.lead.id)).toMatchObject({ content: null, workingNow: false, may: { edit: true } });
    expect((await desk.people.customer.call(listEngineers, {})).status).toBe(403);
  });
});

describe('a photo', () => {
  test('must be a picture of whoever saves it', async () => {
    const theirs = await picture(desk.people.lead);
    const text = await picture(engineer, 'me.png', Buffer.from('<svg onload="alert(1)"/>'));
    for (const photoFileId of [theirs, text]) {
      const { status, error } = await save(engineer, engineer.id, { photoFileId });
      expect([status, error.field]).toEqual([422, 'photoFileId']);
    }
    expect((await save(desk.people.lead, engineer.id, { photoFileId: theirs })).status).toBe(200);
    // Who changes something else later keeps it, though it is not theirs.
    expect((await save(engineer, engineer.id, { photoFileId: theirs, capacity: 2 })).status).toBe(200);
  });

  test('is served as we drew it, and outlives the cleaning of files until it is replaced', async () => {
    const photoFileId = await picture(engineer);
    const { photoUrl } = (await save(engineer, engineer.id, { photoFileId })).body.profile;
    const served = () => desk.platform.app.inject({ method: 'GET', url: photoUrl! });
    expect((await served()).headers['content-type']).toBe('image/webp');
    const later = { ...files.deps(), now: () => new Date(Date.now() + 30 * 24 * 3_600_000) };
    await cleanFiles(later);
    expect((await served()).statusCode).toBe(200);
    await save(engineer, engineer.id, { photoFileId: null });
    await cleanFiles(later);
    expect((await served()).statusCode).toBe(404);
  });

  test('of two people goes with the second', async () => {
    const { lead } = desk.people;
    const photoFileId = await picture(lead);
    const { photoUrl } = (await save(lead, engineer.id, { photoFileId })).body.profile;
    await save(lead, lead.id, { photoFileId });
    const later = { ...files.deps(), now: () => new Date(Date.now() + 30 * 24 * 3_600_000) };
    const statuses: number[] = [];
    for (const person of [engineer.id, lead.id]) {
      await save(lead, person, { photoFileId: null });
      await cleanFiles(later);
      statuses.push((await desk.platform.app.inject({ method: 'GET', url: photoUrl! })).statusCode);
    }
    expect(statuses).toEqual([200, 404]);
  });
});

describe('the card', () => {
  const profile = {
    title: { en: 'Audio engineer', 'zh-CN': '音频工程师' },
    about: { en: 'Ears first.', 'zh-CN': '' },
    skills: [
      { skillId: 'stutter', level: 1 },
      { skillId: 'echo', level: 3 },
    ],
    languages: ['zh', 'en'],
  };

  test('tells what everybody may know, best skill first, and no level, load or hours', async () => {
    await saved(engineer, profile);
    expect((await card(desk.people.lead, engineer.id)).body.card).toEqual({
      id: engineer.id,
      name: 'Eve Engineer',
      title: profile.title,
      about: profile.about,
      skills: [
        { en: 'Echo', 'zh-CN': '回声' },
        { en: 'Stutter and freezing', 'zh-CN': '卡顿' },
      ],
      languages: ['zh', 'en'],
      photoUrl: null,
    });
  });

  test('is a customer’s to read from the moment the engineer takes part in a ticket they may see', async () => {
    const { people } = desk;
    await saved(engineer, profile);
    const ids = () =>
      Promise.all(
        [people.customer, people.colleague, people.otherCustomer].map(
          async (one) => (await card(one, engineer.id)).status,
        ),
      );
    expect(await ids()).toEqual([404, 404, 404]);
    const id = await opened(people.customer, 'It broke');
    const note = { message: { id: randomUUID(), body: 'Internal' }, visibility: 'internal' as const };
    await engineer.call(postMessage, { params: { id }, body: note });
    expect(await ids()).toEqual([404, 404, 404]);
    await people.lead.call(assignTicket, { params: { id }, body: { assigneeId: engineer.id } });
    expect(await ids()).toEqual([200, 200, 404]);
    await people.lead.call(assignTicket, { params: { id }, body: { assigneeId: null } });
    expect(await ids()).toEqual([404, 404, 404]);
    await engineer.call(postMessage, { params: { id }, body: { message: { id: randomUUID(), body: 'Let me look' } } });
    await people.lead.call(assignTicket, { params: { id }, body: { assigneeId: null } });
    expect(await ids()).toEqual([200, 200, 404]);
    expect((await card(people.visitor, engineer.id)).status).toBe(404);
    expect((await card(people.customer, randomUUID())).status).toBe(404);
  });

  test('is a name only, of somebody without a profile', async () => {
    expect((await card(desk.people.lead, desk.people.lead.id)).body.card).toMatchObject({
      name: 'Liam Lead',
      title: { en: '', 'zh-CN': '' },
      skills: [],
    });
  });
});

describe('the skills', () => {
  test('are there from the start, and everybody’s to read and an administrator’s to change', async () => {
    const { people } = desk;
    const { skills } = (await engineer.call(getRouting, {})).body;
    expect(skills.map(({ id }) => id)).toContain('black-screen');
    const { calendars, plans } = (await engineer.call(getRouting, {})).body;
    expect([calendars.length > 0, plans.length]).toEqual([true, 4]);
    expect((await people.customer.call(getRouting, {})).status).toBe(403);
    for (const one of [engineer, people.lead])
      expect((await one.call(updateRouting, { body: { skills } })).status).toBe(403);

    await saved(engineer, {
      skills: [
        { skillId: 'echo', level: 1 },
        { skillId: 'noise', level: 1 },
      ],
    });
    const own: Skill = {
      id: 'studio',
      kind: 'product',
      name: { en: 'Studio', 'zh-CN': '演播室' },
      topics: ['fault', 'fault'],
      keywords: ['studio*'],
    };
    const body = { skills: [own, ...skills.filter(({ id }) => id !== 'noise')] };
    const changed = (await people.administrator.call(updateRouting, { body })).body;
    expect(changed.skills[0]).toEqual({ ...own, topics: ['fault'] });
    expect(changed.skills).toHaveLength(skills.length);
    // What is gone from the list is gone from the profiles; the rest is untouched.
    const { profile } = (await engineer.call(getEngineer, { params: { id: engineer.id } })).body;
    expect(profile.content?.skills).toEqual([{ skillId: 'echo', level: 1 }]);
    await people.administrator.call(updateRouting, { body: { skills } });
  });

  test('are replaced by one of two who read the same list, and the other is told', async () => {
    const { administrator } = desk.people;
    const { skills } = (await administrator.call(getRouting, {})).body;
    const replies = await Promise.all(
      [skills.slice(1), skills.slice(2)].map((left) =>
        administrator.call(updateRouting, { body: { skills: left, skillsBefore: skills } }),
      ),
    );
    const loser = replies.find(({ status }) => status !== 200);
    expect(loser?.error).toMatchObject({ code: 'skills_changed' });
    const winner = replies.find(({ status }) => status === 200);
    expect((await administrator.call(getRouting, {})).body.skills).toEqual(winner!.body.skills);
    await administrator.call(updateRouting, { body: { skills } });
  });

  test('are refused as a whole when one is there twice or has no name', async () => {
    const { administrator } = desk.people;
    const { skills } = (await administrator.call(getRouting, {})).body;
    const tries: [RouteInput<typeof updateRouting>['body'], string][] = [
      [{ skills: [...skills, skills[0]!] }, `skills.${skills.length}.id`],
      [{ skills: [{ ...skills[0]!, name: { en: '', 'zh-CN': '回声' } }] }, 'skills.0.name.en'],
      [{ skills: [{ ...skills[0]!, id: 'Not a slug' }] }, 'skills.0.id'],
    ];
    for (const [body, field] of tries) {
      const { status, error } = await administrator.call(updateRouting, { body });
      expect([status, error.field]).toEqual([422, field]);
    }
    expect((await administrator.call(getRouting, {})).body.skills).toEqual(skills);
  });

  test('are shipped once: what was removed stays away after a restart', async () => {
    const { administrator } = desk.people;
    const { skills } = (await administrator.call(getRouting, {})).body;
    await administrator.call(updateRouting, { body: { skills: [] } });
    await shipSkills(desk.platform.db);
    expect((await administrator.call(getRouting, {})).body.skills).toEqual([]);
    await administrator.call(updateRouting, { body: { skills } });
  });
});
