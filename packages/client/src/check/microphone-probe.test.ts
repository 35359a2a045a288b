import { afterEach, expect, it, vi } from 'vitest';
import { probeMicrophone } from './microphone-probe.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A context that hears a voice once it runs, if it ever does. */
function stubContext(state: 'running' | 'suspended', resumed: Promise<void>) {
  const close = vi.fn(() => new Promise<void>(() => {}));
  vi.stubGlobal('MediaStream', class {});
  vi.stubGlobal(
    'AudioContext',
    class {
      readonly state = state;
      readonly close = close;
      createMediaStreamSource = () => ({ connect() {}, disconnect() {} });
      resume = () => resumed;
    },
  );
  vi.stubGlobal(
    'AnalyserNode',
    class {
      readonly fftSize = 32;
      getFloatTimeDomainData = (samples: Float32Array) => samples.fill(state === 'running' ? 0.1 : 0);
    },
  );
  return { close };
}

const probe = async () => {
  vi.useFakeTimers();
  const heard = probeMicrophone({} as MediaStreamTrack, () => {}, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(10_000);
  return heard;
};

it('listens until somebody spoke', async () => {
  const { close } = stubContext('running', Promise.resolve());
  expect(await probe()).toMatchObject({ problem: null, peak: 0.1 });
  expect(close).toHaveBeenCalledOnce();
});

it('comes to an end where no sound device lets it begin, and says that nothing was measured', async () => {
  const { close } = stubContext('suspended', new Promise(() => {}));
  expect(await probe()).toEqual({ problem: null, levels: [], peak: null });
  expect(close).toHaveBeenCalledOnce();
});
