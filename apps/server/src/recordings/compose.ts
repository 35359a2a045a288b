import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import type { RecordedTrack } from '@alongside/sfu';

/** The one file with everything in it, beside the tracks. */
export const COMPOSED_NAME = 'composed.mp4';

const WIDTH = 1_280;
const HEIGHT = 720;
const COLUMN_WIDTH = 320;

/** ffmpeg's words for degrees clockwise. */
const TURNS: Readonly<Record<number, string>> = { 90: 'transpose=1,', 180: 'hflip,vflip,', 270: 'transpose=2,' };

/** A place in the composed picture, pixels. */
type Place = { x: number; y: number; width: number; height: number };

/**
 * What ffmpeg is told: a black picture with every camera in a grid, or with screens big and cameras in a column beside
 * them, each for as long as it was on; all sound mixed.
 * @returns its arguments, without the program's name
 */
export function composeArguments(tracks: readonly RecordedTrack[], durationMs: number, out: string): string[] {
  const seconds = (ms: number) => (ms / 1_000).toFixed(3);
  const videos = tracks.filter(({ kind }) => kind === 'video');
  const sounds = tracks.filter(({ kind }) => kind === 'audio');
  const places = placesOf(videos);
  const filters = [`color=c=black:s=${WIDTH}x${HEIGHT}:r=25:d=${seconds(durationMs)}[v0]`];
  for (const [i, video] of videos.entries()) {
    const { x, y, width, height } = places[i]!;
    const input = tracks.indexOf(video);
    const fit = `${TURNS[video.rotation] ?? ''}scale=${width}:${height}:force_original_aspect_ratio=decrease,pad=${width}:${height}:-1:-1`;
    const begin = seconds(video.startMs);
    filters.push(
      `[${input}:v]${fit},setsar=1,setpts=PTS-STARTPTS+${begin}/TB[s${i}]`,
      `[v${i}][s${i}]overlay=${x}:${y}:eof_action=pass:enable='between(t,${begin},${seconds(video.startMs + video.durationMs)})'[v${i + 1}]`,
    );
  }
  // In a graph of its own: in one with the pictures amix hands out its sound in crumbs.
  const mix: string[] = [];
  for (const [i, sound] of sounds.entries()) {
    mix.push(`[${tracks.indexOf(sound)}:a]adelay=${Math.max(0, Math.round(sound.startMs))}:all=1[a${i}]`);
  }
  const mixed = sounds.length > 0;
  if (mixed) mix.push(`${sounds.map((_, i) => `[a${i}]`).join('')}amix=inputs=${sounds.length}:normalize=0,apad[a]`);
  return [
    ...['-v', 'error', '-nostdin', '-y', '-progress', 'pipe:1'],
    ...tracks.flatMap(({ file }) => ['-i', `file:${file}`]),
    ...['-filter_complex', filters.join(';'), '-map', `[v${videos.length}]`],
    ...(mixed ? ['-filter_complex', mix.join(';'), '-map', '[a]', '-c:a', 'aac', '-b:a', '128k', '-ar', '48000'] : []),
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '25', '-pix_fmt', 'yuv420p'],
    ...['-t', seconds(durationMs), '-movflags', '+faststart', '-f', 'mp4', `file:${out}`],
  ];
}

function placesOf(videos: readonly RecordedTrack[]): Place[] {
  const screens = videos.filter(({ source }) => source === 'screen_share');
  if (screens.length === 0) return grid(videos, { x: 0, y: 0, width: WIDTH, height: HEIGHT }, videos);
  const cameras = videos.filter(({ source }) => source !== 'screen_share');
  const main = { x: 0, y: 0, width: cameras.length > 0 ? WIDTH - COLUMN_WIDTH : WIDTH, height: HEIGHT };
  const people = [...new Set(cameras.map(personOf))];
  return videos.map((video) => {
    // One screen after another: the later one lies on top.
    if (video.source === 'screen_share') return main;
    const each = Math.min(180, Math.floor(HEIGHT / people.length / 2) * 2);
    return { x: WIDTH - COLUMN_WIDTH, y: people.indexOf(personOf(video)) * each, width: COLUMN_WIDTH, height: each };
  });
}

/** A camera that went off and on again is back in its person's place. */
function grid(videos: readonly RecordedTrack[], area: Place, all: readonly RecordedTrack[]): Place[] {
  const people = [...new Set(all.map(personOf))];
  const columns = Math.ceil(Math.sqrt(people.length)) || 1;
  const rows = Math.ceil(people.length / columns) || 1;
  const width = Math.floor(area.width / columns / 2) * 2;
  const height = Math.floor(area.height / rows / 2) * 2;
  return videos.map((video) => {
    const index = people.indexOf(personOf(video));
    const y = Math.floor(index / columns) * height + Math.floor((area.height - rows * height) / 2);
    return { x: (index % columns) * width, y, width, height };
  });
}

function personOf({ participantIdentity }: RecordedTrack): string {
  // One person's connections have names of their own behind a tilde.
  return participantIdentity.replace(/~.*$/, '');
}

export type ComposeOutcome = 'ready' | 'failed' | 'no_ffmpeg';

/**
 * Runs ffmpeg in a recording's folder, behind everything else the machine does.
 * @param onProgress 0 to 1, now and then
 */
export function runCompose(
  folder: string,
  tracks: readonly RecordedTrack[],
  durationMs: number,
  onProgress: (progress: number) => void,
): Promise<{ outcome: ComposeOutcome; problem: string }> {
  return new Promise((resolve) => {
    const child = spawn('ffmpeg', composeArguments(tracks, durationMs, `${COMPOSED_NAME}.new`), {
      cwd: join(folder),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (child.pid !== undefined) {
      try {
        setPriority(child.pid, constants.priority.PRIORITY_LOW);
      } catch {
        // It is done already, or not allowed: then at the usual priority.
      }
    }
    let problem = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      problem = (problem + text).slice(-2_000);
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const microseconds = Number(text.split('out_time_us=').at(-1)?.split('\n')[0]);
      if (microseconds > 0) onProgress(Math.min(1, microseconds / 1_000 / Math.max(1, durationMs)));
    });
    child.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ outcome: error.code === 'ENOENT' ? 'no_ffmpeg' : 'failed', problem: error.message }),
    );
    child.on('close', (code) => resolve({ outcome: code === 0 ? 'ready' : 'failed', problem }));
  });
}
