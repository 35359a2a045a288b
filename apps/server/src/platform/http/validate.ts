import { AppError, type FieldIssue, type Locale, type LocalisedText } from '@alongside/contracts';
import type { z } from 'zod';
import { wordIssue, wordOwnRule } from './wording.ts';

const ISSUES_MAX = 20;

const UNSTORABLE: LocalisedText = {
  en: 'This holds a character that is not text.',
  'zh-CN': '内容中含有非文本字符。',
};

/**
 * Parses input and words what is wrong in the reader's language.
 * @throws AppError `invalid_input` with every wrong field by its dotted path
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, locale: Locale): z.output<S> {
  const parsed = schema.safeParse(input, { error: (issue) => wordIssue(issue, locale) });
  const issues = parsed.success
    ? unstorable(parsed.data, []).map((path) => ({ field: path.join('.') || 'body', message: UNSTORABLE[locale] }))
    : parsed.error.issues.flatMap((issue) => fieldIssues(issue, locale)).slice(0, ISSUES_MAX);
  if (parsed.success && issues.length === 0) return parsed.data;
  throw new AppError('invalid_input', { field: issues[0]?.field ?? '' }, issues);
}

/** The first text PostgreSQL could not hold: with NUL, or with half of a surrogate pair. Values and keys alike. */
function unstorable(value: unknown, path: string[]): string[][] {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? [path] : [];
  if (typeof value !== 'object' || value === null) return [];
  for (const [key, part] of Object.entries(value)) {
    const within = [...path, key.replaceAll('\0', '').toWellFormed()];
    const found = unstorable(key, within).concat(unstorable(part, within));
    if (found.length > 0) return found.slice(0, 1);
  }
  return [];
}

function fieldIssues(issue: z.core.$ZodIssue, locale: Locale): FieldIssue[] {
  const path = issue.path.map(String);
  // An undeclared key is reported at its parent; the reader wants to know which one.
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: shorten([...path, key].join('.')), message: shorten(issue.message) }));
  return [{ field: path.join('.') || 'body', message: shorten(wordOwnRule(issue.message, locale)) }];
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
