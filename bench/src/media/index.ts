import { MEDIA_PARTS } from './parts.ts';
import { MediaReport } from './run.ts';

/**
 * The media engine beside the real livekit-server and Janus, the same clients for each: `npm run bench -- media
 * [part …] [--quick]`. Prints one JSON line per cell, `{case, metric, alongside, livekit, janus}`, in forwarding with
 * `native-pipe` too (our engine over node-datachannel, which is fetched then), and tables at the end. Cells are medians
 * of five measurements, of one in a quick run, or of as many as `MEDIA_ROUNDS` says.
 * @param names parts to run; none means all
 */
export async function benchMedia(names: readonly string[], quick: boolean): Promise<void> {
  const unknown = names.find((name) => !Object.hasOwn(MEDIA_PARTS, name));
  if (unknown !== undefined) {
    console.error(`No part “${unknown}”. There are:`);
    for (const [name, load] of Object.entries(MEDIA_PARTS)) console.error(`  ${name}: ${(await load()).about}`);
    process.exitCode = 2;
    return;
  }
  const report = new MediaReport(quick);
  for (const [name, load] of Object.entries(MEDIA_PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const part = await load();
    report.begin(name);
    try {
      await part.run(report);
    } catch (error) {
      // One part that fails must not cost the figures of the others.
      console.log(`FAILED: ${name}:`, error);
      process.exitCode = 1;
    }
  }
  report.printTables();
}
