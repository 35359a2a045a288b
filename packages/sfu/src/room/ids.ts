import { randomBytes } from 'node:crypto';
import { TrackSource, TrackType } from '@livekit/protocol';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A LiveKit id: its prefix (`RM_`, `PA_`, `TR_`), then 12 random letters and digits. Native clients insist on the prefix. */
export function newId(prefix: string): string {
  let id = prefix;
  // 62 of 256 values four times over: bytes above are drawn again, so every letter is equally likely.
  while (id.length < prefix.length + 12) {
    for (const byte of randomBytes(16)) if (byte < 248 && id.length < prefix.length + 12) id += ALPHABET[byte % 62]!;
  }
  return id;
}

/** `TR_` with two letters that tell kind and source, as LiveKit's own ids do. */
export function newTrackId(type: TrackType, source: TrackSource): string {
  const kind = type === TrackType.AUDIO ? 'A' : 'V';
  const from = { [TrackSource.CAMERA]: 'C', [TrackSource.MICROPHONE]: 'M', [TrackSource.SCREEN_SHARE]: 'S' } as Record<
    number,
    string
  >;
  return newId(`TR_${kind}${from[source] ?? (source === TrackSource.SCREEN_SHARE_AUDIO ? 's' : 'U')}`);
}

/** A non-zero random SSRC. */
export function newSsrc(): number {
  return (randomBytes(4).readUInt32BE(0) | 1) >>> 0;
}
