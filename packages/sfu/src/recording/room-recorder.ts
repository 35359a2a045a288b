import { mkdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TrackSource } from '@livekit/protocol';
import type { MediaSource } from '../media/media-source.ts';
import type { Publication } from '../room/publication.ts';
import type { Room } from '../room/room.ts';
import { ManifestFile, type RecordedTrack, type RecordingFailure, type RecordingManifest } from './manifest.ts';
import { ParticipantClock } from './sender-clock.ts';
import { TrackRecorder } from './track-recorder.ts';

const LOOK_INTERVAL_MS = 100;
const MANIFEST_INTERVAL_MS = 1_000;
const SPACE_INTERVAL_MS = 5_000;

const SOURCES: Readonly<Record<number, RecordedTrack['source']>> = {
  [TrackSource.MICROPHONE]: 'microphone',
  [TrackSource.CAMERA]: 'camera',
  [TrackSource.SCREEN_SHARE]: 'screen_share',
  [TrackSource.SCREEN_SHARE_AUDIO]: 'screen_share_audio',
};

export interface RoomRecorderOptions {
  id: string;
  room: Room;
  /** Made if it is not there; manifest and files go into it. */
  folder: string;
  /** One file of this path instead of a folder with a manifest: for the one track `wants` lets through. */
  singleFile?: string;
  /** Which tracks; all when left out. */
  wants?(publication: Publication): boolean;
  /** Recording stops before the disk has less than this left, bytes. */
  minFreeBytes: number;
  /** It ended by itself: the room's end, the only track's end, or a failure. */
  onEnded(recorder: RoomRecorder): void;
}

interface Entry {
  publication: Publication;
  source: MediaSource;
  recorder: TrackRecorder;
  closed: Promise<void> | undefined;
}

/** Records what is published in a room, each track into a file of its own, with a manifest that lays them on one clock. */
export class RoomRecorder {
  readonly id: string;
  readonly room: Room;
  readonly folder: string;
  readonly startedAtMs: number;
  readonly #options: RoomRecorderOptions;
  readonly #entries: Entry[] = [];
  readonly #clocks = new Map<string, ParticipantClock>();
  readonly #manifest: ManifestFile | undefined;
  #lastLookMs = Number.NEGATIVE_INFINITY;
  #lastManifestMs = Number.NEGATIVE_INFINITY;
  #lastSpaceMs: number;
  #failure: RecordingFailure | null = null;
  #endedAtMs: number | null = null;
  #closing: Promise<void> | undefined;

  /** @throws when the folder cannot be made */
  constructor(options: RoomRecorderOptions) {
    this.#options = options;
    this.id = options.id;
    this.room = options.room;
    this.folder = options.singleFile === undefined ? options.folder : dirname(options.singleFile);
    mkdirSync(this.folder, { recursive: true, mode: 0o750 });
    this.startedAtMs = this.room.host.wallMs();
    this.#lastSpaceMs = this.room.host.nowMs();
    if (options.singleFile === undefined) {
      this.#manifest = new ManifestFile(this.folder);
      this.#manifest.put(this.manifest());
    }
  }

  get ended(): boolean {
    return this.#endedAtMs !== null;
  }

  get failure(): RecordingFailure | null {
    return this.#failure;
  }

