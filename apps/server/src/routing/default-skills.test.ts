import { Skill } from '@alongside/contracts';
import { demandedSkills } from '@alongside/desk';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SKILLS } from './default-skills.ts';

const demanded = (text: string) =>
  demandedSkills({ topic: null, texts: [text] }, DEFAULT_SKILLS)
    .filter(({ required }) => required)
    .map(({ id }) => id);

describe('the shipped skills', () => {
  test('are what the contract takes, each once', () => {
    for (const skill of DEFAULT_SKILLS) expect(Skill.parse(skill)).toEqual(skill);
    expect(new Set(DEFAULT_SKILLS.map(({ id }) => id)).size).toBe(DEFAULT_SKILLS.length);
  });

  test.each([
    ['开课后学生一直听到回声', ['echo']],
    ['There is an echo whenever I speak', ['echo']],
    ['Two speakers started howling', ['echo']],
    ['麦克风有电流声', ['noise']],
    ['The sound is distorted', ['noise']],
    ['直播没声音了', ['no-sound']],
    ['They can’t hear me', ['no-sound']],
    ['弱网下视频很糊', ['weak-network']],
    ['12 % packet loss in the evening', ['weak-network']],
    ['老师的声音断断续续', ['stutter']],
    ['The preview stutters every two seconds', ['stutter']],
    ['共享屏幕后学生看到的是黑屏', ['black-screen', 'screen-share']],
    ['Black screen on the wall', ['black-screen']],
    ['办公室的网络连不上会议', ['connection']],
    ['Bidders in one office cannot connect', ['connection']],
    ['录制的文件在哪里下载', ['recording']],
    ['How do I download a recording as MP4?', ['recording']],
    ['接入鉴权失败', ['integration']],
    ['Our SDK integration returns 401', ['integration']],
    ['发票抬头需要修改', ['account']],
    ['We need last month’s invoice', ['account']],
  ])('are recognised in “%s”', (text, skills) => {
    expect(demanded(text)).toEqual(skills);
  });

  test.each(['Where do I find the manual?', '请问客服几点上班？', 'Mechoui for everybody', 'The rapid start guide'])(
    'are not seen in “%s”',
    (text) => {
      expect(demanded(text)).toEqual([]);
    },
  );

  test('platforms are read off what the page tells', () => {
    const platforms = demandedSkills({ topic: null, texts: ['Safari 26', 'macOS 26.1'] }, DEFAULT_SKILLS);
    expect(platforms.map(({ id, required }) => [id, required])).toEqual([
      ['web', false],
      ['macos', false],
    ]);
  });
});
