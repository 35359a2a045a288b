/** How far behind this end's clock that lies which one stream plays. */
type Playing = { id: string; kind: 'audio' | 'video'; sender: string | null; atMs: number; offsetMs: number };

/** What is farther apart in time is compared with nothing, ms. */
const TOGETHER_MS = 1_000;

/** What did not come for longer is gone: replaced by another stream, or turned off. ms. */
const GONE_MS = 10_000;

/** What libwebrtc itself takes for two unrelated clocks (stream_synchronization.cc, `kMaxDeltaDelayMs`), ms. */
const UNRELATED_MS = 10_000;

/**
 * Compares what the sound and the picture of one sender play at the same moment. Who sends what is told by the caller, or
 * there is but one sound and one picture on the whole connection: else their clocks may be two people's.
 */
export class SoundAndPicture {
  readonly #playing = new Map<string, Playing>();

  /**
   * @param now what one stream plays
   * @returns of which picture, at which instant, the sound is by how much ahead; null where there is nothing to compare
   */
  compare(now: Playing): { videoId: string; atMs: number; soundLeadMs: number } | null {
    this.#playing.set(now.id, now);
    for (const [id, { atMs }] of this.#playing) if (now.atMs - atMs > GONE_MS) this.#playing.delete(id);
    const others = [...this.#playing.values()].filter(({ sender }) => sender === now.sender);
    const partners = others.filter(({ kind }) => kind !== now.kind);
    const isAlone = now.sender !== null || others.length === 2;
    const partner = partners.find(({ atMs }) => Math.abs(now.atMs - atMs) <= TOGETHER_MS);
    if (!isAlone || partner === undefined || partners.length !== 1) return null;
    const [audio, video] = now.kind === 'audio' ? [now, partner] : [partner, now];
    const soundLeadMs = audio.offsetMs - video.offsetMs;
    return Math.abs(soundLeadMs) > UNRELATED_MS ? null : { videoId: video.id, atMs: video.atMs, soundLeadMs };
  }
}
