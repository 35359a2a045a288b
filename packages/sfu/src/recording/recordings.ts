import { resolve, sep } from 'node:path';
import { EgressInfo, EgressStatus, FileInfo, WebhookEvent } from '@livekit/protocol';
import type { RoomHost } from '../room/host.ts';
import { newId } from '../room/ids.ts';
import type { Publication } from '../room/publication.ts';
import type { Room } from '../room/room.ts';
import { ServiceError } from '../service/service-error.ts';
import { MANIFEST_NAME } from './manifest.ts';
import { RoomRecorder } from './room-recorder.ts';

/** Ended recordings stay in the list so long. */
const REMEMBERED = 100;
/** The rest of the server needs the disk more. */
const MIN_FREE_BYTES = 256 * 1024 * 1024;

/** What to record of a room. */
export interface RecordingOrder {
  /** Given by whoever knows it by a name of their own; else one is made. */
  id?: string | undefined;
  room: Room;
  /** Below the recordings' folder: of the folder for manifest and files, or with `singleFile` of the file. */
  path: string;
  singleFile?: boolean;
  wants?: ((publication: Publication) => boolean) | undefined;
  /** Beginnings of identities: nobody else is in its files until `include` names them. */
  whose?: readonly string[] | undefined;
  /** Echoed in what is told of it. */
  request?: EgressInfo['request'];
}

interface Recording {
  recorder: RoomRecorder;
  info: EgressInfo;
  /** Undefined: everybody's. */
  whose: Set<string> | undefined;
}

/** All recordings of one engine: started, told of, stopped. */
export class Recordings {
  readonly #host: RoomHost;
  readonly #root: string | undefined;
  readonly #minFreeBytes: number;
  readonly #recordings = new Map<string, Recording>();

  /** @param root where recordings may be written; undefined: nothing can be recorded */
  constructor(host: RoomHost, root: string | undefined, minFreeBytes: number = MIN_FREE_BYTES) {
    this.#host = host;
    this.#root = root;
    this.#minFreeBytes = minFreeBytes;
  }

