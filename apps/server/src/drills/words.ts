import type { LocalisedText } from '@alongside/contracts';
import { derivedSubject } from '../tickets/open.actions.ts';
import type { DrillMatter } from './tables.ts';

/** Stands before the subject of every drill. */
const MARK: LocalisedText = { en: 'Drill: ', 'zh-CN': '演练：' };

/** The first lines of every drill, whatever follows. */
const NOTICE: LocalisedText = {
  en: 'This is a drill. No customer is affected; please handle it as if one were.',
  'zh-CN': '这是一次演练，没有客户受到影响。请按真实故障处理。',
};

const SUBJECT: LocalisedText = { en: 'production is down', 'zh-CN': '生产环境故障' };

/** What the mock customer writes where the lead wrote nothing. */
const TEXT: LocalisedText = {
  en: 'For some minutes now nobody can enter our live rooms; those inside see a frozen picture. It concerns all regions. Please look at it at once.',
  'zh-CN': '几分钟前开始，所有用户都无法进入直播间，已在房间内的用户画面卡住。所有地区均受影响，请立即处理。',
};

const CALL: LocalisedText = {
  en: 'Please call us, so that we can go through it together.',
  'zh-CN': '请与我们通话，以便一起排查。',
};

/** Words for refusals that name a field. */
export const REFUSALS = {
  plan: { en: 'There is no such plan, or it is no longer in use.', 'zh-CN': '该方案不存在或已停用。' },
  timeZone: {
    en: 'There is no time zone of this name. Use one such as Europe/Berlin.',
    'zh-CN': '没有这个时区，请填写形如 Asia/Shanghai 的名称。',
  },
  backwards: { en: 'The end must be later than the beginning.', 'zh-CN': '结束时间须晚于开始时间。' },
  past: { en: 'This window is over already.', 'zh-CN': '该时段已经过去。' },
  tooFar: { en: 'Plan at most a year ahead.', 'zh-CN': '最多可提前一年安排。' },
  tooLong: { en: 'A window is at most 31 days long.', 'zh-CN': '时段最长为 31 天。' },
  empty: { en: 'The window must end at another time than it begins.', 'zh-CN': '时段的结束时间不能与开始时间相同。' },
  weekdayTwice: { en: 'This weekday is there twice.', 'zh-CN': '该星期重复。' },
} satisfies Record<string, LocalisedText>;

/** What the mock customer's ticket says: unmistakably a drill. */
export function drillWords({ text, locale, withCall }: DrillMatter): { subject: string; body: string } {
  const said = text === '' ? TEXT[locale] : text;
  const title = text === '' ? SUBJECT[locale] : derivedSubject(text, locale);
  const body = [NOTICE[locale], said, ...(withCall ? [CALL[locale]] : [])].join('\n\n');
  return { subject: `${MARK[locale]}${title}`, body };
}
