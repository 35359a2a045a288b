/*
 * What is measured, by whom it is told and in which unit. A sample holds what happened since the one before it (ratios,
 * rates, counts) or how things stand (levels, sizes, delays); counters that only grow never get in here.
 */

/** Of a connection, by the person at this end of it. */
export type ConnectionField =
  /** Round trip of connectivity checks on the pair in use. */
  | 'rttMs'
  /** What the sender's congestion control believes the way takes. */
  | 'availableOutgoingBps'
  | 'availableIncomingBps'
  | 'sentBps'
  | 'receivedBps'
  | 'checksSent'
  | 'checksAnswered';

/** Of one RTP stream, by the end that sends or receives it. */
export type TrackField =
  | 'bitrateBps'
  | 'packets'
  /** Lost on the way here, of what was sent; before repair. */
  | 'lossRatio'
  | 'jitterMs'
  /** How long media waits before it is played. */
  | 'bufferMs'
  /** Samples invented where something audible was missing: concealment of silence is not in it. */
  | 'concealedRatio'
  | 'silentConcealedRatio'
  /** Samples put in or taken out to run slower or faster. */
  | 'stretchedRatio'
  /** 0 to 1, linear. Of what is played, or of what the microphone brings. */
  | 'audioLevel'
  | 'framesPerSecond'
  | 'sourceFramesPerSecond'
  | 'framesDropped'
  | 'keyFrames'
  | 'freezeMs'
  | 'widthPx'
  | 'heightPx'
  | 'decodeMs'
  | 'encodeMs'
  | 'nacks'
  | 'plis'
  | 'retransmittedRatio'
  | 'targetBps'
  /** Share of the time in which the encoder held back for want of processor. */
  | 'processorLimitedRatio'
  /** Share of the time in which the encoder held back for want of bandwidth. */
  | 'bandwidthLimitedRatio'
  /** As the other end reports it, of what is sent here. */
  | 'remoteLossRatio'
  | 'remoteJitterMs'
  | 'remoteRttMs'
  | 'echoReturnLossDb'
  /** 1 while it is sent, 0 while the sender has it off. */
  | 'active';

/** Of a person's device and page. */
export type DeviceField =
  /** 0 nominal, 1 fair, 2 serious, 3 critical (W3C Compute Pressure). */
  | 'processorPressure'
  | 'usedMemoryBytes'
  | 'memoryLimitBytes'
  /** 1 while the page is shown, 0 while it is in the background. */
  | 'visible'
  /** 0 to 1. */
  | 'batteryRatio'
  | 'charging';