  manifest(): RecordingManifest {
    return {
      version: 1,
      id: this.id,
      roomName: this.room.name,
      roomSid: this.room.sid,
      state: this.#failure ? 'failed' : this.ended ? 'complete' : 'recording',
      failure: this.#failure,
      startedAtMs: this.startedAtMs,
      endedAtMs: this.#endedAtMs,
      repaired: false,
      tracks: this.#entries.flatMap(({ publication, recorder }) => {
        const { path } = recorder;
        if (path === undefined) return [];
        const { startedAtMs, ...facts } = recorder.facts();
        return {
          trackId: publication.sid,
          file: basename(path),
          kind: publication.kind,
          source: SOURCES[publication.info.source] ?? 'unknown',
          participantIdentity: publication.participant.identity,
          participantName: publication.participant.name,
          startMs: startedAtMs - this.startedAtMs,
          ...facts,
        };
      }),
    };
  }

  /** With every tick of the engine. */
  tick(nowMs: number): void {
    if (this.ended) return;
    for (const entry of this.#entries) {
      entry.recorder.tick(nowMs);
      if (entry.recorder.stopped) entry.closed ??= entry.recorder.close();
    }
    if (nowMs - this.#lastLookMs >= LOOK_INTERVAL_MS) {
      this.#lastLookMs = nowMs;
      if (!this.room.ended) this.#look();
      const over = this.#options.singleFile !== undefined && this.#entries.some((entry) => entry.recorder.stopped);
      if (over || this.room.ended) void this.stop();
    }
    if (nowMs - this.#lastManifestMs >= MANIFEST_INTERVAL_MS) {
      this.#lastManifestMs = nowMs;
      this.#manifest?.put(this.manifest());
    }
    if (nowMs - this.#lastSpaceMs >= SPACE_INTERVAL_MS) {
      this.#lastSpaceMs = nowMs;
      void this.#lookForSpace();
    }
  }

  /** Begins with tracks that are new since the last look, or may be had again. Who is hidden is recorded by nobody. */
  #look(): void {
    for (const publication of this.room.publications()) {
      const { source } = publication;
      if (publication.participant.hidden) continue;
      if (!source || source.closed || this.#entries.some((entry) => entry.source === source && !entry.recorder.stopped))
        continue;
      if (this.#options.wants && !this.#options.wants(publication)) continue;
      const { identity } = publication.participant;
      const clock = this.#clocks.get(identity) ?? new ParticipantClock();
      this.#clocks.set(identity, clock);
      const { host } = this.room;
      const recorder = new TrackRecorder({
        source,
        clock,
        path: this.#options.singleFile ?? join(this.folder, `${this.#entries.length + 1}-${publication.sid}`),
        endsWhenTurned: this.#options.singleFile === undefined,
        wallOf: (nowMs) => host.wallMs() - host.nowMs() + nowMs,
        onError: (error) =>
          this.fail(error.code === 'ENOSPC' || error.code === 'EDQUOT' ? 'disk_full' : 'write_failed', error),
      });
      this.#entries.push({ publication, source, recorder, closed: undefined });
    }
  }

  /** The rest of the disk belongs to the rest of the server. */
  async #lookForSpace(): Promise<void> {
    const space = await statfs(this.folder).catch(() => undefined);
    if (space && space.bavail * space.bsize < this.#options.minFreeBytes) {
      this.fail('disk_full', new Error('less space is left than must stay free'));
    }
  }

  /** Ends it as failed. */
  fail(failure: RecordingFailure, error: Error): void {
    if (this.#failure || this.ended) return;
    this.#failure = failure;
    this.room.host.log('error', 'recording failed', { recording: this.id, failure, error: error.message });
    void this.stop();
  }

  /** Ends every file and the manifest. Resolves when all is on the disk; called twice it is the same end. */
  stop(): Promise<void> {
    this.#closing ??= this.#stop();
    return this.#closing;
  }

  async #stop(): Promise<void> {
    for (const { recorder } of this.#entries) {
      // What broke one track may break it again here; the other files get their ends.
      try {
        recorder.stop();
      } catch (error) {
        this.#failure ??= 'write_failed';
        this.room.host.log('error', 'recorded track cannot be ended', { recording: this.id, error: String(error) });
      }
    }
    this.#endedAtMs = this.room.host.wallMs();
    await Promise.all(this.#entries.map((entry) => (entry.closed ??= entry.recorder.close())));
    this.#manifest?.put(this.manifest());
    await this.#manifest?.settled();
    this.#options.onEnded(this);
  }
}
