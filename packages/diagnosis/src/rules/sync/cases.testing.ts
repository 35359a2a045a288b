import type { TrackField } from '../../model/fields.ts';
import { audioCall, type RuleCase, seconds, type TestCall } from '../../testing.ts';

type Row = Partial<Record<TrackField, number | null>>;

/** Sound and picture of one person. */
const both = (video: Row): TestCall => ({
  tracks: [
    { kind: 'video', rows: seconds(20, { framesPerSecond: 25, bufferMs: 60, ...video }) },
    { kind: 'audio', source: 'microphone', rows: seconds(20, { bufferMs: 80 }) },
  ],
});

const jump = (jumpMs: number, jitterMs: number): TestCall =>
  audioCall([
    ...seconds(8, { playoutOffsetMs: -120, jitterMs: 4 }),
    { playoutOffsetMs: -120 + jumpMs, jitterMs },
    ...seconds(8, { playoutOffsetMs: -120 + jumpMs, jitterMs: 6 }),
  ]);

/** Of each rule a call that has the fault, and one just short of it. */
export const syncCases: readonly RuleCase[] = [
  ['av-out-of-sync', both({ soundLeadMs: 260 }), both({ soundLeadMs: 80 })],
  ['av-out-of-sync', both({ soundLeadMs: -400 }), both({ soundLeadMs: -170 })],
  // Not kept in step by the browser, so that only the buffers tell.
  ['av-out-of-sync', both({ bufferMs: 1_180 }), both({ bufferMs: 400 })],
  [
    'clock-drift',
    audioCall(seconds(20, { soundTimeRatio: 1.035 }), 'send'),
    audioCall(seconds(20, { soundTimeRatio: 1.012 }), 'send'),
  ],
  [
    'clock-drift',
    audioCall(seconds(20, { soundTimeRatio: 0.95 }), 'send'),
    audioCall(
      // Samples of two seconds.
      seconds(5, [0.97, 0.94, 0.955, 0.945])
        .flat()
        .flatMap((soundTimeRatio) => [{ soundTimeRatio }, null]),
      'send',
    ),
  ],
  [
    'clock-drift',
    audioCall(seconds(20, { soundTimeRatio: 0.975 }), 'send'),
    // A busy machine loses some of the sound now and then: as much in all, and no pace.
    audioCall(
      seconds(4, [0.98, 0.964, 0.9915, 0.9925])
        .flat()
        .map((soundTimeRatio) => ({ soundTimeRatio })),
      'send',
    ),
  ],
  [
    'clock-drift',
    audioCall(seconds(20, { squeezedRatio: 0.03, jitterMs: 3 })),
    // Uneven packets: the buffer follows them.
    audioCall(seconds(20, { squeezedRatio: 0.03, jitterMs: 45 })),
  ],
  [
    'clock-drift',
    {
      ...audioCall(seconds(20, { squeezedRatio: 0.03, jitterMs: 3 })),
      others: [audioCall(seconds(20, { soundTimeRatio: 1.012 }), 'send')],
    },
    // The sender's own card keeps time.
    {
      ...audioCall(seconds(20, { squeezedRatio: 0.03, jitterMs: 3 })),
      others: [audioCall(seconds(20, { soundTimeRatio: 1.001 }), 'send')],
    },
  ],
  [
    'clock-drift',
    {
      ...audioCall(seconds(20, { squeezedRatio: 0.03, jitterMs: 3 })),
      others: [
        audioCall(
          seconds(10, [1.001, 1.03])
            .flat()
            .map((soundTimeRatio) => ({ soundTimeRatio })),
          'send',
        ),
      ],
    },
    // It keeps time, though a busy machine lost a piece of the sound now and then.
    {
      ...audioCall(seconds(20, { squeezedRatio: 0.03, jitterMs: 3 })),
      others: [
        audioCall(
          seconds(4, [1, 1, 0.96, 1, 0.995])
            .flat()
            .map((soundTimeRatio) => ({ soundTimeRatio })),
          'send',
        ),
      ],
    },
  ],
  [
    'clock-drift',
    audioCall(seconds(20, { soundTimeRatio: 0.978 }), 'send'),
    // A machine that is short of processors twice, and keeps time between.
    audioCall(
      [seconds(6, 1), [0.984, 0.974, 0.975], seconds(30, 1), [0.985, 0.98, 0.978], seconds(6, 1)]
        .flat()
        .flatMap((soundTimeRatio) => [{ soundTimeRatio }, null]),
      'send',
    ),
  ],
  [
    'clock-drift',
    audioCall(seconds(20, { soundTimeRatio: 0.98 }), 'send'),
    // A machine that is short of processors for a quarter of a minute.
    audioCall(
      [seconds(3, 1), [0.9745, 0.9795, 0.986, 0.98], seconds(6, 1)]
        .flat()
        .flatMap((soundTimeRatio) => [{ soundTimeRatio }, null]),
      'send',
    ),
  ],
  ['timestamp-jump', jump(4_000, 90), jump(1_200, 90)],
  // A server that switches to another person's stream changes clocks, and nobody hears of it.
  ['timestamp-jump', jump(-30_000, 90), jump(-30_000, 5)],
  [
    'clock-drift',
    audioCall(seconds(20, { squeezedRatio: 0.03, jitterMs: 3, bufferMs: 80 })),
    // What waited in the buffer through a stall is played faster until it is gone.
    audioCall(
      Array.from({ length: 20 }, (_, second) => ({ squeezedRatio: 0.03, jitterMs: 3, bufferMs: 700 - 30 * second })),
    ),
  ],
];
