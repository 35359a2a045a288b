import type { Locale, LocalisedText } from '@alongside/contracts';
import type { z } from 'zod';

type Issue = z.core.$ZodRawIssue;

/** Wording of the contracts' own rules, by the message they give. */
const OWN_RULES: Record<string, LocalisedText> = {
  empty_message: { en: 'Write something or attach a file.', 'zh-CN': '请输入内容或添加附件。' },
  preset_or_content: {
    en: 'Say either which shipped plan to copy, or what the plan says.',
    'zh-CN': '请指定要复制的预置方案，或给出方案内容，二者择一。',
  },
  language_tag: {
    en: 'Enter a language such as en or zh-CN.',
    'zh-CN': '请填写语言代码，例如 en 或 zh-CN。',
  },
  said_in_no_language: {
    en: 'Say it in English or in Chinese.',
    'zh-CN': '请至少用一种语言填写。',
  },
  'an IP address must be masked': { en: 'An IP address must be masked.', 'zh-CN': 'IP 地址须先脱敏。' },
  'too many columns': { en: 'There are too many columns.', 'zh-CN': '列数过多。' },
  'at most 20 entries': { en: 'At most 20 entries are taken.', 'zh-CN': '最多可填写 20 项。' },
  'at most 30 entries': { en: 'At most 30 entries are taken.', 'zh-CN': '最多可填写 30 项。' },
};

const MISSING: LocalisedText = { en: 'Please fill this in.', 'zh-CN': '请填写此项。' };
const NOT_ACCEPTED: LocalisedText = { en: 'This is not accepted here.', 'zh-CN': '此处不接受该内容。' };

/** What was wanted, by zod's name of the type. */
const TYPES: Record<string, LocalisedText> = {
  string: { en: 'This must be text.', 'zh-CN': '此处应为文本。' },
  number: { en: 'Enter a number.', 'zh-CN': '请输入数字。' },
  int: { en: 'Enter a whole number.', 'zh-CN': '请输入整数。' },
  boolean: { en: 'This must be true or false.', 'zh-CN': '此处只能为 true 或 false。' },
  array: { en: 'This must be a list.', 'zh-CN': '此处应为列表。' },
  tuple: { en: 'This must be a list.', 'zh-CN': '此处应为列表。' },
  object: { en: 'This must be a group of named fields.', 'zh-CN': '此处应为一组字段。' },
  record: { en: 'This must be a group of named fields.', 'zh-CN': '此处应为一组字段。' },
};
const OTHER_TYPE: LocalisedText = { en: 'This is of the wrong kind.', 'zh-CN': '内容类型不正确。' };

/** Forms a text can be asked to have, by zod's name of the format. */
const FORMATS: Record<string, LocalisedText> = {
  email: {
    en: 'Enter an e-mail address such as name@example.com.',
    'zh-CN': '请输入有效的邮箱地址，例如 name@example.com。',
  },
  url: {
    en: 'Enter an address such as https://www.example.com.',
    'zh-CN': '请输入形如 https://www.example.com 的网址。',
  },
  uuid: { en: 'This id is not valid.', 'zh-CN': '该标识无效。' },
  date: { en: 'Enter a date such as 2026-05-14.', 'zh-CN': '请输入形如 2026-05-14 的日期。' },
  datetime: { en: 'This is not a valid date and time.', 'zh-CN': '日期或时间无效。' },
};
const OTHER_FORMAT: LocalisedText = { en: 'This does not have the right form.', 'zh-CN': '格式不正确。' };

/**
 * What is wrong with an input, as one sentence for the person who made it; in place of zod's own words, which speak to
 * programmers. Every kind of issue has its words.
 */
export function wordIssue(issue: Issue, locale: Locale): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined || issue.input === null
        ? MISSING[locale]
        : (TYPES[issue.expected] ?? OTHER_TYPE)[locale];
    case 'too_small':
      return tooSmall(issue.origin, issue.minimum, issue.inclusive !== false, locale);
    case 'too_big':
      return tooBig(issue.origin, issue.maximum, issue.inclusive !== false, locale);
    case 'invalid_format':
      return (FORMATS[issue.format] ?? OTHER_FORMAT)[locale];
    case 'not_multiple_of':
      return locale === 'en'
        ? `The number must be a multiple of ${issue.divisor}.`
        : `数值必须是 ${issue.divisor} 的倍数。`;
    case 'invalid_value':
      if (issue.input === undefined) return MISSING[locale];
      return locale === 'en'
        ? `Choose one of these: ${issue.values.map(String).join(', ')}.`
        : `请从以下选项中选择：${issue.values.map(String).join('、')}。`;
    case 'unrecognized_keys':
      return locale === 'en' ? 'This field is not known here.' : '无法识别该字段。';
    case 'invalid_key':
      return locale === 'en' ? 'One of the names in here is not accepted.' : '其中有名称不符合要求。';
    case 'invalid_element':
      return locale === 'en' ? 'One of the entries is not accepted.' : '其中有一项不符合要求。';
    case 'invalid_union':
      return issue.input === undefined ? MISSING[locale] : NOT_ACCEPTED[locale];
    case 'custom':
      return NOT_ACCEPTED[locale];
  }
}

/** The words of a rule the contracts wrote themselves; other messages have been worded by `wordIssue` and stay. */
export function wordOwnRule(message: string, locale: Locale): string {
  return OWN_RULES[message]?.[locale] ?? message;
}

/** Whether a message is a name of a rule for which there are words. */
export function hasWords(rule: string): boolean {
  return Object.hasOwn(OWN_RULES, rule);
}

function tooSmall(of: string, least: number | bigint, inclusive: boolean, locale: Locale): string {
  const n = number(least);
  if (of === 'string') {
    if (Number(least) <= 1) return MISSING[locale];
    return locale === 'en' ? `Use at least ${n} characters.` : `请至少输入 ${n} 个字符。`;
  }
  if (isCounted(of)) {
    if (locale === 'en')
      return Number(least) === 1 ? 'At least one entry is needed.' : `At least ${n} entries are needed.`;
    return `至少需要 ${n} 项。`;
  }
  if (locale === 'en') return inclusive ? `This must be at least ${n}.` : `This must be more than ${n}.`;
  return inclusive ? `不能小于 ${n}。` : `必须大于 ${n}。`;
}

function tooBig(of: string, most: number | bigint, inclusive: boolean, locale: Locale): string {
  const n = number(most);
  if (of === 'string') return locale === 'en' ? `Use at most ${n} characters.` : `最多可输入 ${n} 个字符。`;
  if (isCounted(of)) return locale === 'en' ? `At most ${n} entries are taken.` : `最多可填写 ${n} 项。`;
  if (locale === 'en') return inclusive ? `This must be at most ${n}.` : `This must be less than ${n}.`;
  return inclusive ? `不能大于 ${n}。` : `必须小于 ${n}。`;
}

function isCounted(of: string): boolean {
  return of === 'array' || of === 'set' || of === 'map';
}

function number(value: number | bigint): string {
  return value.toLocaleString('en');
}
