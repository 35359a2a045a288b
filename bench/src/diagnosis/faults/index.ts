import type { FaultClass } from '../fault.ts';
import { audioFaults } from './audio.ts';
import { connectionFaults } from './connection.ts';
import { deviceFaults } from './device.ts';
import { networkFaults } from './network.ts';
import { videoFaults } from './video.ts';

/** Every fault the benchmark can bring about. */
export const FAULTS: readonly FaultClass[] = [
  ...networkFaults,
  ...connectionFaults,
  ...audioFaults,
  ...videoFaults,
  ...deviceFaults,
];
