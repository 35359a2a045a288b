import type { FaultClass } from '../fault.ts';

/** The page listens to its own sound only now and then: so long at most until it did. */
const LISTENED_MS = 48_000;

/** What people hear, or do not. */
export const audioFaults: readonly FaultClass[] = [
  {
    id: 'silent-microphone',
    about: 'the microphone brings zeros',
    expected: { rules: ['silent-microphone'], who: 'faulty', direction: 'send' },
    inject: ({ faulty }) => faulty.page.evaluate(() => window.call.microphoneGain(0)),
    mild: ({ faulty }) => faulty.page.evaluate(() => window.call.microphoneGain(0.35)),
  },
  {
    id: 'muted-source',
    about: 'the track is off without the application knowing',
    expected: { rules: ['silent-microphone'], who: 'faulty', direction: 'send' },
    inject: ({ faulty }) => faulty.page.evaluate(() => window.call.muteSource()),
  },
  {
    id: 'clipping',
    watchMs: LISTENED_MS,
    about: 'the microphone is 10–25 times too loud',
    expected: { rules: ['clipping'], who: 'faulty', direction: 'send' },
    inject: ({ faulty, random }) =>
      faulty.page.evaluate((gain) => window.call.microphoneGain(gain), random.between(10, 25)),
    mild: ({ faulty }) => faulty.page.evaluate(() => window.call.microphoneGain(1.3)),
  },
  {
    id: 'noise',
    watchMs: LISTENED_MS,
    about: 'a steady noise lies under the voice',
    expected: { rules: ['noise'], who: 'faulty', direction: 'send' },
    inject: ({ faulty, random }) =>
      faulty.page.evaluate((level) => window.call.noise(level), random.between(0.04, 0.1)),
    mild: ({ faulty }) => faulty.page.evaluate(() => window.call.noise(0.004)),
  },
  {
    id: 'echo',
    watchMs: LISTENED_MS,
    about: 'what is heard gets back into the microphone, 120–400 ms later',
    expected: { rules: ['echo'], who: 'faulty' },
    inject: ({ faulty, random }) =>
      faulty.page.evaluate(([delayS, gain]) => window.call.echo(delayS, gain), [
        random.between(0.12, 0.4),
        random.between(0.25, 0.7),
      ] as const),
    mild: ({ faulty }) => faulty.page.evaluate(() => window.call.echo(0.2, 0.005)),
  },
  {
    id: 'one-way-audio',
    about: 'what one microphone brings is encoded and never sent',
    expected: { rules: ['one-way-audio'], who: 'either' },
    inject: ({ faulty }) => faulty.page.evaluate(() => window.call.dropSound()),
  },
  {
    id: 'autoplay-blocked',
    about: 'the browser plays no sound before somebody clicks',
    expected: { rules: ['autoplay-blocked'], who: 'faulty' },
    // The newer policy lets a page play that has the microphone.
    browserArgs: () => ['--autoplay-policy=user-gesture-required'],
    untouched: true,
  },
  {
    id: 'skewed-clock',
    about: 'the sound card runs 3–5 % fast',
    expected: { rules: ['clock-drift'], who: 'either' },
    inject: ({ faulty, random }) =>
      faulty.page.evaluate((ratio) => window.call.skewClock(ratio), random.between(0.03, 0.05)),
    mild: ({ faulty }) => faulty.page.evaluate(() => window.call.skewClock(0.001)),
  },
  {
    id: 'out-of-sync',
    about: 'the picture is played 0.8–1.6 s after its sound',
    expected: { rules: ['av-out-of-sync'], who: 'either' },
    inject: ({ sound, random }) =>
      sound.page.evaluate((ms) => window.call.delayPicture(ms), random.between(800, 1_600)),
    enter(options) {
      options.apart = true;
    },
    mild: ({ sound }) => sound.page.evaluate(() => window.call.delayPicture(20)),
  },
];
