#!/usr/bin/env node
/** `alongside diagnose FILE`: what a dump says is wrong. Exit code 0 healthy, 1 findings, 2 unreadable. */
import { createReadStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { ReadError } from './readers/read-error.ts';
import { readSessions } from './readers/read-sessions.ts';
import { asText, unreadable } from './verdict/as-text.ts';
import { type DiagnosisReport, diagnose, merged } from './verdict/report.ts';
import type { DiagnosisLocale } from './words/words.ts';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, lang: { type: 'string', default: 'en' } },
  allowPositionals: true,
});
const locale: DiagnosisLocale = values.lang.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
const [file] = positionals;
process.exitCode = file === undefined ? 2 : await run(file);

async function run(name: string): Promise<0 | 1 | 2> {
  const reports: DiagnosisReport[] = [];
  try {
    for await (const { session } of readSessions(name, createReadStream(name))) reports.push(diagnose(session, locale));
  } catch (thrown) {
    const isOurs = thrown instanceof ReadError;
    // Of a system error only its code: the rest is not for people.
    const code = isOurs ? thrown.code : ((thrown as NodeJS.ErrnoException).code ?? 'unknown');
    const place = isOurs ? thrown.place : name;
    if (values.json) process.stdout.write(`${JSON.stringify({ error: { code, place } })}\n`);
    else process.stderr.write(`${unreadable(code, place, locale)}\n`);
    return 2;
  }
  const report = merged(reports);
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : asText(report, locale));
  return report.verdict.state === 'findings' ? 1 : 0;
}
