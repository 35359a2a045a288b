import type { Rule } from '../rule.ts';
import { choppyAudio } from './choppy-audio.ts';
import { silentMicrophone } from './silent-microphone.ts';

/** What people hear. */
export const audioRules: readonly Rule[] = [choppyAudio, silentMicrophone];
