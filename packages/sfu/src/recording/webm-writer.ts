import {
  element,
  floatElement,
  ID,
  idBytes,
  sizeBytes,
  sizeInEight,
  textElement,
  UNKNOWN_SIZE,
  uintElement,
  voidElement,
} from './ebml.ts';

/** A cluster is closed when it is this long: a seek reads at most so much too much. */
const CLUSTER_MS = 2_000;
/** Room for the seek head, which is known only at the end. */
export const SEEK_HEAD_BYTES = 64;
/** `Duration` as a double: id 2, size 1, value 8. */
export const DURATION_BYTES = 11;

/** What a WebM or Matroska file of one track needs to know of it. */
export type WebmTrack =
  | { kind: 'video'; codecId: string; width: number; height: number; codecPrivate?: Buffer | undefined }
  | { kind: 'audio'; codecId: string; codecPrivate: Buffer; channels: number };

/** Where bytes go: only ever appended, save for the few places that are written over. */
export interface ByteSink {
  readonly length: number;
  append(bytes: Buffer): void;
  patch(position: number, bytes: Buffer): void;
}

/** Where a player can start: the media time and the cluster's place, counted from the segment's content. */
export interface CuePoint {
  timeMs: number;
  clusterAt: number;
}

/** Places in a file that are filled in when it is finished. */
export interface WebmPlaces {
  segmentSizeAt: number;
  segmentContentAt: number;
  seekHeadAt: number;
  infoAt: number;
  durationAt: number;
  tracksAt: number;
}

/**
 * Writes one track as WebM (Matroska for codecs WebM has not), so that the file plays at every moment: sizes are
 * unknown until known, and `finish` only adds the index, the duration and the sizes.
 */
export class WebmWriter {
  readonly #sink: ByteSink;
  readonly #places: WebmPlaces;
  readonly #video: boolean;
  readonly #cues: CuePoint[] = [];
  #clusterAt = -1;
  #clusterSizeAt = -1;
  #clusterTimeMs = 0;
  #endMs = 0;

  constructor(sink: ByteSink, track: WebmTrack) {
    this.#sink = sink;
    this.#video = track.kind === 'video';
    this.#places = writeHeader(sink, track);
  }

  /** End of the last frame, ms of media time. */
  get endMs(): number {
    return this.#endMs;
  }

