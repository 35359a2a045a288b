import { benchClientCost } from './client-cost.ts';
import { benchDumpCost } from './dump-cost.ts';
import { benchServerCost } from './server-cost.ts';

/** What diagnosing costs: a large dump, a call on the server, a call in the browser. */
export async function benchDiagnosisCost(quick: boolean): Promise<void> {
  for (const part of [benchDumpCost, benchServerCost, benchClientCost]) {
    try {
      await part(quick);
    } catch (error) {
      // One part that fails must not cost the figures of the others.
      console.log('FAILED:', error);
      process.exitCode = 1;
    }
  }
}
