import type { Draft } from '@alongside/client';
import { expect, it } from 'vitest';
import { describedDraft } from './described.ts';

const file = { id: 'f', name: 'trace.log', sizeBytes: 3, mediaType: 'text/plain' };
const written: Draft = { body: 'No sound', visibility: 'public', files: [file] };

it('what the visitor wrote and attached stays below the words of the page', () => {
  expect(describedDraft(written, 'Lesson 42')).toEqual({ ...written, body: 'Lesson 42\n\nNo sound' });
  expect(describedDraft(null, 'Lesson 42')).toEqual({ body: 'Lesson 42', visibility: 'public', files: [] });
  expect(describedDraft({ ...written, body: ' ' }, 'Lesson 42').body).toBe('Lesson 42');
});

it('the page’s words stand there once, however often it opens the request', () => {
  const once = describedDraft(written, 'Lesson 42');
  expect(describedDraft(once, 'Lesson 42')).toEqual(once);
});
