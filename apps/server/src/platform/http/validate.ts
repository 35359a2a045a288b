import { AppError, type FieldIssue, type Locale } from '@alongside/contracts';
import { z } from 'zod';

const ERROR_MAPS = { en: z.locales.en().localeError, 'zh-CN': z.locales.zhCN().localeError } as const;
const ISSUES_MAX = 20;

/**
 * Parses input and words what is wrong in the reader's language.
 * @throws AppError `invalid_input` with every wrong field by its dotted path
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown, locale: Locale): z.output<S> {
  const parsed = schema.safeParse(input, { error: ERROR_MAPS[locale] });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap(fieldIssues).slice(0, ISSUES_MAX);
  throw new AppError('invalid_input', { field: issues[0]?.field ?? '' }, issues);
}

function fieldIssues(issue: z.core.$ZodIssue): FieldIssue[] {
  const path = issue.path.map(String);
  // An undeclared key is reported at its parent; the reader wants to know which one.
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: shorten([...path, key].join('.')), message: shorten(issue.message) }));
  return [{ field: path.join('.') || 'body', message: shorten(issue.message) }];
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
