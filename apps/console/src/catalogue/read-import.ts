import { KnownErrorContent } from '@alongside/contracts';
import Papa from 'papaparse';

/** A row that cannot be taken, counted as people count: the first is 1. */
export type RowProblem = { row: number; field: string };

/** What a file of known errors holds. `format`: it is neither a list in JSON nor a table with a column for codes. */
export type ReadKnownErrors =
  | { state: 'read'; entries: KnownErrorContent[]; problems: RowProblem[] }
  | { state: 'format' };

type Row = Record<string, unknown>;

/** Names of columns as people give them, for our own. */
const COLUMNS: Record<string, string> = {
  code: 'code',
  'error code': 'code',
  errorcode: 'code',
  错误码: 'code',
  component: 'component',
  sdk: 'component',
  组件: 'component',
  来源组件: 'component',
  meaning: 'meaning',
  message: 'meaning',
  description: 'meaning',
  含义: 'meaning',
  causes: 'causes',
  cause: 'causes',
  原因: 'causes',
  可能原因: 'causes',
  fix: 'fix',
  solution: 'fix',
  解决办法: 'fix',
  解决方案: 'fix',
  affectedversions: 'affectedVersions',
  'affected versions': 'affectedVersions',
  versions: 'affectedVersions',
  受影响版本: 'affectedVersions',
  audience: 'audience',
};
const LANGUAGES: Record<string, 'en' | 'zh-CN'> = { en: 'en', zh: 'zh-CN', 'zh-cn': 'zh-CN' };
const SAID = ['meaning', 'causes', 'fix'] as const;
const HAN = /\p{Script=Han}/u;

/**
 * Reads known errors from a file: a list in JSON, as the export writes it, or a table (CSV, tabs) whose first line names
 * the columns. `meaning`, `causes` and `fix` may stand once, in whichever language, or once for each (`meaning_en`,
 * `meaning_zh`).
 */
export function readKnownErrors(text: string): ReadKnownErrors {
  const bare = text.replace(/^\uFEFF/, '').trim();
  const rows = bare.startsWith('[') || bare.startsWith('{') ? fromJson(bare) : fromTable(bare);
  if (!rows) return { state: 'format' };
  const entries: KnownErrorContent[] = [];
  const problems: RowProblem[] = [];
  for (const [index, row] of rows.entries()) {
    const read = KnownErrorContent.safeParse(row);
    if (read.success) entries.push(read.data);
    else problems.push({ row: index + 1, field: String(read.error.issues[0]?.path[0] ?? 'code') });
  }
  return { state: 'read', entries, problems };
}

function fromJson(text: string): Row[] | null {
  try {
    const parsed = JSON.parse(text) as unknown;
    const list = Array.isArray(parsed) ? parsed : (parsed as { entries?: unknown }).entries;
    return Array.isArray(list) ? list.map((row) => known(typeof row === 'object' && row !== null ? row : {})) : null;
  } catch {
    return null;
  }
}

/** Only what an entry has, with one text put into its language. */
function known(row: object): Row {
  const { code, component, meaning, causes, fix, affectedVersions, audience } = row as Row;
  const said = (value: unknown) => (typeof value === 'string' ? inItsLanguage(value) : value);
  return dropUndefined({
    code: typeof code === 'number' ? String(code) : code,
    component,
    meaning: said(meaning),
    causes: said(causes),
    fix: said(fix),
    affectedVersions,
    audience,
  });
}

function fromTable(text: string): Row[] | null {
  const { data, meta } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: 'greedy' });
  const columns = (meta.fields ?? []).map((name) => ({ name, ...columnOf(name) }));
  if (!columns.some(({ field }) => field === 'code')) return null;
  return data.map((cells) => {
    const row: Row = {};
    for (const { name, field, language } of columns) {
      const value = (cells[name] ?? '').trim();
      if (field === null || value === '') continue;
      const isSaid = (SAID as readonly string[]).includes(field);
      if (!isSaid) row[field] = value;
      else row[field] = { ...(row[field] as object), ...(language ? { [language]: value } : inItsLanguage(value)) };
    }
    return row;
  });
}

function columnOf(name: string): { field: string | null; language: 'en' | 'zh-CN' | null } {
  const plain = name.trim().toLowerCase();
  const [, stem = plain, language = ''] = /^(.+?)[_ .]?\(?(en|zh|zh-cn)\)?$/.exec(plain) ?? [];
  const field = COLUMNS[plain] ?? null;
  if (field) return { field, language: null };
  return { field: COLUMNS[stem] ?? null, language: LANGUAGES[language] ?? null };
}

const inItsLanguage = (text: string) => (HAN.test(text) ? { 'zh-CN': text } : { en: text });

const dropUndefined = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
