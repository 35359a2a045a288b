import * as contracts from '@alongside/contracts';
import { LOCALES, type Route } from '@alongside/contracts';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseInput } from './validate.ts';
import { hasWords, wordIssue } from './wording.ts';

/** For every kind of rule of the contracts an input that breaks it. A kind that is missing here fails the test below. */
const BROKEN: Record<string, { schema: z.ZodType; input: unknown }> = {
  'type string': { schema: z.string(), input: 7 },
  'type number': { schema: z.number(), input: 'many' },
  'type boolean': { schema: z.boolean(), input: 'perhaps' },
  'type array': { schema: z.array(z.string()), input: 'one' },
  'type tuple': { schema: z.tuple([z.number(), z.number()]), input: [1] },
  'type object': { schema: z.strictObject({ a: z.string() }), input: 'x' },
  'type record': { schema: z.record(z.string(), z.string()), input: 'x' },
  'type enum': { schema: z.enum(['P0', 'P1']), input: 'P9' },
  'type literal': { schema: z.literal('yes'), input: 'no' },
  'type union': { schema: z.union([z.uuid(), z.string().regex(/^\d$/)]), input: 'x' },
  'discriminated union': { schema: contracts.ClientFrame, input: { t: 'dance' } },
  missing: { schema: z.strictObject({ a: z.string() }), input: {} },
  'missing choice': { schema: z.strictObject({ a: z.enum(['P0', 'P1']) }), input: {} },
  'unknown field': { schema: z.strictObject({}), input: { b: 1 } },
  'record key': { schema: z.record(z.string().max(2), z.string()), input: { abc: 'x' } },
  min_length: { schema: z.string().min(10), input: 'short' },
  'min_length 1': { schema: z.string().trim().min(1), input: '  ' },
  max_length: { schema: z.string().max(3), input: 'long' },
  'min_length array': { schema: z.array(z.string()).min(2), input: [] },
  'max_length array': { schema: z.array(z.string()).max(1), input: ['a', 'b'] },
  greater_than: { schema: z.number().min(1), input: 0 },
  'greater_than exclusive': { schema: z.number().positive(), input: 0 },
  less_than: { schema: z.number().max(5), input: 6 },
  'less_than exclusive': { schema: z.number().negative(), input: 0 },
  'number_format safeint': { schema: z.number().int(), input: 1.5 },
  'number_format range': { schema: z.number().int(), input: 1e300 },
  'string_format email': { schema: z.email(), input: 'nobody' },
  'string_format uuid': { schema: z.uuid(), input: 'x' },
  'string_format date': { schema: z.iso.date(), input: '2026-02-30' },
  'string_format datetime': { schema: z.iso.datetime(), input: 'x' },
  'string_format regex': { schema: z.string().regex(/^a$/), input: 'x' },
  'string_format url': { schema: z.url(), input: 'x' },
  multiple_of: { schema: z.number().multipleOf(5), input: 3 },
  custom: { schema: z.string().refine(() => false), input: 'x' },
  'set element': { schema: z.set(z.string().max(1)).min(1), input: new Set() },
  'map element': { schema: z.map(z.string(), z.string().max(1)), input: new Map([['a', 'bb']]) },
  'map key': { schema: z.map(z.date(), z.string()), input: new Map([['a', 'b']]) },
};

/** Rules that change a value and refuse nothing, wrappers, and what stands for “no other field”, which is broken above. */
const SILENT = new Set([
  'type never',
  'overwrite',
  'type default',
  'type prefault',
  'type unknown',
  'type optional',
  'type nullable',
  'type pipe',
  'type transform',
]);

