import type { DeviceField, TrackField } from '../../model/fields.ts';
import { type RuleCase, seconds, type TestCall, videoCall } from '../../testing.ts';

type Row = Partial<Record<TrackField, number | null>>;

function captureFailed(name: string): TestCall {
  return { events: [{ type: 'capture_failed', second: 1, what: 'camera', name, text: '' }] };
}

/** A device in a state, and what it sends meanwhile. */
const busy = (device: Partial<Record<DeviceField, number>>, framesPerSecond: number): TestCall => ({
  ...videoCall(seconds(20, { framesPerSecond, sourceFramesPerSecond: 30 }), 'send'),
  device: seconds(20, device),
});

/** A camera that brings less, sound that waits, and an encoder that takes longer for each picture, of a size or another. */
function larger(beforePx: number, brought = 9): TestCall {
  const rows = (well: Row, badly: Row) => [...seconds(10, well), ...seconds(15, badly)];
  const sized = (widthPx: number, encodeMs: number) => ({ widthPx, heightPx: (widthPx * 9) / 16, encodeMs });
  return {
    tracks: [
      { direction: 'send', rows: rows(sized(beforePx, 4), sized(1_280, 18)) },
      {
        direction: 'send',
        rows: rows({ sourceFramesPerSecond: 15 }, { sourceFramesPerSecond: brought, framesPerSecond: brought }),
      },
      { kind: 'audio', rows: rows({ bufferMs: 60 }, { bufferMs: 900 }) },
    ],
  };
}

/** A browser in which so many of its works come late from some moment on. */
function late(signs: number, besides: Row = { bufferMs: 900 }): TestCall {
  const from = (second: number, well: Row, badly: Row, nth: number) => (second >= 10 && nth < signs ? badly : well);
  const rows = (well: Row, badly: Row, nth: number) =>
    Array.from({ length: 25 }, (_, second) => from(second, well, badly, nth));
  return {
    tracks: [
      { direction: 'send', rows: rows({ encodeMs: 5, framesPerSecond: 15 }, { encodeMs: 60, framesPerSecond: 15 }, 0) },
      { direction: 'send', rows: rows({ sourceFramesPerSecond: 15 }, { sourceFramesPerSecond: 9 }, 1) },
      { kind: 'audio', rows: rows({ bufferMs: 60 }, { bufferMs: 900 }, 2) },
      { kind: 'audio', rows: rows({ bufferMs: 60 }, besides, 2) },
    ],
  };
}

const hidden = (framesPerSecond: number): TestCall => ({
  ...videoCall([...seconds(10, { framesPerSecond: 25 }), ...seconds(15, { framesPerSecond })], 'send'),
  events: [{ type: 'page_visible', second: 9, visible: false }],
});

/** A page in the background for six seconds, which the browser put to sleep, or let run. */
const frozen = (second: number | null): TestCall => ({
  ...videoCall(seconds(12, { framesPerSecond: 25 }), 'send'),
  events: [
    { type: 'page_visible', second: 8, visible: false },
    ...(second === null ? [] : [{ type: 'page_frozen' as const, second, frozen: true }]),
  ],
  others: [videoCall(seconds(15, { framesPerSecond: 25 }), 'send')],
});

/** A page in the background of which nothing more comes, while somebody else's call goes on. */
const silent = (others: number, left = false): TestCall => ({
  ...videoCall(seconds(12, { framesPerSecond: 25 }), 'send'),
  events: [
    { type: 'page_visible', second: 9, visible: false },
    ...(left ? [{ type: 'connection_state' as const, second: 12, state: 'closed' }] : []),
  ],
  others: [videoCall(seconds(others, { framesPerSecond: 25 }), 'send')],
});

const ended = (source: 'camera' | 'screen'): TestCall => ({
  ...videoCall(seconds(20, { framesPerSecond: 25 }), 'send', source),
  events: [{ type: 'track_ended', second: 8, trackId: 't0' }],
});

/** Of each rule a call that has the fault, and one just short of it. */
export const deviceCases: readonly RuleCase[] = [
  [
    'processor-limited',
    videoCall(seconds(20, { processorLimitedRatio: 0.9 }), 'send'),
    videoCall(seconds(20, { processorLimitedRatio: 0.45 }), 'send'),
  ],
  ['processor-limited', late(3), late(2)],
  // One voice of several comes late, or came and is over.
  ['processor-limited', late(3), late(3, { bufferMs: 60 })],
  ['processor-limited', late(3, { packets: 0, bufferMs: 60 }), late(3, { packets: 9, bufferMs: 60 })],
  // An encoder takes longer for a picture that is larger.
  ['processor-limited', larger(1_280), larger(426)],
  // A camera that was turned off brings nothing.
  ['processor-limited', larger(1_280, 1), larger(1_280, 0)],
  // A busy device that keeps up is nobody's trouble.
  ['processor-pressure', busy({ processorPressure: 3 }, 10), busy({ processorPressure: 3 }, 29)],
  ['processor-pressure', busy({ processorPressure: 2 }, 10), busy({ processorPressure: 1 }, 10)],
  ['battery-saving', busy({ batteryRatio: 0.12, charging: 0 }, 10), busy({ batteryRatio: 0.12, charging: 1 }, 10)],
  ['battery-saving', busy({ batteryRatio: 0.2, charging: 0 }, 10), busy({ batteryRatio: 0.2, charging: 0 }, 29)],
  [
    'memory-pressure',
    busy({ usedMemoryBytes: 3.9e9, memoryLimitBytes: 4e9 }, 30),
    busy({ usedMemoryBytes: 3.5e9, memoryLimitBytes: 4e9 }, 30),
  ],
  ['background-tab', hidden(3), hidden(22)],
  ['background-tab', silent(28), silent(22)],
  ['background-tab', silent(28), silent(28, true)],
  ['background-tab', frozen(9), frozen(null)],
  ['device-unplugged', ended('camera'), ended('screen')],
  ['permission-denied', captureFailed('NotAllowedError'), captureFailed('NotReadableError')],
  ['device-in-use', captureFailed('NotReadableError'), captureFailed('NotFoundError')],
  ['device-missing', captureFailed('NotFoundError'), captureFailed('OverconstrainedError')],
  ['device-unsuitable', captureFailed('OverconstrainedError'), captureFailed('NotAllowedError')],
];
