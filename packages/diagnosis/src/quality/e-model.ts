/*
 * How good a call sounds, by the E-model of ITU-T G.107 (06/2015), for the impairments a browser can measure:
 * delay and loss. Everything else is taken at the recommendation's default values, for which R = 93.2 (its table 3).
 */

/** R with every parameter at its default (G.107, section 7.7). */
export const DEFAULT_R = 93.2;

/**
 * Packet loss robustness of Opus with its concealment and in-band FEC. G.113 appendix I has no value for Opus; 20 is in the
 * upper range of the codecs it has with good concealment, and fits listening tests reported for Opus.
 */
const OPUS_LOSS_ROBUSTNESS = 20;

/**
 * Impairment by delay alone, Idd (G.107, equation 7-27 with sT = 1 and mT = 100 ms). Nothing below 100 ms, about 3 at
 * 200 ms, 24 at 400 ms. Used instead of the common shortcut 0.03·d + 0.1·(d − 150), which is only near it.
 * @param delayMs one way, mouth to ear
 */
export function delayImpairment(delayMs: number): number {
  if (!(delayMs > 100)) return 0;
  const x = Math.log2(delayMs / 100);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}

/**
 * Impairment by the codec under random loss, Ie-eff (G.107, equation 7-29 with Ie = 0 and BurstR = 1).
 * @param lossRatio 0–1
 */
export function lossImpairment(lossRatio: number): number {
  const percent = Math.min(1, Math.max(0, lossRatio)) * 100;
  return (95 * percent) / (percent + OPUS_LOSS_ROBUSTNESS);
}

/**
 * The mean opinion score that goes with a rating (G.107, annex B).
 * @param r transmission rating
 * @returns 1 to 4.5
 */
export function opinionScore(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  // The polynomial dips a little below 1 for the smallest ratings.
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

/**
 * Score of a stretch of a call.
 * @param delayMs one way, mouth to ear
 * @param lossRatio of sound packets, 0–1
 * @param freezeRatio share of the time in which a picture stood still; not part of the E-model: a picture that stands
 *   still all the time costs the whole scale
 * @returns 1 (unusable) to 4.5
 */
export function callScore(delayMs: number, lossRatio: number, freezeRatio = 0): number {
  const sound = opinionScore(DEFAULT_R - delayImpairment(delayMs) - lossImpairment(lossRatio));
  return Math.max(1, sound - 4 * Math.min(1, Math.max(0, freezeRatio)));
}
