import type { FaultClass } from '../fault.ts';

/** What people see, or do not. */
export const videoFaults: readonly FaultClass[] = [
  {
    id: 'black-camera',
    about: 'the camera brings black pictures',
    expected: { rules: ['black-camera'], who: 'faulty', direction: 'send' },
    inject: ({ faulty }) => faulty.page.evaluate(() => window.call.replaceCamera('black')),
  },
  {
    id: 'frozen-camera',
    about: 'the camera brings the same picture again and again, or none',
    expected: { rules: ['frozen-camera'], who: 'faulty', direction: 'send' },
    inject: ({ faulty, random }) =>
      faulty.page.evaluate((picture) => window.call.replaceCamera(picture), random.pick(['still', 'none'] as const)),
  },
  {
    id: 'low-resolution-source',
    about: 'the camera itself brings 160×90',
    expected: { rules: ['low-resolution'], who: 'faulty', direction: 'send' },
    inject: ({ faulty }) => faulty.page.evaluate(() => window.call.openCamera(160, 90)),
  },
  {
    id: 'screen-without-frames',
    about: 'a shared screen brings no frame',
    expected: { rules: ['screen-without-frames'], who: 'faulty' },
    inject: ({ faulty }) => faulty.page.evaluate(() => window.call.shareNothing()),
  },
  {
    id: 'key-frame-storm',
    about: 'the receiver asks for key frames several times a second',
    expected: { rules: ['keyframe-storm'], who: 'either' },
    inject: ({ sound, random }) =>
      sound.page.evaluate((everyMs) => window.call.askForKeyFrames(everyMs), random.between(150, 400)),
  },
];
