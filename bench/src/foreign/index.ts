import { FOREIGN_PARTS } from './parts.ts';
import { ForeignRun, printForeignReport } from './run.ts';

/**
 * Tests and programs from people who did not write our media engine, unmodified, against it: `npm run bench -- foreign
 * [part …] [--quick]`. What they need is fetched from the registries into `.cache/foreign` and never committed. Ends
 * with 1 when one of them failed.
 * @param names parts to run; none means all
 */
export async function benchForeign(names: readonly string[], quick: boolean): Promise<void> {
  const unknown = names.find((name) => !Object.hasOwn(FOREIGN_PARTS, name));
  if (unknown !== undefined) {
    console.error(`No part “${unknown}”. There are:`);
    for (const [name, load] of Object.entries(FOREIGN_PARTS)) console.error(`  ${name}: ${(await load()).about}`);
    process.exitCode = 2;
    return;
  }
  const rows: string[][] = [];
  for (const [name, load] of Object.entries(FOREIGN_PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const part = await load();
    console.log(`${name}: ${part.about}`);
    const run = new ForeignRun(name, quick, rows);
    try {
      await part.run(run);
    } catch (error) {
      run.report('the part itself', 'failed', error instanceof Error ? error.message : String(error));
    } finally {
      await run.end();
    }
  }
  printForeignReport(rows);
}
