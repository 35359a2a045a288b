import type { FaultClass } from '../fault.ts';
import { evaluateUntouched, letGoOfFocus } from '../lab.ts';
import { throttleRenderers } from '../processor.ts';

/** The machine a person sits at, and what is plugged into it. */
export const deviceFaults: readonly FaultClass[] = [
  {
    id: 'camera-denied',
    about: { en: 'the person does not give camera and microphone', 'zh-CN': '用户没有授权摄像头和麦克风' },
    expected: { rules: ['permission-denied'], who: 'faulty' },
    browserArgs: () => ['--use-fake-ui-for-media-stream=deny'],
    mayNotFlow: true,
  },
  {
    id: 'device-in-use',
    about: { en: 'the camera cannot be opened', 'zh-CN': '摄像头无法打开' },
    expected: { rules: ['device-in-use'], who: 'faulty' },
    browserArgs: (lab) => [`--use-file-for-fake-video-capture=${lab.camera.file}`],
    async enter(_, { lab, faulty, afterwards }) {
      // It is known as a camera, and does not start any more.
      await evaluateUntouched(faulty.page, 'navigator.mediaDevices.enumerateDevices().then(() => null)');
      afterwards(lab.camera.repair);
      lab.camera.breakIt();
    },
    mayNotFlow: true,
  },
  {
    id: 'no-device',
    about: { en: 'there is no camera', 'zh-CN': '没有摄像头' },
    expected: { rules: ['device-missing'], who: 'faulty' },
    browserArgs: () => ['--use-fake-device-for-media-stream=device-count=0'],
    mayNotFlow: true,
  },
  {
    id: 'throttled-processor',
    about: { en: 'the page gets 6–12 % of a core', 'zh-CN': '页面只分到6–12%的处理器核心' },
    expected: { rules: ['processor-limited', 'encoder-overload', 'decoder-overload'], who: 'faulty' },
    browserArgs: () => [],
    async inject({ faulty, random, afterwards }) {
      afterwards(await throttleRenderers(faulty.browser, random.between(0.06, 0.12)));
    },
  },
  {
    id: 'background-tab',
    about: { en: 'the page is in the background', 'zh-CN': '页面在后台' },
    expected: { rules: ['background-tab'], who: 'faulty' },
    async inject({ faulty }) {
      await letGoOfFocus(faulty.page);
      await (await faulty.page.context().newPage()).bringToFront();
    },
  },
];
