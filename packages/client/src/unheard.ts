/**
 * For an audio context that looks at sound, or makes it for others: without a loudspeaker (Web Audio 1.1,
 * `AudioSinkOptions`; browsers that do not know it leave it out). An open sound device costs a hundredth of a core, takes
 * tens of milliseconds to open and keeps a laptop awake.
 */
export const UNHEARD: AudioContextOptions & { sinkId: { type: 'none' } } = { sinkId: { type: 'none' } };
