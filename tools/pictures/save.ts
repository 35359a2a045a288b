import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';

const FOLDER = join(import.meta.dirname, '../../docs/pictures');

/** Keeps what a page or a part of it shows as a picture of the documents. */
export async function save(shown: Page | Locator, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const { length } = await shown.screenshot({ path: join(FOLDER, `${name}.png`) });
  console.log(`${length} bytes: docs/pictures/${name}.png`);
}
