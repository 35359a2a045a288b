import { type Config, SETTINGS, type Setting } from './settings.ts';

/** The reference of all settings (docs/generated/config.md), made from the table the server itself reads. */
export function configDocument(): string {
  const rows = Object.values<Setting>(SETTINGS).map((setting) => {
    const fallback = setting.fallback === null ? '–' : `\`${setting.fallback}\``;
    return `| \`${setting.env}\` | ${fallback} | ${setting.secret ? '**Secret.** ' : ''}${setting.about} |`;
  });
  return [
    '# Configuration',
    '',
    '<!-- Made from apps/server/src/platform/config/settings.ts by `alongside config --document`. Do not edit. -->',
    '',
    'Every setting is a variable of the environment. An absent or empty one takes its default. A wrong one stops the start with a sentence that names it.',
    '',
    '| Variable | Default | Meaning |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** What is in force, for an operator's eyes; secrets are named, never shown. */
export function configSummary(config: Config): string {
  const entries = Object.entries(SETTINGS).map(([name, setting]): [string, string] => {
    const value = config[name as keyof Config];
    if (value === undefined) return [setting.env, '–'];
    return [setting.env, setting.secret ? '(set)' : Array.isArray(value) ? value.join(', ') : String(value)];
  });
  const width = Math.max(...entries.map(([env]) => env.length));
  return `${entries.map(([env, value]) => `${env.padEnd(width)}  ${value}`).join('\n')}\n`;
}