describe('what is wrong with an input', () => {
  test('is a sentence in the reader’s language for every kind of rule', () => {
    for (const [kind, { schema, input }] of Object.entries(BROKEN)) {
      for (const locale of LOCALES) {
        const messages = messagesOf(schema, input, locale);
        expect(messages, kind).not.toHaveLength(0);
        for (const message of messages) expectSentence(message, locale, kind);
      }
    }
  });

  test('has words for every kind of rule the contracts use', () => {
    const used = usedKinds();
    // Would the walk look at nothing, it could not fail.
    expect([...used]).toEqual(
      expect.arrayContaining(['type record', 'max_length', 'string_format email', 'type union']),
    );
    const unknown = [...used].filter((kind) => !SILENT.has(kind) && !(kind in BROKEN) && !kind.startsWith('custom '));
    expect(unknown).toEqual([]);
    const rules = [...used].filter((kind) => kind.startsWith('custom ')).map((kind) => kind.slice('custom '.length));
    expect(rules).toContain('empty_message');
    expect(rules.filter((rule) => !hasWords(rule))).toEqual([]);
  });

  test('names limits the way people write them', () => {
    expect(messagesOf(z.string().max(20_000), 'x'.repeat(20_001), 'en')).toEqual(['Use at most 20,000 characters.']);
    expect(messagesOf(contracts.PersonName, ' ', 'zh-CN')).toEqual(['请填写此项。']);
    expect(messagesOf(contracts.Email, 'nobody', 'en')).toEqual(['Enter an e-mail address such as name@example.com.']);
    expect(messagesOf(contracts.Password, 'abc', 'zh-CN')).toEqual(['请至少输入 10 个字符。']);
    expect(messagesOf(contracts.Priority, 'P9', 'en')).toEqual(['Choose one of these: P0, P1, P2, P3.']);
    expect(messagesOf(contracts.NewMessage, { id: crypto.randomUUID(), body: ' ' }, 'en')).toEqual([
      'Write something or attach a file.',
    ]);
  });

  test('is there for kinds zod may yet give', () => {
    for (const locale of LOCALES)
      expectSentence(wordIssue({ code: 'invalid_format', format: 'jwt', input: 'x' } as never, locale), locale, 'jwt');
  });
});

function messagesOf(schema: z.ZodType, input: unknown, locale: contracts.Locale): string[] {
  try {
    parseInput(schema, input, locale);
  } catch (error) {
    return (error as contracts.AppError).issues.map((issue) => issue.message);
  }
  return [];
}

function expectSentence(message: string, locale: contracts.Locale, kind: string): void {
  if (locale === 'en') expect(message, kind).toMatch(/^[A-Z][^一-鿿]*\.$/);
  else expect(message, kind).toMatch(/^[^A-Za-z]*[一-鿿].*。$/);
  // zod's own words.
  expect(message, kind).not.toMatch(
    /expected|received|invalid input|too (small|big)|[<>]=?|\bstring\b|期望|正则|无效输入/i,
  );
}

/** The kinds of all rules in the routes' inputs and the socket's frames. */
function usedKinds(): Set<string> {
  const kinds = new Set<string>();
  const seen = new Set<unknown>();
  const routes = (Object.values(contracts) as unknown[]).filter(isRoute);
  expect(routes.length).toBeGreaterThan(30);
  for (const route of routes) for (const part of ['params', 'query', 'body'] as const) walk(route[part]);
  walk(contracts.ClientFrame);
  return kinds;

  function walk(schema: unknown): void {
    if (typeof schema !== 'object' || schema === null || seen.has(schema)) return;
    seen.add(schema);
    if (!('_zod' in schema)) {
      for (const part of Object.values(schema)) walk(part);
      return;
    }
    const { def } = (schema as z.core.$ZodType)._zod as unknown as {
      def: Record<string, unknown> & z.core.$ZodTypeDef;
    };
    kinds.add(`type ${def.type}`);
    // A format that is a schema of its own, such as z.email().
    if (typeof def.format === 'string')
      kinds.add(`${def.type === 'number' ? 'number' : 'string'}_format ${def.format}`);
    for (const check of def.checks ?? []) kinds.add(kindOf(check._zod.def as unknown as Record<string, unknown>));
    for (const [key, part] of Object.entries(def)) if (key !== 'checks') walk(part);
  }
}

function kindOf(def: Record<string, unknown>): string {
  if (def.check === 'custom') return `custom ${String((def.error as ((issue: object) => unknown) | undefined)?.({}))}`;
  return typeof def.format === 'string' ? `${def.check} ${def.format}` : String(def.check);
}

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'access' in value;
}
