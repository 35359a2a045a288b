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
  | 'checksAnswered'
  /** As a server tells: how long the person it leads to has said nothing on the connection of the signalling. */
  | 'signalSilentMs';

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
  /** Seconds of sound made, or played, in each second of the clock: 1 where the device keeps its rate. */
  | 'soundTimeRatio'
  /** Seconds the sound device had to invent for want of anything to play, in each second played. */
  | 'playoutGlitchRatio'
  /** Samples put in or taken out to run slower or faster. */
  | 'stretchedRatio'
  /** Samples taken out less those put in, to keep up with a sender that brings more than its clock says. */
  | 'squeezedRatio'
  /** 0 to 1, linear. Of what is played, or of what the microphone brings. */
  | 'audioLevel'
  /** How loud it is while nobody speaks, 0 to 1; measured by a client (`noiseFloorOf`). */
  | 'noiseFloor'
  /** Share of samples cut off at full scale; measured by a client (`clippedRatioOf`). */
  | 'clippedRatio'
  /** What share of what is played here returns in what is sent, or of what is sent in what is received (`echoOf`). */
  | 'echoCorrelation'
  | 'echoDelayMs'
  | 'echoConfidence'
  | 'framesPerSecond'
  | 'sourceFramesPerSecond'
  | 'framesDropped'
  /** Put together from packets, decoded or not. */
  | 'framesReceived'
  | 'keyFrames'
  | 'freezeMs'
  | 'widthPx'
  | 'heightPx'
  /** Of what comes into the encoder. */
  | 'sourceWidthPx'
  | 'sourceHeightPx'
  /** Brightness of the picture, 0 black to 1 white; measured by a client (`probePicture`). */
  | 'lumaMean'
  /** How much a point of it changed since the probe before, 0 to 1. */
  | 'lumaChange'
  /** 1 where it is encoded or decoded by hardware, as far as the browser tells. */
  | 'powerEfficient'
  | 'decodeMs'
  | 'encodeMs'
  | 'nacks'
  | 'plis'
  | 'firs'
  /** How far behind this end's clock, by the sender's clock, that lies which is being played. */
  | 'playoutOffsetMs'
  /** Of a picture: by how much the sound of the same sender is ahead of it; below 0 the sound is late. */
  | 'soundLeadMs'
  /** The sender's clock, as its reports tell it, less this end's when they come. */
  | 'remoteClockOffsetMs'
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
  /** Of the resolutions a server could send on, the one it does; lowest is 0, −1 none. */
  | 'forwardedLayer'
  /** The one the receiver shows. */
  | 'wantedLayer'
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
