import { AppError, type FieldIssue, type Locale, type LocalisedText } from '@alongside/contracts';
import type { SlaIssue } from '@alongside/sla';

/** Words for what packages/sla finds wrong, by what it says to programmers. */
export const SLA_PROBLEMS: Record<string, LocalisedText> = {
  'is not an IANA time zone': {
    en: 'There is no time zone of this name. Use one such as Europe/Berlin.',
    'zh-CN': '没有这个时区，请填写形如 Asia/Shanghai 的名称。',
  },
  'is not a day of the week': { en: 'This is no day of the week.', 'zh-CN': '这不是星期几。' },
  'is not a date such as 2026-05-14': {
    en: 'Enter a date such as 2026-05-14.',
    'zh-CN': '请输入形如 2026-05-14 的日期。',
  },
  'never opens': {
    en: 'These hours never open. Add a window on at least one day.',
    'zh-CN': '该日历没有任何开放时间，请至少在一天中添加一个时段。',
  },
  'is not a window such as 09:00-18:00': {
    en: 'Enter a window such as 09:00-18:00; one overnight is 22:00-06:00, and 24:00 may close.',
    'zh-CN': '请输入形如 09:00-18:00 的时段；跨夜写作 22:00-06:00，可用 24:00 作为结束。',
  },
  'has windows that overlap': { en: 'Windows of this day overlap.', 'zh-CN': '当天的时段有重叠。' },
  'is the id of another layer too': { en: 'This layer is there twice.', 'zh-CN': '该层重复。' },
  'must be day, week or a number of days from 1 to 366': {
    en: 'Hand over every day, every week, or every 1 to 366 days.',
    'zh-CN': '请选择每天、每周或每 1 至 366 天交接。',
  },
  'is not a time such as 09:00': { en: 'Enter a time such as 09:00.', 'zh-CN': '请输入形如 09:00 的时间。' },
  'goes with a weekly handover only': {
    en: 'A weekday goes with a weekly handover only.',
    'zh-CN': '仅每周交接时可指定星期几。',
  },
  'is not a calendar there is': { en: 'There is no such calendar.', 'zh-CN': '该日历不存在。' },
};

const OTHER_PROBLEM: LocalisedText = { en: 'This is not accepted here.', 'zh-CN': '此处不接受该内容。' };

/** @param under where in the request the judged thing stands, e.g. `content` */
export function wordProblems(issues: readonly SlaIssue[], under: string, locale: Locale): FieldIssue[] {
  return issues.map(({ field, problem }) => ({
    field: `${under}.${field}`,
    message: (SLA_PROBLEMS[problem] ?? OTHER_PROBLEM)[locale],
  }));
}

/** An error about fields; the first one is named in its message. */
export function invalidFields(issues: readonly FieldIssue[]): AppError {
  return new AppError('invalid_input', { field: issues[0]!.field }, [...issues]);
}

export function invalidField(field: string, message: LocalisedText, locale: Locale): AppError {
  return invalidFields([{ field, message: message[locale] }]);
}
