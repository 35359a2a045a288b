#!/usr/bin/env node
/** `alongside diagnose FILE`: what a dump or a log says is wrong. Exit code 0 healthy, 1 findings, 2 unreadable. */
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { maskFile } from './masking/mask-file.ts';
import { maskingText } from './masking/masking-text.ts';
import { emptyMaskingReport } from './masking/report.ts';
import { joinSessions } from './readers/join-sessions.ts';
import { ReadError } from './readers/read-error.ts';
import { type ReadDocument, readSessions } from './readers/read-sessions.ts';
import { asText, unreadable } from './verdict/as-text.ts';
import { diagnose, merged } from './verdict/report.ts';
import type { DiagnosisLocale } from './words/words.ts';

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    lang: { type: 'string', default: 'en' },
    mask: { type: 'string' },
    'mask-addresses': { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const locale: DiagnosisLocale = values.lang.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
const [file] = positionals;
process.exitCode = file === undefined ? 2 : await run(file);

async function run(name: string): Promise<0 | 1 | 2> {
  const documents: ReadDocument[] = [];
  try {
    const hints = { writtenMs: (await stat(name)).mtimeMs, zoneMinutes: -new Date().getTimezoneOffset() };
    for await (const document of readSessions(name, createReadStream(name), hints)) documents.push(document);
    if (values.mask !== undefined) await mask(name, values.mask);
  } catch (thrown) {
    const isOurs = thrown instanceof ReadError;
    // Of a system error only its code: the rest is not for people.
    const code = isOurs ? thrown.code : ((thrown as NodeJS.ErrnoException).code ?? 'unknown');
    const place = isOurs ? thrown.place : ((thrown as NodeJS.ErrnoException).path ?? name);
    if (values.json) process.stdout.write(`${JSON.stringify({ error: { code, place } })}\n`);
    else process.stderr.write(`${unreadable(code, place, locale)}\n`);
    return 2;
  }
  const report = merged(joinSessions(documents).map(({ session }) => diagnose(session, locale)));
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : asText(report, locale));
  return report.verdict.state === 'findings' ? 1 : 0;
}

/** Writes the file without its secrets, and tells on the error stream what they were. */
async function mask(name: string, out: string): Promise<void> {
  const report = emptyMaskingReport();
  const masked = maskFile(name, createReadStream(name), { addresses: values['mask-addresses'] }, report);
  // Never over a file that is there: the one it is made of, most likely.
  await pipeline(Readable.from(masked), createWriteStream(out, { flags: 'wx' }));
  process.stderr.write(`${maskingText(report, out, locale)}\n`);
}
