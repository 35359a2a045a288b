import type { EngineerProfileContent, PlanPreset, Skill } from '@alongside/contracts';
import { type FilesDeps, storeFile } from '../files/actions.ts';
import { latestPlans } from '../plans/list.queries.ts';
import type { Db } from '../platform/database/database.ts';
import { updateRouting } from '../routing/actions.ts';
import type { RoutingDeps } from '../routing/deps.ts';
import { saveProfile } from '../routing/profile.actions.ts';
import { findEngineer, findSkills } from '../routing/queries.ts';
import { STAFF, type StaffKey } from './company.ts';
import { demoId } from './demo-id.ts';
import { drawPortrait, type Look } from './portraits.ts';

type DemoProfile = Pick<EngineerProfileContent, 'title' | 'about' | 'languages' | 'capacity'> & {
  look: Look;
  /** Level by skill. */
  skills: Record<string, number>;
  plans: PlanPreset[];
};

/** What the demo's people are good at. Something is left that nobody knows, and something only one of them does. */
export const PROFILES: Record<StaffKey, DemoProfile> = {
  lin: {
    title: { en: 'Head of support', 'zh-CN': '技术支持负责人' },
    about: {
      en: 'Twelve years of live sound, the last five on the other end of the line. Ask me about echo in halls and about large events.',
      'zh-CN': '从事现场音频十二年，近五年专注远程支持。会场回声、大型活动保障，都可以找我。',
    },
    look: {
      ground: ['#d8e6dc', '#9dbfae'],
      skin: '#f3cdb0',
      hair: '#241f1e',
      cut: 'bob',
      shirt: '#1f5a49',
      collar: '#f5f1e8',
    },
    skills: { echo: 3, 'no-sound': 2, 'screen-share': 2, account: 2, web: 2, macos: 1 },
    languages: ['zh', 'en'],
    plans: [],
    capacity: 6,
  },
  marcus: {
    title: { en: 'Lead engineer, networks', 'zh-CN': '网络技术主管' },
    about: {
      en: 'Firewalls, proxies, hotel Wi-Fi: I find the way out. Before this I ran the contribution network of a broadcaster.',
      'zh-CN': '防火墙、代理、酒店网络，总能找到出路。此前负责某电视台的信号回传网络。',
    },
    look: {
      ground: ['#e9dccb', '#caa98a'],
      skin: '#e9b993',
      hair: '#6b4a32',
      cut: 'short',
      shirt: '#37475a',
      collar: '#dfe5ea',
      beard: true,
    },
    skills: { 'weak-network': 3, connection: 3, stutter: 2, integration: 1, windows: 2 },
    languages: ['en', 'de'],
    plans: ['enterprise'],
    capacity: 8,
  },
  priya: {
    title: { en: 'Video engineer', 'zh-CN': '视频工程师' },
    about: {
      en: 'I look at pictures all day: encoders, key frames, layers. If it freezes, drops or turns black, I want to see it.',
      'zh-CN': '整天和画面打交道：编码器、关键帧、分层。卡顿、掉帧、黑屏，请让我看看。',
    },
    look: {
      ground: ['#e3dcee', '#b1a0cc'],
      skin: '#bf8560',
      hair: '#1e1716',
      cut: 'long',
      shirt: '#c4572f',
      collar: '#bf8560',
    },
    skills: { stutter: 3, 'black-screen': 3, echo: 1, 'screen-share': 2, recording: 1, web: 3, macos: 2, ios: 1 },
    languages: ['en', 'hi'],
    plans: [],
    capacity: 8,
  },
  chen: {
    title: { en: 'Integration engineer', 'zh-CN': '接入工程师' },
    about: {
      en: 'SDKs, tokens, signatures, mobile builds. Send me the log and the version and we are halfway there.',
      'zh-CN': '负责 SDK 接入、鉴权签名与移动端构建。发来日志和版本号，问题就解决了一半。',
    },
    look: {
      ground: ['#d5e3ef', '#93b4cf'],
      skin: '#f0c7a6',
      hair: '#2b2422',
      cut: 'swept',
      shirt: '#f2ede2',
      collar: '#d9cfbd',
      glasses: true,
    },
    skills: { integration: 3, echo: 2, noise: 2, 'no-sound': 2, connection: 1, android: 3, ios: 2, web: 2 },
    languages: ['zh', 'en'],
    plans: ['standard'],
    capacity: 8,
  },
};

/** Which of the demo's topics stand for which skill: those the words of a ticket do not always tell. */
const TOPICS_OF_SKILLS: Record<string, string[]> = {
  'screen-share': ['screen-share'],
  connection: ['connection'],
  recording: ['recording'],
  account: ['account'],
};

export type ProfilesDeps = { db: Db; files: FilesDeps };

/** Gives the demo's people profiles and photos, and its topics their skills. Those that are there stay as they are. */
export async function seedProfiles(
  { db, files }: ProfilesDeps,
  staffId: (key: StaffKey) => string,
  now: Date,
): Promise<void> {
  // Nothing waits yet: what is in the queue is of the past and not routed.
  const deps: RoutingDeps = { db, now: () => now, jobs: { send: async () => {} }, onCallNow: async () => [] };
  const skills = await findSkills(db);
  if (!skills.some(({ topics }) => topics.length > 0))
    await updateRouting(deps, { skills: skills.map(withTopics) }, 'en');
  const known = new Set(skills.map(({ id }) => id));
  const plans = await latestPlans(db);
  for (const [key, profile] of Object.entries(PROFILES)) {
    const id = staffId(key as StaffKey);
    if ((await findEngineer(db, id))?.profile) continue;
    const { role, locale } = STAFF[key as StaffKey];
    const photoFileId = demoId(`photo ${key}`);
    await storeFile(
      files,
      { kind: 'staff', id },
      { id: photoFileId, name: 'photo.png', content: drawPortrait(profile.look) },
    );
    const { look: _, skills: levels, plans: presets, ...content } = profile;
    await saveProfile(deps, { kind: 'staff', id, role, locale }, id, {
      ...content,
      skills: Object.entries(levels)
        .filter(([skillId]) => known.has(skillId))
        .map(([skillId, level]) => ({ skillId, level })),
      planIds: plans.filter(({ preset }) => preset !== null && presets.includes(preset)).map(({ planId }) => planId),
      photoFileId,
      calendarId: null,
    });
  }
}

function withTopics(skill: Skill): Skill {
  return { ...skill, topics: TOPICS_OF_SKILLS[skill.id] ?? [] };
}
