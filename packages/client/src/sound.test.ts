import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSound, type Sound } from './sound.ts';

/** As a browser's: opened and closed by promise, its notes counted. */
class Device {
  static readonly made: Device[] = [];
  state = 'suspended';
  currentTime = 0;
  notes = 0;
  constructor() {
    Device.made.push(this);
  }
  /** As after a telephone call on a mobile: until somebody touches the page again. */
  isHeld = false;
  async resume() {
    if (!this.isHeld) this.state = 'running';
  }
  async suspend() {
    this.state = 'suspended';
  }
  async close() {
    this.state = 'closed';
  }
}

class Node {
  gain = { setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} };
  readonly device: Device;
  constructor(device: Device) {
    this.device = device;
  }
  connect(next: unknown) {
    return next;
  }
  start() {
    this.device.notes += 1;
  }
  stop() {}
}

let sound: Sound;
const touch = () => {
  window.dispatchEvent(new Event('pointerdown'));
  return vi.advanceTimersByTimeAsync(0);
};

beforeEach(() => {
  vi.useFakeTimers();
  Device.made.length = 0;
  vi.stubGlobal('window', new EventTarget());
  for (const [name, kind] of Object.entries({ AudioContext: Device, OscillatorNode: Node, GainNode: Node }))
    vi.stubGlobal(name, kind);
  sound = createSound();
});
afterEach(() => {
  sound.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('nothing is opened before somebody touches the page, and a ring that waited begins then', async () => {
  const stop = sound.ring();
  expect(Device.made).toEqual([]);
  await touch();
  expect(Device.made).toMatchObject([{ state: 'running', notes: 3 }]);
  expect(sound.getSnapshot().locked).toBe(false);
  stop();
});

test('the sound device is closed while there is nothing to hear, and no note is cut short by another sound', async () => {
  await touch();
  const [device] = Device.made as [Device];
  await vi.advanceTimersByTimeAsync(600);
  expect(device.state).toBe('suspended');

  sound.ring()();
  await vi.advanceTimersByTimeAsync(100);
  sound.ping();
  await vi.advanceTimersByTimeAsync(900);
  expect(device, 'the last note lasts 1,020 ms').toMatchObject({ state: 'running', notes: 5 });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(device.state).toBe('suspended');
});

test('muted, nothing is opened for a sound', async () => {
  await touch();
  await vi.advanceTimersByTimeAsync(600);
  sound.setMuted(true);
  sound.alarm()();
  await vi.advanceTimersByTimeAsync(0);
  expect(Device.made).toMatchObject([{ state: 'suspended', notes: 0 }]);
});

test('a device that does not open any more waits for the next touch, and says so', async () => {
  await touch();
  await vi.advanceTimersByTimeAsync(600);
  const [device] = Device.made as [Device];
  device.isHeld = true;
  const stop = sound.ring();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sound.getSnapshot().locked).toBe(true);
  device.isHeld = false;
  const { notes } = device;
  await touch();
  expect(device).toMatchObject({ state: 'running', notes: notes + 3 });
  stop();
});