  /**
   * Adds one frame; times never go back.
   * @param timeMs of its beginning, ms from the file's start
   */
  addFrame(timeMs: number, durationMs: number, keyFrame: boolean, data: readonly Buffer[]): void {
    const time = Math.max(0, Math.round(timeMs));
    const sinceCluster = time - this.#clusterTimeMs;
    if (this.#clusterAt < 0 || sinceCluster >= CLUSTER_MS || (this.#video && keyFrame))
      this.#startCluster(time, keyFrame);
    const length = data.reduce((sum, part) => sum + part.length, 0);
    const head = Buffer.alloc(4);
    head[0] = 0x81;
    head.writeInt16BE(time - this.#clusterTimeMs, 1);
    head[3] = keyFrame ? 0x80 : 0;
    this.#sink.append(Buffer.concat([idBytes(ID.simpleBlock), sizeBytes(4 + length), head, ...data]));
    this.#endMs = Math.max(this.#endMs, time + durationMs);
  }

  #startCluster(timeMs: number, keyFrame: boolean): void {
    this.#closeCluster();
    this.#clusterAt = this.#sink.length;
    this.#clusterSizeAt = this.#clusterAt + 4;
    this.#clusterTimeMs = timeMs;
    if (keyFrame) this.#cues.push({ timeMs, clusterAt: this.#clusterAt - this.#places.segmentContentAt });
    this.#sink.append(Buffer.concat([idBytes(ID.cluster), UNKNOWN_SIZE, uintElement(ID.timestamp, timeMs)]));
  }

  #closeCluster(): void {
    if (this.#clusterAt < 0) return;
    this.#sink.patch(this.#clusterSizeAt, sizeInEight(this.#sink.length - this.#clusterSizeAt - 8));
  }

  /** Adds index, duration and sizes. The writer is of no use after. */
  finish(): void {
    this.#closeCluster();
    finishWebm(this.#sink, this.#places, this.#cues, this.#endMs);
  }
}

/** Index, duration and sizes of a file whose clusters are complete; the repair of a broken-off file ends in the same way. */
export function finishWebm(sink: ByteSink, places: WebmPlaces, cues: readonly CuePoint[], durationMs: number): void {
  const cuesAt = sink.length;
  if (cues.length > 0) {
    sink.append(
      element(
        ID.cues,
        ...cues.map(({ timeMs, clusterAt }) =>
          element(
            ID.cuePoint,
            uintElement(ID.cueTime, timeMs),
            element(ID.cueTrackPositions, uintElement(ID.cueTrack, 1), uintElement(ID.cueClusterPosition, clusterAt)),
          ),
        ),
      ),
    );
  }
  const seek = (id: number, at: number): Buffer =>
    element(ID.seek, element(ID.seekId, idBytes(id)), uintElement(ID.seekPosition, at - places.segmentContentAt));
  const entries = [seek(ID.info, places.infoAt), seek(ID.tracks, places.tracksAt)];
  if (cues.length > 0) entries.push(seek(ID.cues, cuesAt));
  const seekHead = element(ID.seekHead, ...entries);
  sink.patch(places.seekHeadAt, Buffer.concat([seekHead, voidElement(SEEK_HEAD_BYTES - seekHead.length)]));
  sink.patch(places.durationAt, floatElement(ID.duration, durationMs));
  sink.patch(places.segmentSizeAt, sizeInEight(sink.length - places.segmentContentAt));
}

function writeHeader(sink: ByteSink, track: WebmTrack): WebmPlaces {
  const webm = track.codecId !== 'V_MPEG4/ISO/AVC';
  const head = element(
    ID.ebml,
    uintElement(ID.ebmlVersion, 1),
    uintElement(ID.ebmlReadVersion, 1),
    uintElement(ID.ebmlMaxIdLength, 4),
    uintElement(ID.ebmlMaxSizeLength, 8),
    textElement(ID.docType, webm ? 'webm' : 'matroska'),
    uintElement(ID.docTypeVersion, 4),
    uintElement(ID.docTypeReadVersion, 2),
  );
  const segmentSizeAt = sink.length + head.length + 4;
  const segmentContentAt = segmentSizeAt + 8;
  const seekHeadAt = segmentContentAt;
  const infoAt = seekHeadAt + SEEK_HEAD_BYTES;
  // The duration comes last, so that its place follows from the length.
  const info = element(
    ID.info,
    uintElement(ID.timestampScale, 1_000_000),
    textElement(ID.muxingApp, 'Alongside'),
    textElement(ID.writingApp, 'Alongside'),
    voidElement(DURATION_BYTES),
  );
  const tracksAt = infoAt + info.length;
  sink.append(
    Buffer.concat([
      head,
      idBytes(ID.segment),
      UNKNOWN_SIZE,
      voidElement(SEEK_HEAD_BYTES),
      info,
      element(ID.tracks, trackEntry(track)),
    ]),
  );
  return { segmentSizeAt, segmentContentAt, seekHeadAt, infoAt, durationAt: tracksAt - DURATION_BYTES, tracksAt };
}

function trackEntry(track: WebmTrack): Buffer {
  const common = [
    uintElement(ID.trackNumber, 1),
    uintElement(ID.trackUid, 1),
    uintElement(ID.trackType, track.kind === 'video' ? 1 : 2),
    uintElement(ID.flagLacing, 0),
    textElement(ID.codecId, track.codecId),
  ];
  if (track.codecPrivate) common.push(element(ID.codecPrivate, track.codecPrivate));
  if (track.kind === 'video') {
    const size = [uintElement(ID.pixelWidth, track.width), uintElement(ID.pixelHeight, track.height)];
    return element(ID.trackEntry, ...common, element(ID.video, ...size));
  }
  return element(
    ID.trackEntry,
    ...common,
    uintElement(ID.codecDelay, 0),
    // Opus wants 80 ms decoded before what is heard after a seek (RFC 7845 §4.6).
    uintElement(ID.seekPreRoll, 80_000_000),
    element(ID.audio, floatElement(ID.samplingFrequency, 48_000), uintElement(ID.channels, track.channels)),
  );
}
