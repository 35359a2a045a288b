import type { FaultClass } from '../fault.ts';
import { evaluateUntouched, letGoOfFocus } from '../lab.ts';
import { throttleRenderers } from '../processor.ts';

/** The machine a person sits at, and what is plugged into it. */
export const deviceFaults: readonly FaultClass[] = [
  {
    id: 'camera-denied',
    about: 'the person does not give camera and microphone',
    expected: { rules: ['permission-denied'], who: 'faulty' },
    browserArgs: () => ['--use-fake-ui-for-media-stream=deny'],
    mayNotFlow: true,
  },
  {
    id: 'device-in-use',
    about: 'the camera cannot be opened',
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
    about: 'there is no camera',
    expected: { rules: ['device-missing'], who: 'faulty' },
    browserArgs: () => ['--use-fake-device-for-media-stream=device-count=0'],
    mayNotFlow: true,
  },
  {
    id: 'throttled-processor',
    about: 'the page gets 6–12 % of a core',
    expected: { rules: ['processor-limited', 'encoder-overload', 'decoder-overload'], who: 'faulty' },
    browserArgs: () => [],
    async inject({ faulty, random, afterwards }) {
      afterwards(await throttleRenderers(faulty.browser, random.between(0.06, 0.12)));
    },
  },
  {
    id: 'background-tab',
    about: 'the page is in the background',
    expected: { rules: ['background-tab'], who: 'faulty' },
    async inject({ faulty }) {
      await letGoOfFocus(faulty.page);
      await (await faulty.page.context().newPage()).bringToFront();
    },
  },
];
