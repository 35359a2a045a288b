import type { FeedFailureReason, LocalisedText } from '@alongside/contracts';

/** Why an address cannot be saved as a feed. */
export const FEED_FAILURE_WORDS: Record<FeedFailureReason | 'twice', LocalisedText> = {
  address_invalid: {
    en: 'Enter an address that begins with https://, http:// or webcal://.',
    'zh-CN': '请输入以 https://、http:// 或 webcal:// 开头的地址。',
  },
  address_private: {
    en: 'This address is in a private network, where the server may not go.',
    'zh-CN': '该地址指向内网，服务器不得访问。',
  },
  name_unknown: { en: 'There is no server of this name.', 'zh-CN': '找不到该域名对应的服务器。' },
  unreachable: { en: 'The server behind this address cannot be reached.', 'zh-CN': '无法连接该地址的服务器。' },
  timeout: { en: 'The server behind this address took too long.', 'zh-CN': '该地址的服务器响应超时。' },
  too_large: { en: 'What lies at this address is larger than 5 MB.', 'zh-CN': '该地址的内容超过 5 MB。' },
  too_many_redirects: { en: 'This address leads on and on.', 'zh-CN': '该地址重定向次数过多。' },
  refused: { en: 'The server behind this address refused to give it.', 'zh-CN': '该地址的服务器拒绝了请求。' },
  not_a_calendar: {
    en: 'What lies at this address is no calendar (.ics), or a broken one.',
    'zh-CN': '该地址的内容不是日历（.ics），或已损坏。',
  },
  twice: { en: 'This calendar already follows this address.', 'zh-CN': '该日历已订阅此地址。' },
};
