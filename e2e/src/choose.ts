import { until } from '@alongside/testkit';
import type { Locator } from 'playwright-core';

/**
 * Chooses one of several. The input of a choice is invisible and what is pressed is the label around it, so that nothing
 * waits until the page stands still: what moved away under the press is pressed again, as people do.
 */
export async function choose(radio: Locator): Promise<void> {
  await until('the choice to be made', async () => {
    await radio.check({ force: true });
    return true;
  });
}
