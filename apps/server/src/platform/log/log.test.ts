import { expect, test } from 'vitest';
import { asText, createLog } from './logger.ts';
import { redactText } from './redact.ts';

function capture(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  write(createLog({ logLevel: 'debug', logFormat: 'json' }, { write: (line: string) => void lines.push(line) }));
  return lines.join('');
}

test('secrets are removed wherever they stand', () => {
  const output = capture((log) => {
    log.info({ request: { headers: { Authorization: 'Bearer s3cret1', cookie: 'sid=s3cret2' } } }, 'deep');
    log.info({ user: { newPassword: 's3cret3', profile: [{ accessToken: 's3cret4' }] } });
    log.child({ token: 's3cret5' }).info('bound');
    log.warn('plain text with Bearer s3cret6 and postgres://me:s3cret7@host/db and /x?token=s3cret8&a=1');
    log.error(new Error('connect postgres://me:s3cret9@host/db failed'));
    log.error({ err: new Error('outer', { cause: new Error('at https://x/?access_token=s3cret10') }) });
  });
  expect(output).not.toContain('s3cret');
  expect(output.match(/\[redacted\]/g)!.length).toBeGreaterThanOrEqual(9);
  expect(output).toContain('&a=1');
});

test('an error keeps its stack and its code', () => {
  const output = capture((log) =>
    log.error({ err: Object.assign(new Error('no room'), { code: 'ENOSPC' }) }, 'failed'),
  );
  const entry = JSON.parse(output);
  expect(entry).toMatchObject({ level: 'error', msg: 'failed', err: { message: 'no room', code: 'ENOSPC' } });
  expect(entry.err.stack).toContain('log.test.ts');
});

test('the text form is one readable line', () => {
  const esc = String.fromCharCode(27);
  const text = asText('{"level":"info","time":"2026-01-02T03:04:05.678Z","msg":"ready","port":7700}').replaceAll(
    new RegExp(`${esc}\\[\\d+m`, 'g'),
    '',
  );
  expect(text).toBe('03:04:05 info  ready port=7700\n');
});

test('redactText leaves ordinary text alone', () => {
  expect(redactText('GET /api/tickets?before=5&search=tokens')).toBe('GET /api/tickets?before=5&search=tokens');
});
