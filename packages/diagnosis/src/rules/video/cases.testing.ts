import type { TrackField } from '../../model/fields.ts';
import { type RuleCase, seconds, type TestCall, videoCall } from '../../testing.ts';

type Row = Partial<Record<TrackField, number | null>>;

const sent = (row: Row, count = 20) => videoCall(seconds(count, row), 'send');
const seen = (row: Row, count = 20) => videoCall(seconds(count, row));

const CAMERA: Row = { framesPerSecond: 25, sourceFramesPerSecond: 25, bitrateBps: 800_000 };
const SLOW: Row = { framesPerSecond: 7, bitrateBps: 300_000, lossRatio: 0 };
const HD: Row = { ...CAMERA, sourceWidthPx: 1_280, sourceHeightPx: 720 };

/** A picture of which every 20 s is told how long it stood still. */
function reported(freezeMs: number): TestCall {
  return videoCall(Array.from({ length: 100 }, (_, second) => (second % 20 === 0 ? { freezeMs } : null)));
}

/** A key frame a second for so many seconds. */
function asked(count: number): TestCall {
  const none = { keyFrames: 0, plis: 0 };
  return videoCall([...seconds(8, none), ...seconds(count, { keyFrames: 1, plis: 2 }), ...seconds(8, none)]);
}

/** A screen that is shared in the midst of a call. */
const screen = (row: Row, events: TestCall['events'] = []): TestCall => ({
  connection: seconds(30, { rttMs: 20 }),
  tracks: [{ kind: 'video', direction: 'send', source: 'screen', rows: [...seconds(10, null), ...seconds(15, row)] }],
  events,
});

const changed = (before: string, now: string): TestCall => ({
  ...sent(CAMERA),
  events: [{ type: 'implementation_changed', second: 9, trackId: 't0', before, now }],
});

/** A freeze of somebody else's camera, which is on or off. */
const frozenWhile = (enabled: boolean): TestCall => ({
  ...videoCall([...seconds(12, { freezeMs: 0 }), { freezeMs: 800 }, ...seconds(5, { freezeMs: 0 })]),
  others: [
    {
      ...videoCall(seconds(18, { framesPerSecond: 15 }), 'send'),
      events: [{ type: 'track_enabled', second: 9, trackId: 't10', enabled }],
    },
  ],
});

/** Every so many seconds a picture comes a quarter of a second late. */
const stuttering = (everySeconds: number): TestCall =>
  videoCall(Array.from({ length: 40 }, (_, second) => ({ freezeMs: second % everySeconds === 0 ? 250 : 0 })));

