import { type ElementHead, ID, readHead } from './ebml.ts';
import { type CuePoint, DURATION_BYTES, type WebmPlaces } from './webm-writer.ts';

/** Reads parts of a file. */
export interface ByteSource {
  readonly length: number;
  read(position: number, length: number): Buffer;
}

/** One frame of a file, `at` is where its data begins. */
export interface WebmFrame {
  timeMs: number;
  keyFrame: boolean;
  at: number;
  length: number;
}

/** What is in a file of ours, finished or broken off. */
export interface WebmContent {
  places: WebmPlaces;
  codecId: string;
  /** From the header; undefined while the file is unfinished. */
  durationMs: number | undefined;
  frames: WebmFrame[];
  /** A player's starting points, gathered from the clusters. */
  cuePoints: CuePoint[];
  /** Whether the file has its index. */
  indexed: boolean;
  /** End of the last whole frame: what comes after is a torn write. */
  wholeUntil: number;
  /** Place of the size of a last cluster that was never closed, −1 when every cluster is. */
  openClusterSizeAt: number;
}

const HEAD_BYTES = 16;

/**
 * Reads a file `WebmWriter` made, up to where it is whole. Undefined when not even its header is.
 * @param wanted `clusters` skips the frames of closed clusters, so that a long file is looked through quickly
 */
export function readWebm(source: ByteSource, wanted: 'frames' | 'clusters' = 'frames'): WebmContent | undefined {
  const head = (at: number): ElementHead | undefined => {
    const bytes = source.read(at, HEAD_BYTES);
    const found = readHead(bytes, 0);
    return found && { ...found, contentAt: at + found.contentAt };
  };
  const ebml = head(0);
  if (ebml?.id !== ID.ebml) return undefined;
  const segmentAt = ebml.contentAt + ebml.size;
  const segment = head(segmentAt);
  if (segment?.id !== ID.segment) return undefined;
  const places: WebmPlaces = {
    segmentSizeAt: segmentAt + 4,
    segmentContentAt: segment.contentAt,
    seekHeadAt: segment.contentAt,
    infoAt: -1,
    durationAt: -1,
    tracksAt: -1,
  };
  const content: WebmContent = {
    places,
    codecId: '',
    durationMs: undefined,
    frames: [],
    cuePoints: [],
    indexed: false,
    wholeUntil: segment.contentAt,
    openClusterSizeAt: -1,
  };
  for (let at = segment.contentAt; at < source.length; ) {
    const next = head(at);
    if (!next) break;
    if (next.id === ID.cluster) {
      const end = readCluster(source, head, next, at, content, wanted);
      content.wholeUntil = end;
      if (content.openClusterSizeAt >= 0) break;
      at = end;
      continue;
    }
    const end = next.contentAt + next.size;
    if (next.size < 0 || end > source.length) break;
    if (next.id === ID.info) {
      places.infoAt = at;
      places.durationAt = end - DURATION_BYTES;
      const duration = head(places.durationAt);
      if (duration?.id === ID.duration) content.durationMs = source.read(duration.contentAt, 8).readDoubleBE();
    } else if (next.id === ID.tracks) {
      places.tracksAt = at;
      content.codecId = codecIdOf(source.read(next.contentAt, next.size));
    } else if (next.id === ID.cues) content.indexed = true;
    content.wholeUntil = end;
    at = end;
  }
  return places.infoAt < 0 || places.tracksAt < 0 ? undefined : content;
}

function codecIdOf(tracks: Buffer): string {
  const entry = readHead(tracks, 0);
  if (!entry) return '';
  for (let at = entry.contentAt; at < tracks.length; ) {
    const inner = readHead(tracks, at);
    if (!inner) return '';
    if (inner.id === ID.codecId) return tracks.toString('utf8', inner.contentAt, inner.contentAt + inner.size);
    at = inner.contentAt + inner.size;
  }
  return '';
}

/** Returns the end of what is whole of it. */
function readCluster(
  source: ByteSource,
  head: (at: number) => ElementHead | undefined,
  cluster: ElementHead,
  clusterAt: number,
  content: WebmContent,
  wanted: 'frames' | 'clusters',
): number {
  const closedEnd = cluster.size < 0 ? -1 : cluster.contentAt + cluster.size;
  const closed = closedEnd >= 0 && closedEnd <= source.length;
  const end = closed ? closedEnd : source.length;
  let clusterTimeMs = 0;
  let whole = cluster.contentAt;
  let first = true;
  for (let at = cluster.contentAt; at < end; ) {
    const inner = head(at);
    if (!inner || inner.size < 0 || inner.contentAt + inner.size > end) break;
    if (inner.id !== ID.timestamp && inner.id !== ID.simpleBlock) break;
    const innerEnd = inner.contentAt + inner.size;
    if (inner.id === ID.timestamp) {
      clusterTimeMs = source.read(inner.contentAt, inner.size).readUIntBE(0, Math.min(6, inner.size));
    } else {
      const block = source.read(inner.contentAt, 4);
      const keyFrame = (block[3]! & 0x80) !== 0;
      const timeMs = clusterTimeMs + block.readInt16BE(1);
      if (first && keyFrame) {
        content.cuePoints.push({ timeMs, clusterAt: clusterAt - content.places.segmentContentAt });
      }
      first = false;
      content.frames.push({ timeMs, keyFrame, at: inner.contentAt + 4, length: inner.size - 4 });
      if (wanted === 'clusters' && closed) return end;
    }
    whole = innerEnd;
    at = innerEnd;
  }
  if (!closed) content.openClusterSizeAt = clusterAt + 4;
  return closed ? end : whole;
}
