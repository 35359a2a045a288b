import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInlines, parseMessage } from './message-text.ts';

const link = (href: string) => ({ kind: 'link', text: href, href });
const text = (value: string) => ({ kind: 'text', text: value });

describe('parseInlines', () => {
  it.each([
    ['see https://a.example/b?c=1#d.', [text('see '), link('https://a.example/b?c=1#d'), text('.')]],
    ['(https://a.example/x_(y))', [text('('), link('https://a.example/x_(y)'), text(')')]],
    ['请看https://a.example/路径，谢谢', [text('请看'), link('https://a.example/路径'), text('，谢谢')]],
    ['run `rm -rf /` now', [text('run '), { kind: 'code', text: 'rm -rf /' }, text(' now')]],
    ['`https://a.example`', [{ kind: 'code', text: 'https://a.example' }]],
  ])('of %j', (body, expected) => {
    expect(parseInlines(body)).toEqual(expected);
  });

  it('never links another scheme', () => {
    for (const body of ['javascript:alert(1)', 'data:text/html,<script>', 'vbscript:x', 'file:///etc/passwd']) {
      expect(parseInlines(body).every((inline) => inline.kind === 'text')).toBe(true);
    }
  });

  it('loses nothing but the backticks', () => {
    fc.assert(
      fc.property(fc.string(), (body) => {
        const joined = parseInlines(body)
          .map((inline) => (inline.kind === 'code' ? `\`${inline.text}\`` : inline.text))
          .join('');
        expect(joined).toBe(body);
      }),
    );
  });
});

describe('parseMessage', () => {
  it('keeps line breaks in paragraphs and everything in code', () => {
    expect(parseMessage('a\nb\n\n```ts\nconst x = `1`;\n\n  y\n```\nc')).toEqual([
      { kind: 'paragraph', inlines: [text('a\nb')] },
      { kind: 'code', text: 'const x = `1`;\n\n  y', language: 'ts' },
      { kind: 'paragraph', inlines: [text('c')] },
    ]);
  });

  it('lets an unclosed block reach to the end', () => {
    expect(parseMessage('```\nboom')).toEqual([{ kind: 'code', text: 'boom', language: '' }]);
  });

  it('shows markup as it was written', () => {
    expect(parseMessage('<b>hi</b><script>alert(1)</script>')).toEqual([
      { kind: 'paragraph', inlines: [text('<b>hi</b><script>alert(1)</script>')] },
    ]);
  });
});
