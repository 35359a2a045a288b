import { describe, expect, it } from 'vitest';
import { impurities, unlooked } from './pure-packages.mjs';

const PACKAGES = ['contracts', 'desk', 'diagnosis', 'rtp', 'sla'];

describe('packages that are handed time and chance', () => {
  for (const name of PACKAGES)
    it(`${name} reads no clock, makes no randomness and waits for nothing`, () => {
      const path = `packages/${name}/src/deep/file.ts`;
      for (const line of [
        'const at = Date.now();',
        'const now = Date.now;',
        'const at = new Date();',
        'const at = new Date;',
        'return [new Date, 1];',
        'const words = Date();',
        'const at = performance.now();',
        'const at = Temporal.Now.instant();',
        'const id = randomUUID();',
        'crypto.getRandomValues(bytes);',
        'const odds = Math.random();',
        'setTimeout(later, 5);',
        'setInterval(again, 5);',
        'setImmediate(soon);',
        'const { env } = process.env;',
        'await fetch(address);',
        'const words = at.toLocaleString();',
      ])
        expect([line, impurities(path, line)]).toEqual([line, [expect.stringContaining(path)]]);
    });

  it('may reckon with time that came in', () => {
    for (const line of ['new Date(atMs)', 'Date.parse(text)', 'Date.UTC(2026, 0, 1)', 'maxTemporalId = 0', 'at: Date'])
      expect(impurities('packages/rtp/src/file.ts', line)).toEqual([]);
  });

  it('tests, the command of diagnosis and other packages may', () => {
    for (const path of [
      'packages/rtp/src/file.test.ts',
      'packages/diagnosis/src/command.ts',
      'packages/client/src/file.ts',
      'apps/server/src/main.ts',
    ])
      expect(impurities(path, 'new Date()')).toEqual([]);
  });

  it('says which of them was not looked at', () => {
    const looked = PACKAGES.map((name) => `packages/${name}/src/file.ts`);
    expect(unlooked(looked)).toEqual([]);
    expect(unlooked([...looked.slice(0, 3), 'packages/rtp/src/file.test.ts', looked[4]!])).toEqual([
      expect.stringContaining('packages/rtp'),
    ]);
    expect(unlooked([])).toHaveLength(PACKAGES.length);
  });
});
