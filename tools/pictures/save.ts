import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { launchChromium } from '@alongside/testkit';

export type Browser = Awaited<ReturnType<typeof launchChromium>>;
export type Page = Awaited<ReturnType<Browser['newPage']>>;

const FOLDER = join(import.meta.dirname, '../../docs/pictures');

type Locator = ReturnType<Page['locator']>;

/** Keeps what a page, or a part of one, shows as a picture of the documents. */
export async function save(shown: Pick<Page, 'screenshot'> | Locator, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  const { length } = await shown.screenshot({ path: join(FOLDER, `${name}.png`) });
  console.log(`${length} bytes: docs/pictures/${name}.png`);
}
