// Terse output for the scripts: one line per step, with a running clock on a terminal for whatever takes longer than a moment.
import { spawn } from 'node:child_process';

const live = process.stdout.isTTY === true && !process.env.CI;
const colour = (code, text) => (live && !process.env.NO_COLOR ? `\u001b[${code}m${text}\u001b[0m` : text);

/** A command ended with something other than success; `output` is what it printed. */
export class StepFailed extends Error {
  constructor(message, output = '') {
    super(message);
    this.output = output;
  }
}

/**
 * Runs one step and prints how it went.
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work may return `{ note }`, shown behind the label
 * @returns {Promise<T>}
 */
export async function step(label, work) {
  const startedAt = performance.now();
  const seconds = () => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  const draw = () => process.stdout.write(`\r\u001b[2K${colour(90, '·')} ${label} ${colour(90, seconds())}`);
  const clock = live ? setInterval(draw, 200) : undefined;
  const say = (mark, note) =>
    process.stdout.write(
      `${live ? '\r\u001b[2K' : ''}${mark} ${label}${note ? ` ${note}` : ''} ${colour(90, seconds())}\n`,
    );
  try {
    const result = await work();
    clearInterval(clock);
    say(colour(32, '✓'), result?.note ? colour(90, result.note) : '');
    return result;
  } catch (error) {
    clearInterval(clock);
    say(colour(31, '✗'), '');
    const output = error instanceof StepFailed ? error.output || error.message : String(error?.stack ?? error);
    process.stdout.write(`${output.trim().replace(/^/gm, '    ')}\n`);
    throw error instanceof StepFailed ? error : new StepFailed(String(error), output);
  }
}

/**
 * Runs a command quietly.
 * @param {string} command
 * @param {string[]} parameters
 * @param {import('node:child_process').SpawnOptions} options
 * @returns {Promise<string>} what it printed
 */
export function run(command, parameters, options = {}) {
  return new Promise((resolve, reject) => {
    // Shown indented, perhaps in a file: no colours of others.
    const env = { ...(options.env ?? process.env), NO_COLOR: '1', FORCE_COLOR: '0' };
    const child = spawn(command, parameters, { ...options, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => reject(new StepFailed(`${command}: ${error.message}`, output || error.message)));
    child.once('close', (code, signal) =>
      code === 0
        ? resolve(output)
        : reject(new StepFailed(`${command} ended with ${signal ?? `code ${code}`}`, output)),
    );
  });
}
