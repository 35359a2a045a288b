import { expect, it } from 'vitest';
import { isHostInUse, isKeyboardFree } from './keyboard.ts';

function createPage(has: { frame: boolean; focus: boolean; active: 'body' | 'text field' }): Window {
  const body = {};
  const document = { body, activeElement: has.active === 'body' ? body : {}, hasFocus: () => has.focus };
  const page: Record<string, unknown> = { document };
  page.parent = has.frame ? {} : page;
  return page as unknown as Window;
}

it('a frame takes no keys from the page around it', () => {
  const page = createPage({ frame: true, focus: false, active: 'body' });
  expect([isHostInUse(page), isKeyboardFree(page)]).toEqual([true, false]);
  const inside = createPage({ frame: true, focus: true, active: 'body' });
  expect([isHostInUse(inside), isKeyboardFree(inside)]).toEqual([false, true]);
});

it('who writes goes on writing, and who comes back to the window finds the focus set', () => {
  expect(isKeyboardFree(createPage({ frame: false, focus: true, active: 'text field' }))).toBe(false);
  expect(isKeyboardFree(createPage({ frame: true, focus: true, active: 'text field' }))).toBe(false);
  const behind = createPage({ frame: false, focus: false, active: 'body' });
  expect([isHostInUse(behind), isKeyboardFree(behind)]).toEqual([false, true]);
});
