import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pieces } from '../testing.ts';
import { HtmlTrouble, walkHtml } from './html-walk.ts';

/** @returns what was visited, `<a` and `a>` for elements, and the trouble it ended in */
async function visited(html: string | Uint8Array, size = 1_000): Promise<{ seen: string[]; trouble: string | null }> {
  const seen: string[] = [];
  const bytes = typeof html === 'string' ? new TextEncoder().encode(html) : html;
  let text = '';
  const flush = () => {
    if (text !== '') seen.push(text);
    text = '';
  };
  const trouble = await walkHtml(pieces(bytes, size), {
    entered(name, attribute) {
      flush();
      const id = attribute('id');
      seen.push(`<${name}${id === null ? '' : `#${id}`}`);
    },
    text: (piece) => {
      text += piece;
    },
    left(name) {
      flush();
      seen.push(`${name}>`);
    },
  }).then(
    () => null,
    (thrown) => {
      if (thrown instanceof HtmlTrouble) return `${thrown.code} ${thrown.place}`;
      throw thrown;
    },
  );
  flush();
  return { seen, trouble };
}

describe('a page as browsers write it', () => {
  test.each<[string, string, string[]]>([
    ['elements in elements', '<div id="a"><p>x</p></div>', ['<div#a', '<p', 'x', 'p>', 'div>']],
    ['what is never closed', '<p>a<br>b<img id="i">c</p>', ['<p', 'a', '<br', 'br>', 'b', '<img#i', 'img>', 'c', 'p>']],
    [
      'character references',
      '<p id="a&quot;&gt;b">1 &lt; 2 &amp;amp; &#52;&#x35; &unknown;</p>',
      ['<p#a">b', '1 < 2 &amp; 45 &unknown;', 'p>'],
    ],
    ['a > within quotes', `<p title="a > b" id='c>'>x</p>`, ['<p#c>', 'x', 'p>']],
    ['a < that begins no tag', '<p>a < b <3 <<i>x</i></p>', ['<p', 'a < b <3 <', '<i', 'x', 'i>', 'p>']],
    [
      'comments, declarations, scripts',
      '<!doctype html><!-- <p> --><script>if (a < b) "</p>"</script><p></p>',
      ['<script', 'script>', '<p', 'p>'],
    ],
    [
      'ends that nothing began, and that of an outer element',
      '<div><p><b>x</div></p>',
      ['<div', '<p', '<b', 'x', 'b>', 'p>', 'div>'],
    ],
    ['an attribute whose name is in another one', '<p data-id="b" id="a"></p>', ['<p#a', 'p>']],
  ])('%s', async (_, html, seen) => {
    expect(await visited(html)).toEqual({ seen, trouble: null });
    expect(await visited(html, 1)).toEqual({ seen, trouble: null });
  });

  test('bytes that are no text become replacement characters, and what stands after them is read', async () => {
    const html = Uint8Array.from([...Buffer.from('<p>='), 0xcb, ...Buffer.from('</p><p>x</p>')]);
    expect((await visited(html, 3)).seen).toEqual(['<p', '=\ufffd', 'p>', '<p', 'x', 'p>']);
  });
});

describe('a page that ends in trouble tells where', () => {
  test.each<[string, string, string]>([
    ['cut in an element', '<div><table><tr><td>1', 'truncated character 20, in div/table/tr/td'],
    ['cut in a tag', '<div><p id="', 'truncated character 5, in div'],
    ['an attribute without an end', `<div><p id="${'x'.repeat(300_000)}`, 'too_large character 5, in div'],
    ['a comment without an end', `<div><!-- ${'x'.repeat(300_000)}`, 'too_large character 5, in div'],
    ['too deep', '<b>'.repeat(1_000), `too_deep character 0, in ${Array(12).fill('b').join('/')}`],
  ])('%s', async (_, html, trouble) => {
    expect((await visited(html, 400_000)).trouble).toBe(trouble);
  });
});

test('in pieces of any size it is the same, whatever it is', async () => {
  const part = fc.constantFrom(
    '<',
    '>',
    '"',
    "'",
    '/',
    '=',
    '!',
    '--',
    'p',
    'id',
    ' ',
    '&',
    'lt;',
    'script',
    'é',
    '\0',
    'td',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), async (parts, size) => {
      const html = parts.join('');
      expect((await visited(html, size)).seen).toEqual((await visited(html, 10_000)).seen);
    }),
    { numRuns: 500 },
  );
});
