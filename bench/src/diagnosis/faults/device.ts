import { setTimeout as pause } from 'node:timers/promises';
import type { FaultClass } from '../fault.ts';
import { letGoOfFocus } from '../lab.ts';
import { throttleRenderers } from '../processor.ts';

/** No camera can be had here that another program holds: the browser's answer is put in its place, word for word. */
const IN_USE = `{
  const plain = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = function (wanted) {
    return wanted?.video
      ? Promise.reject(new DOMException('Could not start video source', 'NotReadableError'))
      : plain.call(this, wanted);
  };
}`;

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
    about: { en: 'another program has the camera', 'zh-CN': '摄像头被别的程序占用' },
    expected: { rules: ['device-in-use'], who: 'faulty' },
    pageScript: IN_USE,
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
    about: { en: 'the page gets 6–12 % of a core', 'zh-CN': '页面只分到处理器核心的 6–12%' },
    expected: { rules: ['processor-limited', 'encoder-overload', 'decoder-overload'], who: 'faulty' },
    browserArgs: () => [],
    async inject({ faulty, random, afterwards }) {
      afterwards(await throttleRenderers(faulty.browser, random.between(0.06, 0.12)));
    },
  },
  {
    id: 'background-tab',
    // A page that sleeps tells nothing: it shows by what does not come.
    watchMs: 30_000,
    about: { en: 'the page is in the background and put to sleep', 'zh-CN': '页面在后台，被浏览器休眠' },
    expected: { rules: ['background-tab'], who: 'faulty' },
    async inject({ faulty }) {
      await letGoOfFocus(faulty.page);
      await (await faulty.page.context().newPage()).bringToFront();
      // Browsers let a page be in the background for minutes before they put it to sleep.
      await pause(3_000);
      const session = await faulty.page.context().newCDPSession(faulty.page);
      await session.send('Page.setWebLifecycleState', { state: 'frozen' });
    },
  },
];
