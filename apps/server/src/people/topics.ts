import type { Topic } from '@alongside/contracts';

/** What a new workspace's tickets can concern until the administrator says otherwise. */
export const DEFAULT_TOPICS: Topic[] = [
  { id: 'fault', name: { en: 'Something does not work', 'zh-CN': '功能异常' } },
  { id: 'how-to', name: { en: 'How do I …?', 'zh-CN': '使用咨询' } },
  { id: 'performance', name: { en: 'It is slow or unstable', 'zh-CN': '运行缓慢或不稳定' } },
  { id: 'account', name: { en: 'Account and licence', 'zh-CN': '账号与授权' } },
  { id: 'other', name: { en: 'Something else', 'zh-CN': '其他问题' } },
];
