/** `npm run bench -- NAME [PART …] [--quick]`: prints figures, asserts nothing. `foreign` and `media` have parts. */
import { benchChat } from './chat.ts';
import { benchDiagnosisCost } from './diagnosis/cost.ts';
import { benchDiagnosis } from './diagnosis/index.ts';
import { benchFirstCall } from './first-call/index.ts';
import { benchForeign } from './foreign/index.ts';
import { benchJoin } from './join/index.ts';
import { benchMedia } from './media/index.ts';
import { benchSla } from './sla/index.ts';
import { benchStart } from './start.ts';

const BENCHES: Record<string, (quick: boolean, parts: string[]) => Promise<void>> = {
  chat: (quick) => benchChat({ widgets: quick ? 100 : 1_000, messagesPerSecond: 50, seconds: quick ? 5 : 30 }),
  diagnosis: (quick) =>
    words.includes('--cost') ? benchDiagnosisCost(quick) : benchDiagnosis(quick, diagnosisOptions()),
  'first-call': (quick) => benchFirstCall({ rounds: quick ? 5 : 30, roundTripsMs: [0, 50, 100] }),
  foreign: (quick, parts) => benchForeign(parts, quick),
  join: (quick) => benchJoin({ rounds: quick ? 5 : 30, roundTripsMs: [0, 50, 100] }),
  media: (quick, parts) => benchMedia(parts, quick),
  sla: (quick) => benchSla(quick),
  start: (quick) => benchStart(quick ? 2 : 7),
};

const words = process.argv.slice(2);
const diagnosisOptions = () => ({
  keepsTraces: words.includes('--traces'),
  keptOnly: words.includes('--kept'),
  ...(words.includes('--docs') ? { writesDocs: true } : {}),
});
const [name, ...parts] = words.filter((word) => !word.startsWith('--'));
const bench = BENCHES[name ?? ''];
if (!bench) {
  console.error(`Which one? ${Object.keys(BENCHES).join(', ')} [--quick]`);
  process.exit(2);
}
await bench(words.includes('--quick'), parts);
