import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const INSTALL_TIMEOUT_MS = 300_000;
/** Last words of an npm that failed. */
const SHOWN_CHARACTERS = 4_000;

/**
 * Installs packages from the registry into a folder of their own, once for each list of versions: what a benchmark needs
 * and a newcomer's install does not. With `--legacy-peer-deps`: @livekit/agents and @livekit/rtc-node disagree about
 * each other's versions.
 * @param packages exact versions by name
 * @throws Error with npm's last words
 */
export async function fetchPackages(folder: string, packages: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  const manifest = JSON.stringify({ private: true, type: 'module', dependencies: packages }, null, 2);
  const stamp = join(folder, 'installed.json');
  const isThere = (await readFile(stamp, 'utf8').catch(() => '')) === manifest;
  if (isThere || Object.keys(packages).length === 0) return;
  console.log(`  fetching ${Object.keys(packages).join(', ')} …`);
  await writeFile(join(folder, 'package.json'), manifest);
  await npmInstall(folder);
  await writeFile(stamp, manifest);
}

function npmInstall(folder: string): Promise<void> {
  const options = ['--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'];
  // Where there is no network one minute is lost by default.
  options.push('--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000');
  const npm = spawn('npm', ['install', ...options], { cwd: folder, timeout: INSTALL_TIMEOUT_MS });
  let printed = '';
  for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk));
  return new Promise((resolve, reject) => {
    npm.once('error', reject);
    npm.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`npm could not install: ${printed.slice(-SHOWN_CHARACTERS)}`));
    });
  });
}
