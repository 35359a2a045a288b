import type { TrackField } from '../../model/fields.ts';
import { audioCall, type RuleCase, seconds, type TestCall } from '../../testing.ts';

type Row = Partial<Record<TrackField, number | null>>;

const heard = (row: Row, count = 20) => audioCall(seconds(count, row));
const sent = (row: Row, count = 20) => audioCall(seconds(count, row), 'send');

/** Somebody who speaks and pauses by turns, with a codec that leaves pauses out. */
const speaking = (level: number): Row[] =>
  Array.from({ length: 40 }, (_, second) =>
    second % 10 < 6 ? { packets: 50, audioLevel: level } : { packets: 3, audioLevel: 0.0006 },
  );

/** So many of a hundred seconds in which the codec's detector heard a voice, and hardly any level. */
const nowAndThen = (count: number): Row[] => [
  ...seconds(count / 2, { packets: 50, audioLevel: 0.003 }),
  ...seconds(100 - count, { packets: 3, audioLevel: 0.0006 }),
  ...seconds(count / 2, { packets: 50, audioLevel: 0.003 }),
];

/** A microphone that dies within a second, and for how long after. */
const dying = (count: number): TestCall =>
  audioCall(
    [...seconds(9, SPOKEN), { ...SPOKEN, audioLevel: 0.0002 }, ...seconds(count, { ...SPOKEN, audioLevel: 0 })],
    'send',
  );
const SPOKEN: Row = { audioLevel: 0.15, bitrateBps: 20_000 };

/** One who speaks, as they measure it, and one who listens. */
const twoEnds = (received: Row, level = 0.1): TestCall => ({
  ...heard(received),
  others: [sent({ audioLevel: level, packets: 50, bitrateBps: 24_000 })],
});

/** One who says a few words every six seconds, and what is heard of it. */
const inWords = (heardAt: (second: number) => number): TestCall => ({
  ...audioCall(Array.from({ length: 30 }, (_, second) => ({ packets: 50, audioLevel: heardAt(second) }))),
  others: [
    audioCall(
      Array.from({ length: 30 }, (_, second) => ({ packets: 50, audioLevel: second % 6 < 2 ? 0.1 : 0.002 })),
      'send',
    ),
  ],
});

const compared = (audibleLabel: string | null, audioLevel: number): TestCall => ({
  ...sent({ audioLevel, bitrateBps: 20_000 }, 30),
  events: [{ type: 'microphone_compared', second: 2, label: 'HDMI', defaultLabel: 'HDMI', audibleLabel }],
});

const captured = (label: string): TestCall => ({
  ...sent({ audioLevel: 0, bitrateBps: 20_000 }, 30),
  events: [{ type: 'capture_started', second: 1, what: 'microphone', label }],
});

const refused = (name: string): TestCall => ({ events: [{ type: 'play_failed', second: 3, name, text: '' }] });

const stalling = (times: number): TestCall =>
  audioCall(
    seconds(times, [0.857, 0.903, 0.78, 0.885])
      .flat()
      .map((soundTimeRatio) => ({ soundTimeRatio, audioLevel: 0.1 })),
    'send',
  );

/** Looks four seconds apart, each at the twelve seconds before it. */
const lookedAt = (looks: readonly [echoDelayMs: number, echoConfidence: number][]): TestCall =>
  audioCall(
    [
      seconds(9, { audioLevel: 0.1 }),
      looks.map(([echoDelayMs, echoConfidence]) => [
        { echoCorrelation: 0.49, echoDelayMs, echoConfidence },
        ...seconds(3, { audioLevel: 0.1 }),
      ]),
    ].flat(2),
    'send',
  );

/** What is heard resembles what one said so long ago; both ends are 60 ms from the server and buffer 70 ms. */
const returning = (echoDelayMs: number): TestCall => {
  const connection = seconds(20, { rttMs: 60 });
  const voice = { kind: 'audio' as const, source: 'microphone' as const };
  const heardHere = { bufferMs: 70, packets: 50, echoCorrelation: 0.5, echoDelayMs, echoConfidence: 0.6 };
  const heardThere = { ...voice, rows: seconds(20, { bufferMs: 70, packets: 50 }) };
  return {
    connection,
    tracks: [{ ...voice, rows: seconds(20, heardHere) }],
    others: [
      {
        connection,
        tracks: [heardThere, { ...voice, direction: 'send', rows: seconds(20, { audioLevel: 0.1, packets: 50 }) }],
      },
    ],
  };
};

