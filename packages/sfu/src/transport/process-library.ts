import { createRequire } from 'node:module';
import { arch, endianness, platform } from 'node:os';

/** A function of C; memory is given as a view of it, as an address, or as null. */
export type NativeFunction = (...values: (number | ArrayBufferView | NativePointer | null)[]) => number;

/** What C returned as a pointer: only handed on, never looked into. */
export interface NativePointer {
  readonly nativePointer: unique symbol;
}

export interface ProcessLibrary {
  /** The function of this C declaration. @throws when the process has none of that name. */
  find(declaration: string): NativeFunction;
  /** Where the first byte of this memory lies, for as long as somebody holds it. */
  addressOf(memory: Buffer | Uint32Array): number;
  /** `errno` of this thread. */
  errno(): number;
}

interface Koffi {
  load(path: null): { func(declaration: string): NativeFunction };
  address(memory: Uint8Array): bigint;
  errno(): number;
}

let found: ProcessLibrary | undefined;
let isLookedFor = false;
/** The store asked for last: packets lie in the same one again and again. Held, so that its address stays true. */
let lastStore: ArrayBufferLike | undefined;
let lastAddress = 0;

/**
 * The C functions that live in this process anyhow, libc's and those of Node's OpenSSL, called without a line of C of our
 * own (koffi, an optional package). Undefined on machines whose memory is not laid out as its callers write it down
 * (anything but 64-bit little-endian Linux) and where the package is absent: then everything goes by node:dgram and
 * node:crypto, at twice the cost for each packet.
 */
export function processLibrary(): ProcessLibrary | undefined {
  if (isLookedFor) return found;
  isLookedFor = true;
  const isKnown = platform() === 'linux' && endianness() === 'LE' && ['x64', 'arm64'].includes(arch());
  if (!isKnown) return undefined;
  try {
    const koffi = (createRequire(import.meta.url)('koffi') as { default: Koffi }).default;
    const library = koffi.load(null);
    found = {
      find: (declaration) => library.func(declaration),
      addressOf({ buffer, byteOffset }) {
        if (buffer !== lastStore) {
          lastStore = buffer;
          lastAddress = Number(koffi.address(new Uint8Array(buffer)));
        }
        return lastAddress + byteOffset;
      },
      errno: () => koffi.errno(),
    };
  } catch {
    // Installed without optional packages, or on a machine the package has no binary for.
  }
  return found;
}
