import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrackFacts } from './track-recorder.ts';

/** Name of the manifest inside a recording's folder. */
export const MANIFEST_NAME = 'recording.json';

/** `broken-off`: the process ended without a goodbye; a repair turns it into `complete`. */
export type RecordingState = 'recording' | 'complete' | 'failed';
/** Why a recording failed. */
export type RecordingFailure = 'disk_full' | 'write_failed';

/** One file of a recording. */
export interface RecordedTrack extends Omit<TrackFacts, 'startedAtMs'> {
  trackId: string;
  /** Beside the manifest. */
  file: string;
  kind: 'audio' | 'video';
  source: 'microphone' | 'camera' | 'screen_share' | 'screen_share_audio' | 'unknown';
  participantIdentity: string;
  participantName: string;
  /** The file's time 0 on the recording's clock: every track placed so is in step with the others. */
  startMs: number;
}

/** What a recording consists of; JSON beside its files. */
export interface RecordingManifest {
  version: 1;
  id: string;
  roomName: string;
  roomSid: string;
  state: RecordingState;
  failure: RecordingFailure | null;
  /** Unix ms: 0 of the recording's clock. */
  startedAtMs: number;
  endedAtMs: number | null;
  /** Whether it was broken off and put in order afterwards. */
  repaired: boolean;
  tracks: RecordedTrack[];
}

/** Keeps the manifest's file like the newest one given; a reader never sees half of one. */
export class ManifestFile {
  readonly #path: string;
  #next: string | undefined;
  #written = '';
  #running: Promise<void> | undefined;

  constructor(folder: string) {
    this.#path = join(folder, MANIFEST_NAME);
  }

  put(manifest: RecordingManifest): void {
    this.#next = `${JSON.stringify(manifest, null, 2)}\n`;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    while (this.#next !== undefined) {
      const text = this.#next;
      this.#next = undefined;
      if (text === this.#written) continue;
      try {
        await writeFile(`${this.#path}.new`, text, { mode: 0o640 });
        await rename(`${this.#path}.new`, this.#path);
        this.#written = text;
      } catch {
        // A full disk is told by the tracks; the manifest before stays.
      }
    }
  }

  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }
}
