import { measured, type Story } from './story.ts';

const HOUR = 60;
const DAY = 24 * HOUR;

/** Conversations in Chinese. */
export const CHINESE_STORIES: Story[] = [
  {
    key: 'classroom-echo',
    contact: 'wang',
    channel: 'widget',
    topic: 'sound',
    priority: 'P1',
    subject: '开课后学生一直听到回声',
    steps: [
      {
        ago: 2.2 * HOUR,
        by: 'wang',
        says: '老师您好，今天上午的物理课，四十多个学生都反映能听到自己说话的回声，老师这边听着是正常的。下午两点还有一节课，比较着急。',
      },
      {
        ago: 2.1 * HOUR,
        by: 'chen',
        says: '王老师您好，我是陈曦，这个问题由我跟进。\n\n学生听到自己的声音，通常是老师端的音箱被麦克风又收了进去。想先确认两点：\n\n1. 授课老师用的是外放音箱还是耳机？\n2. 有没有用外接的 USB 麦克风？',
      },
      { ago: 1.8 * HOUR, by: 'wang', says: '用的是教室的外放音箱，麦克风是上周新换的 USB 全向麦。' },
      {
        ago: 1.7 * HOUR,
        by: 'chen',
        notes:
          '和上个月 7613 教室是同一款全向麦，驱动自带“增强”，会绕过浏览器的回声消除。建议关增强，长期建议换指向性麦克风。',
      },
      {
        ago: 1.6 * HOUR,
        by: 'chen',
        says: '原因基本清楚了：这款麦克风的驱动默认开启了“音频增强”，会和我们的回声消除互相抵消。\n\n请在老师电脑上打开「设置 → 系统 → 声音 → 输入设备」，把 音频增强 改为「关」，然后重新进入课堂。',
      },
      {
        ago: 17,
        by: 'wang',
        says: '已经关掉了，现在试听只剩一点点回声。离上课还有四十分钟，能不能开个语音一起确认一下？',
      },
    ],
  },
  {
    key: 'black-share',
    contact: 'zhao',
    channel: 'widget',
    topic: 'screen-share',
    priority: 'P2',
    subject: '共享屏幕后学生看到的是黑屏',
    steps: [
      {
        ago: 52,
        by: 'zhao',
        says: '我在 Mac 上共享课件窗口，自己这边显示“正在共享”，但学生看到的一直是黑屏，声音正常。附件是学生发来的截图。',
        files: [{ name: '学生端截图.png', content: 'black-screen' }],
      },
      { ago: 49, by: 'zhao', says: '补充一下：共享整个屏幕也是黑的，昨天还好好的，昨晚系统自动更新过。' },
    ],
  },
  {
    key: 'broken-voice',
    contact: 'wang',
    channel: 'portal',
    topic: 'sound',
    priority: 'P1',
    subject: '晚课时老师的声音断断续续',
    steps: [
      {
        ago: DAY + 3 * HOUR,
        by: 'wang',
        says: '昨晚七点到八点的课，老师的声音大概每隔几秒就断一下，画面倒还清楚。学生的网络都没有问题。',
      },
      {
        ago: DAY + 2.8 * HOUR,
        by: 'chen',
        says: '王老师您好，我查了 8842 课堂昨晚的质量数据：老师的上行丢包在晚高峰达到 12%，其他人都正常，所以是老师那一侧的网络。我们直接通话看一下吧。',
      },
      { ago: DAY + 2.7 * HOUR, by: 'chen', calls: 'wang', minutes: 9, qualities: [measured(4.7, 9), measured(3.2, 9)] },
      {
        ago: DAY + 2.4 * HOUR,
        by: 'chen',
        notes: '通话中复现：老师电脑连的是走廊的 Wi-Fi，信号 -78 dBm。换成讲台网线后丢包归零。',
      },
      {
        ago: DAY + 2.3 * HOUR,
        by: 'chen',
        says: '刚才通话里已经确认：老师的电脑连的是走廊的 Wi-Fi，信号很弱；改插讲台网线后丢包从 12% 降到了 0。建议晚课固定使用网线。',
      },
      { ago: DAY + 1.2 * HOUR, by: 'wang', says: '今天的课一整节都没有断过，非常感谢！' },
      { ago: DAY + 1.1 * HOUR, by: 'chen', state: 'solved' },
      { ago: DAY, by: 'wang', rates: { score: 5, comment: '一边通话一边帮我们看，十分钟就找到原因了，很专业。' } },
    ],
  },
  {
    key: 'invoice-title',
    contact: 'zhao',
    channel: 'portal',
    topic: 'account',
    priority: 'P3',
    subject: '发票抬头需要修改',
    steps: [
      {
        ago: 30 * HOUR,
        by: 'zhao',
        says: '公司上个月更名了，想把 10 月份的发票抬头改成“晨星在线教育科技有限公司”，税号不变。',
      },
      {
        ago: 28 * HOUR,
        by: 'lin',
        says: '赵老师您好，可以修改。麻烦发一份新的营业执照扫描件（PDF 或照片都可以），收到后一个工作日内重新开具。',
      },
    ],
  },
];
