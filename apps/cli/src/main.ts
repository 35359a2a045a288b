import { Command } from 'commander';
import { runProgram } from './run-program.ts';

const program = new Command('alongside')
  .description('Alongside: the support platform where the customer and the engineer look at the problem together.')
  .showHelpAfterError('(`alongside --help` lists the commands)')
  .addHelpText(
    'after',
    '\nSettings come from the environment; `alongside config` shows those in force, docs/generated/config.md explains them.',
  );

program
  .command('start')
  .description('start the server, as `npm start` does')
  .option('--empty', 'without the demo company: the first visitor of the console becomes administrator')
  .action(async ({ empty }: { empty?: boolean }) => runProgram('scripts/start.mjs', empty ? ['--empty'] : []));

program
  .command('backup')
  .description('write database and files into one file; the server may go on running')
  .argument('<file>', 'file to make, such as alongside.tar.gz')
  .option('--no-files', 'leave the files out')
  .action(async (file: string, { files }: { files: boolean }) =>
    runProgram('apps/server/src/command.ts', ['backup', file, ...(files ? [] : ['--no-files'])]),
  );

program
  .command('restore')
  .description('fill an empty database from a backup; the server must not be running')
  .argument('<file>', 'file made by `alongside backup`')
  .action(async (file: string) => runProgram('apps/server/src/command.ts', ['restore', file]));

program
  .command('config')
  .description('show the settings in force')
  .option('--document', 'print the reference of all settings instead')
  .action(async ({ document }: { document?: boolean }) =>
    runProgram('apps/server/src/command.ts', ['config', ...(document ? ['--document'] : [])]),
  );

program
  .command('diagnose')
  .description('say what is wrong with a call by what was saved of it')
  .argument(
    '<file>',
    'a dump of chrome://webrtc-internals or rtcstats, a page or report of Firefox’s about:webrtc, saved getStats() reports, a HAR, a log, or a .gz or .zip of these',
  )
  .option('--json', 'for programs')
  .option('--lang <language>', 'en or zh', 'en')
  .option('--mask <out>', 'also write the file without its secrets')
  .option('--mask-addresses', 'IP addresses are secrets too')
  .action(
    async (
      file: string,
      { json, lang, mask, maskAddresses }: { json?: boolean; lang: string; mask?: string; maskAddresses?: boolean },
    ) =>
      runProgram('packages/diagnosis/src/command.ts', [
        file,
        `--lang=${lang}`,
        ...(json ? ['--json'] : []),
        ...(mask === undefined ? [] : [`--mask=${mask}`]),
        ...(maskAddresses ? ['--mask-addresses'] : []),
      ]),
  );

program
  .command('sfu')
  .description('run the media server alone')
  .requiredOption('--dev', 'for development: port 7880, key “devkey”, secret “secret”')
  .option('--port <n>', 'of the HTTP server; 0 takes a free one (default 7880)')
  .option('--host <address>', 'the HTTP server listens on (default all)')
  .option('--udp-port <n>', 'for media (default a free one)')
  .option('--tcp-port <n>', 'for media where UDP is blocked (default the one after --port)')
  .option('--address <ip>', 'told to clients for media, may be repeated (default this machine’s own)', collect)
  .option('--turn-host <name>', 'clients know the TURN server inside by (default the first --address)')
  .option('--turn-udp-port <n>', 'of the TURN server inside (default none)')
  .option('--turn-tcp-port <n>', 'of the TURN server inside (default none)')
  .option('--turn-tls-port <n>', 'of the TURN server inside (default none); needs the next two')
  .option('--turn-cert-file <pem>', 'certificate chain of the TURN server')
  .option('--turn-key-file <pem>', 'its private key')
  .option('--metrics-port <n>', 'figures for Prometheus at /metrics of this port on loopback (default none)')
  .option('--mock', 'let tokens ask for signal connections that fail (attribute lk.mock), for tests of clients')
  .action(async ({ address = [], ...named }: SfuOptions) => {
    const single = Object.entries(named)
      .filter(([name]) => name !== 'dev')
      .map(([name, value]) => (value === true ? `--${kebab(name)}` : `--${kebab(name)}=${value}`));
    const repeated = address.map((value) => `--address=${value}`);
    await runProgram('packages/sfu/src/dev.ts', [...single, ...repeated]);
  });

type SfuOptions = { dev: true; address?: string[] } & Record<string, unknown>;

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

await program.parseAsync();
