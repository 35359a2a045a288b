import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { fetchPackages } from '../../packages.ts';

/** Its binary comes with a package for each platform, from the registry too. MPL-2.0; no dependency of ours. */
const PACKAGE = 'node-datachannel';
const VERSION = '0.33.4';
/** Ignored by git. */
const FOLDER = resolve(import.meta.dirname, '../../../../.cache/native-pipe');

/** What of node-datachannel the pipe uses. */
export interface NativeLibrary {
  PeerConnection: new (
    name: string,
    config: {
      iceServers: string[];
      bindAddress: string;
      enableIceUdpMux: boolean;
      portRangeBegin: number;
      portRangeEnd: number;
      disableAutoNegotiation: boolean;
      mtu: number;
      /** The text itself or a file's name. */
      certificatePemFile: string;
      keyPemFile: string;
    },
  ) => NativeConnection;
  /** Ends its threads; waits for them. */
  cleanup(): void;
}

/** All its callbacks come through the event loop of the thread that set them. */
export interface NativeConnection {
  setRemoteDescription(sdp: string, type: 'offer'): void;
  setLocalDescription(type: 'answer', credentials: { iceUfrag: string; icePwd: string }): void;
  onStateChange(handler: (state: string) => void): void;
  onTrack(handler: (track: NativeTrack) => void): void;
  getSelectedCandidatePair(): Record<'local' | 'remote', { address: string; port: number }> | null;
  close(): void;
}

export interface NativeTrack {
  isOpen(): boolean;
  onOpen(handler: () => void): void;
  onClosed(handler: () => void): void;
  onMessage(handler: (packet: Buffer) => void): void;
  sendMessageBinary(packet: Buffer): boolean;
  close(): void;
}

let missing: Promise<string | null> | undefined;

/** Fetches the library, once in a run. @returns why it cannot be had, in one sentence; null when it is there */
export function nativeLibraryMissing(): Promise<string | null> {
  missing ??= fetchAndTry().then(
    () => null,
    (error: Error) => `${PACKAGE} ${VERSION} cannot be had here: ${error.message.split('\n', 1)[0]}.`,
  );
  return missing;
}

async function fetchAndTry(): Promise<void> {
  await fetchPackages(FOLDER, { [PACKAGE]: VERSION });
  // In a process of its own: a platform without a binary, or one that does not load, ends no benchmark.
  const program = `await import(${JSON.stringify(entry())})`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]).catch(({ stderr }) => {
    throw new Error(/^Error: (.+)$/m.exec(stderr)?.[1] ?? 'it does not load');
  });
}

/** Loads what was fetched. In one thread of a process only. */
export async function loadNativeLibrary(): Promise<NativeLibrary> {
  return (await import(entry())) as NativeLibrary;
}

/** URL of its main module. */
function entry(): string {
  return pathToFileURL(createRequire(join(FOLDER, 'package.json')).resolve(PACKAGE)).href;
}