  /** @throws ServiceError */
  start(order: RecordingOrder): EgressInfo {
    const path = this.#pathOf(order.path);
    const id = order.id || newId('EG_');
    if (this.#recordings.has(id)) throw new ServiceError('already_exists', 'a recording has this id');
    const wants = (publication: Publication): boolean => {
      // Not in the list yet while it is being made: the recorder looks with the engine's next tick.
      const { whose } = this.#recordings.get(id)!;
      const { identity } = publication.participant;
      if (whose && ![...whose].some((beginning) => identity.startsWith(beginning))) return false;
      return order.wants?.(publication) ?? true;
    };
    let recorder: RoomRecorder;
    try {
      recorder = new RoomRecorder({
        id,
        room: order.room,
        folder: path,
        ...(order.singleFile ? { singleFile: path } : {}),
        wants,
        minFreeBytes: this.#minFreeBytes,
        onEnded: (ended) => this.#onEnded(ended),
      });
    } catch (error) {
      this.#host.log('error', 'recording cannot start', { recording: id, error: String(error) });
      throw new ServiceError('internal', 'the recording cannot be written');
    }
    const info = new EgressInfo({
      egressId: id,
      roomId: order.room.sid,
      roomName: order.room.name,
      status: EgressStatus.EGRESS_ACTIVE,
      startedAt: nanoseconds(recorder.startedAtMs),
      manifestLocation: order.singleFile ? '' : resolve(path, MANIFEST_NAME),
    });
    if (order.request) info.request = order.request;
    this.#recordings.set(id, { recorder, info, whose: order.whose && new Set(order.whose) });
    order.room.setRecording(true);
    this.#host.log('info', 'recording started', { recording: id, room: order.room.name });
    this.#tell('egress_started', info);
    return this.#refresh(id);
  }

  /** Below the root and nowhere else. */
  #pathOf(path: string): string {
    if (this.#root === undefined)
      throw new ServiceError('failed_precondition', 'no folder for recordings is configured');
    const full = resolve(this.#root, path);
    if (path.includes('\0') || !full.startsWith(resolve(this.#root) + sep)) {
      throw new ServiceError('invalid_argument', 'the file path must be below the folder for recordings');
    }
    return full;
  }

  /**
   * From now on these people are recorded, too. Nobody is taken away: what is told late may have been told first.
   * @param whose beginnings of identities
   * @throws ServiceError
   */
  include(id: string, whose: readonly string[]): void {
    const recording = this.#recordings.get(id);
    if (!recording) throw new ServiceError('not_found', 'egress not found');
    for (const beginning of whose) recording.whose?.add(beginning);
  }

  /** Resolves, and refuses one that has ended, when all of it is on the disk. @throws ServiceError */
  async stop(id: string): Promise<EgressInfo> {
    const recording = this.#recordings.get(id);
    if (!recording) throw new ServiceError('not_found', 'egress not found');
    if (recording.recorder.ended) {
      // Its tails may still be written: whoever hears that it has ended reads its files.
      await recording.recorder.stop();
      throw new ServiceError('failed_precondition', 'egress has already ended');
    }
    recording.info.status = EgressStatus.EGRESS_ENDING;
    this.#tell('egress_updated', this.#refresh(id));
    await recording.recorder.stop();
    return this.#refresh(id);
  }

  list(filter: { roomName: string; egressId: string; active: boolean }): EgressInfo[] {
    return [...this.#recordings.entries()]
      .filter(
        ([id, { recorder }]) =>
          (filter.roomName === '' || recorder.room.name === filter.roomName) &&
          (filter.egressId === '' || id === filter.egressId) &&
          (!filter.active || !recorder.ended),
      )
      .map(([id]) => this.#refresh(id));
  }

  has(id: string): boolean {
    return this.#recordings.has(id);
  }

  #refresh(id: string): EgressInfo {
    const { recorder, info } = this.#recordings.get(id)!;
    const manifest = recorder.manifest();
    info.updatedAt = nanoseconds(this.#host.wallMs());
    info.endedAt = manifest.endedAtMs === null ? 0n : nanoseconds(manifest.endedAtMs);
    info.fileResults = manifest.tracks.map(
      (track) =>
        new FileInfo({
          filename: track.file,
          location: resolve(recorder.folder, track.file),
          startedAt: nanoseconds(manifest.startedAtMs + track.startMs),
          endedAt: recorder.ended ? nanoseconds(manifest.startedAtMs + track.startMs + track.durationMs) : 0n,
          duration: nanoseconds(track.durationMs),
          size: BigInt(track.bytes),
        }),
    );
    return info;
  }

  #onEnded(recorder: RoomRecorder): void {
    const recording = this.#recordings.get(recorder.id);
    if (!recording) return;
    const { failure } = recorder;
    recording.info.status = failure ? EgressStatus.EGRESS_FAILED : EgressStatus.EGRESS_COMPLETE;
    if (failure) recording.info.error = failure === 'disk_full' ? 'disk is full' : 'the recording cannot be written';
    if (failure) recording.info.details = failure;
    const still = [...this.#recordings.values()].some(
      (other) => other.recorder.room === recorder.room && !other.recorder.ended,
    );
    if (!still) recorder.room.setRecording(false);
    this.#host.log('info', 'recording ended', { recording: recorder.id, room: recorder.room.name });
    this.#tell('egress_ended', this.#refresh(recorder.id));
    // In the order they end: of those it is the last, and whoever stopped it asks for it next.
    this.#recordings.delete(recorder.id);
    this.#recordings.set(recorder.id, recording);
    const ended = [...this.#recordings.entries()].filter(([, { recorder: other }]) => other.ended);
    for (const [id] of ended.slice(0, Math.max(0, ended.length - REMEMBERED))) this.#recordings.delete(id);
  }

  #tell(event: string, info: EgressInfo): void {
    this.#host.emit(new WebhookEvent({ event, egressInfo: info.clone() }));
  }

  /** With every tick of the engine. */
  tick(nowMs: number): void {
    for (const { recorder } of [...this.#recordings.values()]) {
      // What a recorder cannot stand ends its recording, not the calls of the thread.
      try {
        recorder.tick(nowMs);
      } catch (error) {
        recorder.fail('write_failed', error as Error);
      }
    }
  }

  /** Ends all of them; resolves when everything is on the disk. */
  async close(): Promise<void> {
    await Promise.all([...this.#recordings.values()].map(({ recorder }) => recorder.stop()));
  }
}

function nanoseconds(ms: number): bigint {
  return BigInt(Math.round(ms)) * 1_000_000n;
}
