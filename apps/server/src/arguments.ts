export const USAGE = `Usage: npm start -- [--empty]

  --empty     without the demo company: the first visitor of the console becomes administrator
  -h, --help  this text

Everything else is set in the environment; \`npx alongside config\` shows what is in force.
`;

/** What the command line asks for. */
export type Request = { run: 'server'; args: readonly string[] } | { run: 'nothing'; text: string; exitCode: number };

/**
 * Reads the server's command line. What is not understood starts nothing: a mistyped \`--empty\` would fill a new
 * installation with a demo company.
 */
export function readArguments(args: readonly string[]): Request {
  if (args.includes('--help') || args.includes('-h')) return { run: 'nothing', text: USAGE, exitCode: 0 };
  const unknown = args.find((argument) => argument !== '--empty');
  if (unknown === undefined) return { run: 'server', args };
  return { run: 'nothing', text: `“${unknown}” is not understood.\n\n${USAGE}`, exitCode: 2 };
}
