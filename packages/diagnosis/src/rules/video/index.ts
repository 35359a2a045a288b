import type { Rule } from '../rule.ts';
import { lowFrameRate } from './low-frame-rate.ts';
import { videoFreeze } from './video-freeze.ts';

/** What people see. */
export const videoRules: readonly Rule[] = [videoFreeze, lowFrameRate];
