/** Our media engine alone with the options of its one argument (JSON): the command line has fewer. */
import { startDevServer } from '@alongside/sfu';

await startDevServer({
  ...JSON.parse(process.argv[2]!),
  log: (level, message, fields) => {
    if (level === 'error' || level === 'warn') console.log(message, fields);
  },
});
