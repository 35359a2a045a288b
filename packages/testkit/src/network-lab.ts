import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SCRIPT = join(import.meta.dirname, '../netlab/netlab.py');

/** How one direction of one host's link behaves. Everything absent is ideal. */
export type Impairment = {
  lossPercent?: number;
  /** Mean length of a loss burst, packets; 1 = independent losses. */
  burstPackets?: number;
  delayMs?: number;
  jitterMs?: number;
  rateKbps?: number;
  block?: 'udp' | 'tcp';
  /** A firewall: only TCP to or from these ports passes. */
  ports?: number[];
};

/** A few hosts on this machine, joined by a network that can be made bad. */
export type NetworkLab = {
  /** The address of a host, e.g. 10.99.0.1 for the first one. */
  address(host: string): string;
  /** Impairs what a host sends (`up`), receives (`down`) or both, in place of what was set before. */
  impair(host: string, direction: 'up' | 'down' | 'both', impairment: Impairment): Promise<void>;
  /** Starts a program on a host. */
  spawn(host: string, command: string, args: string[], env?: Record<string, string>): ChildProcess;
  /** The path of a program that runs another one on a host: for launchers that take only a path. */
  launcher(host: string, program: string): string;
  close(): Promise<void>;
};

/** Why no lab can be had here, or null when it can: it needs Linux, root, iproute2 and /dev/net/tun. */
export async function networkLabMissing(): Promise<string | null> {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'it needs root';
  try {
    await promisify(execFile)('sh', ['-c', 'command -v ip python3 && test -c /dev/net/tun']);
    return null;
  } catch {
    return 'it needs iproute2, python3 and /dev/net/tun';
  }
}

/**
 * Joins hosts by a network of their own.
 * @param hosts names; the first becomes 10.99.0.1
 * @throws Error when the lab cannot be had here (see networkLabMissing)
 */
export async function createNetworkLab(hosts: string[]): Promise<NetworkLab> {
  const folder = mkdtempSync(join(tmpdir(), 'netlab-'));
  const env = { ...process.env, NETLAB_SOCKET: join(folder, 'control') };
  const child = spawn('python3', [SCRIPT, 'up', ...hosts], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const addresses = await new Promise<Record<string, string>>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the network lab ended with ${code}`)));
    child.stdout.once('data', (line) => resolve(JSON.parse(String(line))));
  });
  const children = new Set<ChildProcess>();
  return {
    address: (host) => addresses[host] ?? '',
    async impair(host, direction, impairment) {
      await promisify(execFile)('python3', [SCRIPT, 'set', host, direction, ...words(impairment)], { env });
    },
    spawn(host, command, args, more = {}) {
      const spawned = spawn('ip', ['netns', 'exec', `netlab-${host}`, command, ...args], {
        env: { ...process.env, ...more },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      children.add(spawned);
      spawned.once('exit', () => children.delete(spawned));
      return spawned;
    },
    launcher(host, program) {
      const path = join(folder, `on-${host}`);
      writeFileSync(path, `#!/bin/sh\nexec ip netns exec netlab-${host} ${program} "$@"\n`);
      chmodSync(path, 0o755);
      return path;
    },
    async close() {
      for (const spawned of children) spawned.kill('SIGKILL');
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function words({ lossPercent, burstPackets, delayMs, jitterMs, rateKbps, block, ports }: Impairment): string[] {
  const link = { loss: lossPercent, burst: burstPackets, delay: delayMs, jitter: jitterMs, rate: rateKbps };
  const values = { ...link, block, ports: ports?.join(',') };
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
}
