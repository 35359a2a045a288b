import type { Rule } from '../rule.ts';
import { autoplayBlocked } from './autoplay-blocked.ts';
import { choppyAudio } from './choppy-audio.ts';
import { clipping } from './clipping.ts';
import { echo } from './echo.ts';
import { noise } from './noise.ts';
import { oneWayAudio } from './one-way-audio.ts';
import { playoutGlitches } from './playout-glitches.ts';
import { quietMicrophone } from './quiet-microphone.ts';
import { sampleRateMismatch } from './sample-rate-mismatch.ts';
import { silentMicrophone } from './silent-microphone.ts';
import { timeStretchedAudio } from './time-stretched-audio.ts';
import { wrongMicrophone } from './wrong-microphone.ts';

/** What people hear. */
export const audioRules: readonly Rule[] = [
  choppyAudio,
  timeStretchedAudio,
  playoutGlitches,
  oneWayAudio,
  silentMicrophone,
  quietMicrophone,
  wrongMicrophone,
  clipping,
  noise,
  echo,
  sampleRateMismatch,
  autoplayBlocked,
];
