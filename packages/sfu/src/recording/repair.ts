import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppendFile, FileSource } from './append-file.ts';
import { sizeInEight } from './ebml.ts';
import { MANIFEST_NAME, ManifestFile, type RecordingManifest } from './manifest.ts';
import { lastOggPage, readOgg } from './ogg.ts';
import { readWebm } from './webm-reader.ts';
import { finishWebm } from './webm-writer.ts';

/** What a file holds after its repair; undefined when nothing of it can be used. */
export interface RepairedFile {
  durationMs: number;
  bytes: number;
}

/**
 * Puts a recording in order that was broken off: cuts torn ends off, adds index and durations, closes the manifest.
 * A recording that is in order stays as it is. Returns its manifest; undefined when the folder holds none.
 */
export async function repairRecording(folder: string): Promise<RecordingManifest | undefined> {
  const text = await readFile(join(folder, MANIFEST_NAME), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const manifest = JSON.parse(text) as RecordingManifest;
  if (manifest.state !== 'recording') return manifest;
  const tracks = [];
  for (const track of manifest.tracks) {
    const repaired = await repairFile(join(folder, track.file));
    if (repaired) tracks.push({ ...track, ...repaired });
  }
  const ends = tracks.map((track) => track.startMs + track.durationMs);
  const whole: RecordingManifest = {
    ...manifest,
    tracks,
    state: 'complete',
    repaired: true,
    endedAtMs: manifest.startedAtMs + Math.max(0, ...ends),
  };
  const file = new ManifestFile(folder);
  file.put(whole);
  await file.settled();
  return whole;
}

/** Repairs every recording directly under `root`. Returns the manifests of those that were broken off. */
export async function repairRecordings(root: string): Promise<RecordingManifest[]> {
  const folders = await readdir(root, { withFileTypes: true }).catch(() => []);
  const repaired: RecordingManifest[] = [];
  for (const folder of folders) {
    if (!folder.isDirectory()) continue;
    const manifest = await repairRecording(join(root, folder.name)).catch(() => undefined);
    if (manifest?.repaired) repaired.push(manifest);
  }
  return repaired;
}

/** Puts one track's file in order. */
export async function repairFile(path: string): Promise<RepairedFile | undefined> {
  let source: FileSource;
  try {
    source = new FileSource(path);
  } catch {
    return undefined;
  }
  try {
    return path.endsWith('.ogg') ? await repairOgg(path, source) : await repairWebm(path, source);
  } finally {
    source.close();
  }
}

async function repairOgg(path: string, source: FileSource): Promise<RepairedFile | undefined> {
  const content = readOgg(source);
  if (!content) return undefined;
  const durationMs = Math.round(content.granule / 48);
  if (content.ended) return { durationMs, bytes: source.length };
  return finished(path, content.wholeUntil, durationMs, (file) => file.append(lastOggPage(content)));
}

async function repairWebm(path: string, source: FileSource): Promise<RepairedFile | undefined> {
  const content = readWebm(source, 'clusters');
  if (!content || content.frames.length === 0) return undefined;
  if (content.durationMs !== undefined && content.indexed)
    return { durationMs: content.durationMs, bytes: source.length };
  const last = content.frames.at(-1)!;
  const durationMs = last.timeMs + (content.codecId === 'A_OPUS' ? 20 : 33);
  return finished(path, content.wholeUntil, durationMs, (file) => {
    const { openClusterSizeAt } = content;
    if (openClusterSizeAt >= 0) file.patch(openClusterSizeAt, sizeInEight(content.wholeUntil - openClusterSizeAt - 8));
    finishWebm(file, content.places, content.cuePoints, durationMs);
  });
}

async function finished(
  path: string,
  length: number,
  durationMs: number,
  finish: (file: AppendFile) => void,
): Promise<RepairedFile> {
  let failure: Error | undefined;
  const file = new AppendFile({
    path,
    mode: { existing: { length } },
    onError: (error) => {
      failure = error;
    },
  });
  finish(file);
  await file.close();
  if (failure) throw failure;
  return { durationMs, bytes: file.length };
}
