import type { Rule } from '../rule.ts';
import { blackCamera } from './black-camera.ts';
import { codecFallback } from './codec-fallback.ts';
import { decoderOverload } from './decoder-overload.ts';
import { encoderOverload } from './encoder-overload.ts';
import { frozenCamera } from './frozen-camera.ts';
import { keyframeStorm } from './keyframe-storm.ts';
import { lowFrameRate } from './low-frame-rate.ts';
import { lowResolution } from './low-resolution.ts';
import { screenWithoutFrames } from './screen-without-frames.ts';
import { stuckDecoder } from './stuck-decoder.ts';
import { videoFreeze } from './video-freeze.ts';

/** What people see. */
export const videoRules: readonly Rule[] = [
  videoFreeze,
  lowFrameRate,
  lowResolution,
  blackCamera,
  frozenCamera,
  keyframeStorm,
  stuckDecoder,
  encoderOverload,
  decoderOverload,
  codecFallback,
  screenWithoutFrames,
];
