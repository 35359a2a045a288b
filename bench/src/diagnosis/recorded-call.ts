import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { SampleBatch } from '@alongside/contracts';
import type { SampleRows } from '@alongside/diagnosis';

/** A call as it was measured: all that is needed to judge it, now or again with other rules. */
export type RecordedCall = {
  /** Of the room, and the seed. */
  name: string;
  /** Class of what was injected; null: nothing was. */
  fault: string | null;
  /** Whose fault it is. */
  faultyId: 'a' | 'b' | null;
  /** When it was injected, ms since 1970. */
  onsetMs: number | null;
  beganMs: number;
  endedMs: number;
  /** What both pages and the media engine told, in the order in which it came. */
  batches: { atMs: number; participantId: string; batch: SampleBatch | { rows: SampleRows } }[];
  /** Share of the time in which something on the machine waited for a processor. */
  starvedRatio: number;
  /** Share of all processors the host gave to somebody else; null where nobody tells, absent in older calls. */
  stolenRatio?: number | null;
  /** Of the ten seconds in which that was worst. */
  worstStolenRatio?: number | null;
  /** For which the machine stood still at the longest, ms; absent in older calls. */
  longestStallMs?: number;
};

const pathOf = (folder: string, name: string) => join(folder, `${name.replaceAll(' ', '-')}.json.gz`);

/** Leaves a call in a folder, which is made where there is none. */
export function saveCall(folder: string, call: RecordedCall): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(pathOf(folder, call.name), gzipSync(JSON.stringify(call)));
}

/** @returns null where the folder has no call of this name */
export function readCall(folder: string, name: string): RecordedCall | null {
  const path = pathOf(folder, name);
  return existsSync(path) ? (JSON.parse(String(gunzipSync(readFileSync(path)))) as RecordedCall) : null;
}