/** Of each rule a call that has the fault, and one just short of it. */
export const videoCases: readonly RuleCase[] = [
  [
    'video-freeze',
    videoCall([...seconds(12, { freezeMs: 0 }), { freezeMs: 700 }, ...seconds(5, { freezeMs: 0 })]),
    videoCall([...seconds(12, { freezeMs: 0 }), { freezeMs: 550 }, ...seconds(5, { freezeMs: 0 })]),
  ],
  [
    'video-freeze',
    videoCall([...seconds(10, { freezeMs: 0 }), { freezeMs: 400 }, { freezeMs: 0 }, { freezeMs: 400 }]),
    // Every stream begins with a climb.
    videoCall([...seconds(5, { freezeMs: 0 }), { freezeMs: 900 }, ...seconds(15, { freezeMs: 0 })]),
  ],
  // A late packet now and then, and so many that the picture stutters.
  ['video-freeze', stuttering(2), stuttering(4)],
  // Nobody looks at the picture of a camera that its owner turned off.
  ['video-freeze', frozenWhile(true), frozenWhile(false)],
  // A report every 20 s: what stood still in two of them may have been far apart.
  ['video-freeze', reported(700), reported(550)],
  [
    'video-freeze',
    videoCall([...seconds(12, { freezeMs: 0 }), { freezeMs: 2_000, nacks: 3 }], 'receive', 'screen'),
    // Slides that stand.
    videoCall([...seconds(12, { freezeMs: 0 }), { freezeMs: 2_000, nacks: 0 }], 'receive', 'screen'),
  ],
  [
    'low-frame-rate',
    seen({ framesPerSecond: 7, bitrateBps: 300_000 }),
    seen({ framesPerSecond: 13, bitrateBps: 300_000 }),
  ],
  [
    'low-frame-rate',
    { tracks: [{ source: 'unknown', rows: [...seconds(5, CAMERA), ...seconds(15, SLOW)] }] },
    // What may be a screen has never had more.
    { tracks: [{ source: 'unknown', rows: seconds(20, SLOW) }] },
  ],
  [
    'low-resolution',
    sent({ ...HD, widthPx: 320, heightPx: 180, bandwidthLimitedRatio: 1 }),
    // Small, but nothing holds it back: the server wants no more.
    sent({ ...HD, widthPx: 320, heightPx: 180, bandwidthLimitedRatio: 0 }),
  ],
  [
    'low-resolution',
    sent({ ...HD, widthPx: 426, heightPx: 240, processorLimitedRatio: 1 }),
    sent({ ...HD, widthPx: 640, heightPx: 360, processorLimitedRatio: 1 }),
  ],
  [
    'low-resolution',
    sent({ ...CAMERA, sourceWidthPx: 160, sourceHeightPx: 90, widthPx: 160, heightPx: 90 }),
    sent({ ...CAMERA, sourceWidthPx: 320, sourceHeightPx: 180, widthPx: 320, heightPx: 180 }),
  ],
  [
    'low-resolution',
    sent({ ...HD, widthPx: 320, heightPx: 180, bandwidthLimitedRatio: 1 }),
    // Two layers, the larger one of which is sent.
    {
      tracks: [320, 1_280].map((widthPx) => ({
        direction: 'send' as const,
        mid: '1',
        rows: seconds(20, { ...HD, widthPx, heightPx: (widthPx * 9) / 16, bandwidthLimitedRatio: 1 }),
      })),
    },
  ],
  ['black-camera', sent({ ...CAMERA, lumaMean: 0.004 }), sent({ ...CAMERA, lumaMean: 0.04 })],
  ['black-camera', sent({ ...CAMERA, lumaMean: 0 }), videoCall(seconds(20, { lumaMean: 0 }), 'send', 'screen')],
  [
    'frozen-camera',
    sent({ ...CAMERA, lumaMean: 0.4, lumaChange: 0 }),
    // Nobody moves, and the sensor's noise tells that it lives.
    sent({ ...CAMERA, lumaMean: 0.4, lumaChange: 0.0008 }),
  ],
  [
    'frozen-camera',
    videoCall([...seconds(6, CAMERA), ...seconds(12, { sourceFramesPerSecond: 0, framesPerSecond: 0 })], 'send'),
    videoCall([...seconds(6, CAMERA), ...seconds(4, { sourceFramesPerSecond: 0, framesPerSecond: 0 }), CAMERA], 'send'),
  ],
  ['keyframe-storm', seen({ keyFrames: 1, plis: 2 }), seen({ keyFrames: 1, plis: 0 })],
  [
    'keyframe-storm',
    sent({ keyFrames: 2, firs: 2 }),
    // One newcomer after the other.
    videoCall([
      ...seconds(5, { keyFrames: 0, plis: 0 }),
      { keyFrames: 2, plis: 2 },
      ...seconds(9, { keyFrames: 0, plis: 0 }),
    ]),
  ],
  // Two newcomers who ask twice.
  ['keyframe-storm', asked(5), asked(4)],
  [
    'keyframe-storm',
    sent({ keyFrames: 4, plis: 4 }),
    // Somebody joins, and asks twice more when their window is larger; later their network is gone for some seconds.
    videoCall(
      [0, 0, 4, 0, 1, 1, 0, 0, 0, 0, 0, 0, 3, 2, 0, 0, 0].flatMap((plis) => [{ keyFrames: plis, plis }, null]),
      'send',
    ),
  ],
  [
    'stuck-decoder',
    seen({ packets: 60, bitrateBps: 500_000, framesPerSecond: 0, framesReceived: 25 }),
    // Padding, by which a server tries what a way takes.
    seen({ packets: 60, bitrateBps: 0, framesPerSecond: 0, framesReceived: 0 }),
  ],
  [
    'stuck-decoder',
    seen({ packets: 60, bitrateBps: 80_000, framesPerSecond: 0, framesReceived: 0, plis: 2 }),
    // Nobody misses a picture: padding that older statistics count among the bytes.
    seen({ packets: 60, bitrateBps: 80_000, framesPerSecond: 0, framesReceived: 0, plis: 0 }),
  ],
  [
    'encoder-overload',
    sent({ encodeMs: 75, framesPerSecond: 13, sourceFramesPerSecond: 30 }),
    // Hardware that works on several pictures at once.
    sent({ encodeMs: 45, framesPerSecond: 30, sourceFramesPerSecond: 30 }),
  ],
  [
    'decoder-overload',
    seen({ decodeMs: 70, framesPerSecond: 14, framesReceived: 30, framesDropped: 16 }),
    seen({ decodeMs: 20, framesPerSecond: 29, framesReceived: 30, framesDropped: 1 }),
  ],
  ['codec-fallback', changed('MediaFoundationVideoEncodeAccelerator', 'OpenH264'), changed('libvpx', 'libaom')],
  [
    'codec-fallback',
    changed('ExternalEncoder', 'libvpx (fallback from: ExternalEncoder)'),
    changed('libvpx', 'ExternalEncoder'),
  ],
  [
    'screen-without-frames',
    screen({ framesPerSecond: 0, packets: 0 }),
    screen({ framesPerSecond: 0, packets: 0 }, [{ type: 'first_frame', second: 10, trackId: 't0' }]),
  ],
];
