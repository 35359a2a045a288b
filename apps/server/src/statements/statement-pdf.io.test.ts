import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Locale } from '@alongside/contracts';
import { describe, expect, test } from 'vitest';
import { statementPdf } from './statement-pdf.ts';
import { sampleStatement } from './testing.ts';

const run = promisify(execFile);
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
const moduleUrl = (name: string) => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));

/** The digest of the sample's PDF, made by another process, at another time and in another zone. */
async function madeElsewhere(locale: Locale, rows: number): Promise<string> {
  const script = `
    import { createHash } from 'node:crypto';
    const { statementPdf } = await import(${moduleUrl('./statement-pdf.ts')});
    const { sampleStatement } = await import(${moduleUrl('./testing.ts')});
    const content = await statementPdf(sampleStatement({ rows: ${rows} }), '${locale}');
    console.log(createHash('sha256').update(content).digest('hex'));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, TZ: 'America/St_Johns', LANG: 'de_DE.UTF-8' },
  });
  return stdout.trim();
}

describe.each(['en', 'zh-CN'] as const)('%s', (locale) => {
  test('two processes make the same bytes', async () => {
    expect(await madeElsewhere(locale, 60)).toBe(sha256(await statementPdf(sampleStatement({ rows: 60 }), locale)));
  });

  // When this fails, statements that customers have come out differently than when they were sent: do not let it
  // happen by the way, through an update of the library or the font.
  test('the bytes are those of earlier versions', async () => {
    expect(sha256(await statementPdf(sampleStatement({ rows: 30 }), locale))).toBe(GOLDEN[locale]);
  });

  test('it is dated with the end of its month, and all its fonts are in it', async () => {
    const text = (await statementPdf(sampleStatement({ rows: 60 }), locale)).toString('latin1');
    expect(text.startsWith('%PDF-1.7')).toBe(true);
    expect(text.trimEnd().endsWith('%%EOF')).toBe(true);
    expect(text).toContain('(D:20261031160000Z)');
    expect(text.match(/\/Type \/Page\n/g)).toHaveLength(4);
    expect(text.match(/\/Lang \(/g)).toHaveLength(1);
    const fonts = text.match(/\/Subtype \/Type0/g)!.length;
    expect(fonts).toBeGreaterThanOrEqual(4);
    expect(text.match(/\/FontFile2 /g)).toHaveLength(fonts);
  });
});

test('a long one lets others have their turn', async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  const content = await statementPdf(sampleStatement({ rows: 400 }), 'en');
  clearInterval(timer);
  expect(turns).toBeGreaterThan(3);
  expect(content.toString('latin1').match(/\/Type \/Page\n/g)!.length).toBeGreaterThan(10);
});

test('what no part of the font has does not stop it', async () => {
  const statement = sampleStatement({ rows: 1 });
  statement.organisation.name = 'Łódź \u{1f600} \u0627 \u0000 x';
  expect((await statementPdf(statement, 'en')).length).toBeGreaterThan(10_000);
});

const GOLDEN: Record<Locale, string> = {
  en: '4b753d2741933ffb835a26eb4938722b9cc37d7e4d20d6b7ea7131fcc622168c',
  'zh-CN': 'b6ca43c50cc040e56c847393cea0c4423226ca7067f934db56c35e01b8717a44',
};