/** As an echo is looked at: sure again and again of the same delay. */
const ECHO: [echoDelayMs: number, echoConfidence: number][] = [
  [120, 0.95],
  [120, 0.9],
  [120, 0.8],
];

/** A microphone in which something resembles what is played, of which so much did not come some seconds before. */
const heardThrough = (silentConcealedRatio: number): TestCall => ({
  tracks: [
    {
      kind: 'audio',
      direction: 'send',
      rows: [
        ...seconds(18, { audioLevel: 0.1 }),
        ...seconds(3, { echoCorrelation: 0.5, echoDelayMs: 240, echoConfidence: 0.95 }),
      ],
    },
    {
      kind: 'audio',
      rows: [...seconds(10, { packets: 50 }), { silentConcealedRatio }, ...seconds(8, { packets: 50 })],
    },
  ],
});

/** Of each rule a call that has the fault, and one just short of it. */
export const audioCases: readonly RuleCase[] = [
  [
    'choppy-audio',
    heard({ concealedRatio: 0.08, silentConcealedRatio: 0.01 }),
    // Nearly all of what was concealed was silence.
    heard({ concealedRatio: 0.005, silentConcealedRatio: 0.6 }),
  ],
  [
    'choppy-audio',
    heard({ concealedRatio: 0.3, silentConcealedRatio: 0.2, lossRatio: 0, audioLevel: 0.003 }),
    // Where nothing is to be heard, there are no holes to be heard either.
    heard({ concealedRatio: 0.3, silentConcealedRatio: 0.2, lossRatio: 0, audioLevel: 0.000_05 }),
  ],
  [
    'choppy-audio',
    heard({ concealedRatio: 0.04 }),
    // Samples of two seconds: one hole, and what is left of it.
    audioCall([0, 0, 0, 0, 0.07, 0.019, 0, 0, 0, 0].flatMap((concealedRatio) => [{ concealedRatio }, null])),
  ],
  ['time-stretched-audio', heard({ stretchedRatio: 0.12 }), heard({ stretchedRatio: 0.075 })],
  ['playout-glitches', heard({ playoutGlitchRatio: 0.06 }), heard({ playoutGlitchRatio: 0.035 })],
  [
    'one-way-audio',
    twoEnds({ packets: 50, audioLevel: 0 }),
    // Nobody speaks, so that there is nothing to hear.
    twoEnds({ packets: 50, audioLevel: 0 }, 0.004),
  ],
  // Who speaks pauses between words, and what is heard of them is heard later.
  ['one-way-audio', inWords(() => 0), inWords((second) => ([2, 3].includes(second % 6) ? 0.08 : 0))],
  ['one-way-audio', twoEnds({ packets: 0, audioLevel: 0 }), twoEnds({ packets: 50, audioLevel: 0.05 })],
  [
    'silent-microphone',
    sent({ audioLevel: 0, bitrateBps: 20_000 }, 30),
    sent({ audioLevel: 0.001, bitrateBps: 20_000 }, 30),
  ],
  [
    'silent-microphone',
    sent({ audioLevel: 0.0002, bitrateBps: 20_000 }, 30),
    // Behind noise suppression, whoever listens is nearly silent.
    audioCall(
      [
        ...seconds(5, { audioLevel: 0.1, bitrateBps: 20_000 }),
        ...seconds(30, { audioLevel: 0.0002, bitrateBps: 2_000 }),
      ],
      'send',
    ),
  ],
  // The sample in which it dies holds the last of what it brought.
  ['silent-microphone', dying(7), dying(5)],
  ['quiet-microphone', audioCall(speaking(0.003), 'send'), audioCall(speaking(0.02), 'send')],
  [
    'quiet-microphone',
    audioCall(speaking(0.005), 'send'),
    // Without pauses left out, nobody knows that it is speech.
    sent({ packets: 50, audioLevel: 0.003 }, 40),
  ],
  [
    'quiet-microphone',
    audioCall(nowAndThen(16), 'send'),
    // Who only listens: the codec's detector takes a breath for a voice.
    audioCall(nowAndThen(14), 'send'),
  ],
  ['wrong-microphone', compared('Headset', 0), compared('HDMI', 0)],
  ['wrong-microphone', compared('Headset', 0), compared('Headset', 0.1)],
  ['wrong-microphone', captured('CABLE Output (VB-Audio)'), captured('Headset')],
  ['clipping', sent({ clippedRatio: 0.03, audioLevel: 0.4 }), sent({ clippedRatio: 0.004, audioLevel: 0.4 })],
  // A test tone is loud, but not at the end of the scale.
  ['clipping', sent({ audioLevel: 0.93 }), sent({ audioLevel: 0.6 })],
  ['noise', sent({ noiseFloor: 0.02, audioLevel: 0.1 }), sent({ noiseFloor: 0.009, audioLevel: 0.1 })],
  [
    'echo',
    sent({ echoCorrelation: 0.6, echoDelayMs: 180, echoConfidence: 0.9, echoReturnLossDb: 3 }),
    sent({ echoCorrelation: 0.33, echoDelayMs: 180, echoConfidence: 0.3 }),
  ],
  [
    'echo',
    heard({ echoCorrelation: 0.5, echoDelayMs: 640, echoConfidence: 0.6 }),
    // Both keep the same time: music, a metronome.
    heard({ echoCorrelation: 0.9, echoDelayMs: 640, echoConfidence: 0.2 }),
  ],
  ['echo', heardThrough(0.1), heardThrough(1)],
  // By the way both ends measured it, it cannot take that long.
  ['echo', returning(1_050), returning(1_280)],
  // Nothing comes back at once.
  [
    'echo',
    lookedAt(ECHO),
    lookedAt([
      [0, 0.95],
      [0, 0.9],
      [0, 0.8],
    ]),
  ],
  // What was seen twice both saw in the same eight seconds.
  [
    'echo',
    lookedAt(ECHO),
    lookedAt([
      [120, 1],
      [120, 1],
    ]),
  ],
  // An echo stays where it is, though a look is not sure of it now and then; chance is somewhere else each time.
  [
    'echo',
    lookedAt([
      [200, 0.82],
      [200, 0.1],
      [240, 0.8],
      [200, 0.2],
      [160, 0.85],
    ]),
    lookedAt([
      [200, 0.82],
      [440, 0.8],
      [40, 0.85],
      [680, 0.9],
      [880, 0.8],
      [1_080, 0.9],
    ]),
  ],
  // Nor is what was alike three times, with half a minute between, one thing.
  [
    'echo',
    lookedAt([[200, 0.95], [200, 0.9], ...Array<[number, number]>(5).fill([0, 0]), [200, 0.95]]),
    lookedAt([[200, 0.95], [200, 0.9], ...Array<[number, number]>(8).fill([0, 0]), [200, 0.95]]),
  ],
  [
    'sample-rate-mismatch',
    sent({ soundTimeRatio: 0.919, audioLevel: 0.1 }),
    sent({ soundTimeRatio: 0.96, audioLevel: 0.1 }),
  ],
  ['sample-rate-mismatch', heard({ soundTimeRatio: 1.088 }), heard({ soundTimeRatio: 0.05 })],
  // A busy machine loses now more, now less; a device that does so for long is told as well.
  ['sample-rate-mismatch', stalling(7), stalling(4)],
  [
    'sample-rate-mismatch',
    sent({ soundTimeRatio: 0.93, audioLevel: 0.1 }),
    // A quarter of a minute at which the machine had too little time: not one rate.
    audioCall(
      seconds(4, [0.932, 0.945, 0.961, 0.958])
        .flat()
        .map((soundTimeRatio) => ({ soundTimeRatio, audioLevel: 0.1 })),
      'send',
    ),
  ],
  ['autoplay-blocked', refused('NotAllowedError'), refused('AbortError')],
];
