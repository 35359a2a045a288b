import { createHmac, timingSafeEqual } from 'node:crypto';

/** A link is good for at least this long. */
const LINK_LIFE_MS = 3_600_000;
/** Links of one quarter of an hour are the same text, so that a browser keeps what it has loaded. */
const LINK_STEP_MS = 900_000;

/** Which of a recording's files: a track by its place, or the composed one, to be shown or saved. */
export type RecordingPart = `${number}` | 'composed' | 'download';

export type RecordingLinks = {
  url(recordingId: string, part: RecordingPart, now: Date): string;
  /** Whether this server made the link and its time is not over. */
  verify(link: { id: string; part: string; exp: string; sig: string }, now: Date): boolean;
};

/** Addresses a media element can load without a session. @param key 32 random bytes that survive restarts */
export function createRecordingLinks(key: Buffer): RecordingLinks {
  const sign = (id: string, part: string, exp: number) =>
    createHmac('sha256', key).update(`${id}\n${part}\n${exp}`).digest('base64url');
  return {
    url(id, part, now) {
      const exp = Math.floor((Math.ceil(now.getTime() / LINK_STEP_MS) * LINK_STEP_MS + LINK_LIFE_MS) / 1_000);
      return `/recordings/${id}/${part}?exp=${exp}&sig=${sign(id, part, exp)}`;
    },
    verify({ id, part, exp, sig }, now) {
      if (!/^\d{1,12}$/.test(exp) || Number(exp) * 1_000 < now.getTime()) return false;
      const expected = Buffer.from(sign(id, part, Number(exp)));
      const given = Buffer.from(sig);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
