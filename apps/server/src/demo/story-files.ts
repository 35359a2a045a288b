import { createCanvas } from '@napi-rs/canvas';
import type { StoryFile } from './story.ts';

/** What the people of the stories attach: a log that shows the fault, a report of a check, a screenshot. */
export function storyFileContent({ content }: StoryFile, now: Date): Buffer {
  switch (content) {
    case 'stutter-log':
      return Buffer.from(stutterLog(now));
    case 'ice-log':
      return Buffer.from(connectionReport(now));
    case 'black-screen':
      return blackScreen();
  }
}

function stutterLog(now: Date): string {
  const lines = [];
  const start = now.getTime() - 110 * 60_000;
  for (let minute = 0; minute < 70; minute += 1) {
    const time = new Date(start + minute * 60_000).toISOString().slice(11, 19);
    const isLate = minute >= 28;
    const lossPercent = (0.2 + ((minute * 7) % 5) / 20).toFixed(2);
    const interval = isLate ? '20.0' : '2.0';
    lines.push(`${time} encoder-b  stats  fps=50 bitrate=7.9M keyframe_interval=${interval}s loss=${lossPercent}%`);
    if (minute === 28) lines.push(`${time} encoder-b  info   profile "stage-2 (old)" loaded`);
    if (isLate && minute % 3 === 0) {
      const frozenMs = 380 + ((minute * 37) % 260);
      lines.push(`${time} monitor-wall  warn  picture frozen ${frozenMs} ms, waiting for key frame`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function connectionReport(now: Date): string {
  const time = now.toISOString().slice(0, 10);
  return [
    `Connection check ${time}, sale room, office Milan`,
    '',
    'signalling  wss://live.aurora.example      ok       41 ms',
    'media UDP   203.0.113.17:7710              timeout  no answer to 7 requests',
    'media UDP   203.0.113.18:7711              timeout  no answer to 7 requests',
    'media TCP   203.0.113.17:7710              refused',
    'camera      FaceTime HD                    ok       1280x720 30 fps',
    'microphone  built-in                       ok       level -31 dB',
    '',
    'Result: the browser reaches the sale room, but no path for sound and picture.',
    '',
  ].join('\n');
}

/** A student's classroom window with nothing where the shared screen should be. */
function blackScreen(): Buffer {
  const [width, height] = [1_280, 800];
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const box = (colour: string, x: number, y: number, w: number, h: number) => {
    context.fillStyle = colour;
    context.fillRect(x, y, w, h);
  };
  box('#eef1f5', 0, 0, width, height);
  box('#ffffff', 0, 0, width, 56);
  box('#2f6bff', 24, 18, 132, 20);
  box('#c9d1dc', 1_060, 20, 90, 16);
  box('#e0503c', 1_176, 16, 80, 24);
  box('#000000', 24, 80, 952, 560);
  for (let tile = 0; tile < 4; tile += 1) {
    box('#ffffff', 1_000, 80 + tile * 144, 256, 128);
    box(['#8fb4ff', '#9bd8b4', '#f4c38a', '#c9b4f2'][tile]!, 1_092, 104 + tile * 144, 72, 72);
  }
  box('#ffffff', 24, 664, 952, 112);
  for (let button = 0; button < 5; button += 1) box('#dde3eb', 330 + button * 72, 696, 48, 48);
  return canvas.toBuffer('image/png');
}
