import type { AppendFile } from './append-file.ts';
import { OggWriter, opusHead } from './ogg.ts';
import { WebmWriter } from './webm-writer.ts';

/** Two, whatever is spoken: a stereo packet may come at any time, and a decoder makes both of a mono one. */
const CHANNELS = 2;

/** A file of Opus packets, one after the other without a gap. */
export interface SoundFile {
  readonly endMs: number;
  add(packet: Buffer, samples: number): void;
  /** Makes what was added ready to be written. */
  flush(): void;
  finish(): void;
}

/** Ogg by the name `*.ogg`, else WebM. */
export function createSoundFile(file: AppendFile): SoundFile {
  if (file.path.endsWith('.ogg')) {
    const ogg = new OggWriter(file, CHANNELS);
    return {
      get endMs() {
        return ogg.endMs;
      },
      add: (packet, samples) => ogg.addPacket(packet, samples),
      flush: () => ogg.flush(),
      finish: () => ogg.finish(),
    };
  }
  const webm = new WebmWriter(file, {
    kind: 'audio',
    codecId: 'A_OPUS',
    codecPrivate: opusHead(CHANNELS),
    channels: CHANNELS,
  });
  let at = 0;
  return {
    get endMs() {
      return webm.endMs;
    },
    add(packet, samples) {
      webm.addFrame(at / 48, samples / 48, true, [packet]);
      at += samples;
    },
    flush() {},
    finish: () => webm.finish(),
  };
}
