/** `npm run bench -- NAME [--quick]`: prints figures, asserts nothing. */
import { benchFirstCall } from './first-call.ts';

const BENCHES: Record<string, (quick: boolean) => Promise<void>> = {
  'first-call': (quick) => benchFirstCall({ rounds: quick ? 5 : 30, roundTripsMs: [0, 50, 100] }),
};

const [name, ...flags] = process.argv.slice(2);
const bench = BENCHES[name ?? ''];
if (!bench) {
  console.error(`Which one? ${Object.keys(BENCHES).join(', ')} [--quick]`);
  process.exit(2);
}
await bench(flags.includes('--quick'));
