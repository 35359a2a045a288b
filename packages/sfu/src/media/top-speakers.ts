/** Louder than this (−dBov, smaller is louder) a packet may be the beginning of a word. */
const SPEECH_DBOV = 45;
/** So long after the last loud packet a place is another's to take. */
const HOLD_MS = 800;
/** Everybody speaking: a newcomer must be louder than the quietest by this, … */
const MARGIN_DB = 6;
/** … for so long, … */
const INSIST_MS = 300;
/** … and leaves whoever came in last this long. */
const MIN_STAY_MS = 1_000;
const SILENCE_DBOV = 127;

interface Voice {
  /** Smoothed, dB above silence. */
  level: number;
  lastLoudMs: number;
  /** Since when it has been louder than the quietest of those heard; −∞ when it is not. */
  insistsSinceMs: number;
  heard: boolean;
  heardSinceMs: number;
}

/**
 * Which of many microphones are forwarded: so many places, and whoever speaks has one. A place is taken with the very
 * packet a word begins with, as long as one is free or its holder has been silent for a while; who has one keeps it
 * until it is wanted. Only when all holders speak does the loudest newcomer, after a moment, replace the quietest.
 * Knows nothing of packets: a microphone is any object.
 */
export class TopSpeakers<T extends object> {
  readonly places: number;
  readonly #voices = new Map<T, Voice>();
  #taken = 0;

  /** @param places how many are heard at once, at least 1 */
  constructor(places: number) {
    this.places = places;
  }

  /**
   * One packet of a microphone.
   * @param dbov its level by RFC 6464, 0 the loudest, 127 silence; −1 where it does not say: always heard
   * @returns whether it is to be forwarded
   */
  hears(microphone: T, dbov: number, nowMs: number): boolean {
    if (dbov < 0) return true;
    let voice = this.#voices.get(microphone);
    if (!voice) {
      const never = Number.NEGATIVE_INFINITY;
      voice = { level: 0, lastLoudMs: never, insistsSinceMs: never, heard: false, heardSinceMs: never };
      this.#voices.set(microphone, voice);
    }
    // Quick to rise, slow to fall: a word's level is that of its vowels.
    const now = SILENCE_DBOV - dbov;
    voice.level += (now - voice.level) * (now > voice.level ? 0.5 : 0.05);
    const loud = dbov <= SPEECH_DBOV;
    if (loud) voice.lastLoudMs = nowMs;
    if (!voice.heard && this.#mayEnter(voice, loud, nowMs)) {
      voice.heard = true;
      voice.heardSinceMs = nowMs;
      this.#taken++;
    }
    return voice.heard;
  }

  #mayEnter(voice: Voice, loud: boolean, nowMs: number): boolean {
    // Whoever is there first is heard, speaking or not: it costs a place nobody wants.
    if (this.#taken < this.places) return true;
    if (!loud) return false;
    let idle: Voice | undefined;
    let quietest: Voice | undefined;
    for (const other of this.#voices.values()) {
      if (!other.heard) continue;
      if (idle === undefined || other.lastLoudMs < idle.lastLoudMs) idle = other;
      if (quietest === undefined || other.level < quietest.level) quietest = other;
    }
    if (!idle || !quietest) return false;
    if (nowMs - idle.lastLoudMs >= HOLD_MS) {
      this.#leave(idle);
      return true;
    }
    if (voice.level < quietest.level + MARGIN_DB) voice.insistsSinceMs = Number.NEGATIVE_INFINITY;
    else if (voice.insistsSinceMs < 0) voice.insistsSinceMs = nowMs;
    const insists = voice.insistsSinceMs >= 0 && nowMs - voice.insistsSinceMs >= INSIST_MS;
    if (!insists || nowMs - quietest.heardSinceMs < MIN_STAY_MS) return false;
    voice.insistsSinceMs = Number.NEGATIVE_INFINITY;
    this.#leave(quietest);
    return true;
  }

  #leave(voice: Voice): void {
    voice.heard = false;
    this.#taken--;
  }

  /** Forgets every microphone that is not among these. */
  retain(microphones: ReadonlySet<T>): void {
    for (const [microphone, voice] of this.#voices) {
      if (microphones.has(microphone)) continue;
      if (voice.heard) this.#taken--;
      this.#voices.delete(microphone);
    }
  }
}
