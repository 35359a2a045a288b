import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedPages } from './generate-docs.ts';

describe('docs/generated', () => {
  for (const [name, text] of Object.entries(generatedPages())) {
    it(`${name} is what the contracts say (else run: node tools/generate-docs.ts)`, () => {
      expect(readFileSync(join(import.meta.dirname, '../docs/generated', name), 'utf8')).toBe(text);
    });
  }
});
