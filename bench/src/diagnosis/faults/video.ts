import type { FaultClass } from '../fault.ts';

/** What people see, or do not. */
export const videoFaults: readonly FaultClass[] = [
  {
    id: 'black-camera',
    about: { en: 'the camera brings black pictures', 'zh-CN': '摄像头送来黑色画面' },
    expected: { rules: ['black-camera'], who: 'faulty', direction: 'send' },
    inject: ({ faulty }) => faulty.page.evaluate(() => window.call.replaceCamera('black')),
  },
  {
    id: 'frozen-camera',
    about: {
      en: 'the camera brings the same picture again and again, or none',
      'zh-CN': '摄像头反复送来同一幅画面，或不再送来画面',
    },
    expected: { rules: ['frozen-camera'], who: 'faulty', direction: 'send' },
    inject: ({ faulty, random }) =>
      faulty.page.evaluate((picture) => window.call.replaceCamera(picture), random.pick(['still', 'none'] as const)),
  },
  {
    id: 'low-resolution-source',
    about: { en: 'the camera itself brings 160×90', 'zh-CN': '摄像头本身只给 160×90' },
    expected: { rules: ['low-resolution'], who: 'faulty', direction: 'send' },
    inject: ({ faulty }) => faulty.page.evaluate(() => window.call.openCamera(160, 90)),
  },
  {
    id: 'screen-without-frames',
    about: { en: 'a shared screen brings no frame', 'zh-CN': '共享的屏幕没有一帧画面' },
    expected: { rules: ['screen-without-frames'], who: 'faulty' },
    inject: ({ faulty }) => faulty.page.evaluate(() => window.call.shareNothing()),
  },
  {
    id: 'key-frame-storm',
    about: { en: 'the receiver asks for key frames several times a second', 'zh-CN': '接收方每秒数次索要关键帧' },
    expected: { rules: ['keyframe-storm'], who: 'either' },
    inject: ({ sound, random }) =>
      sound.page.evaluate((everyMs) => window.call.askForKeyFrames(everyMs), random.between(150, 400)),
  },
];
