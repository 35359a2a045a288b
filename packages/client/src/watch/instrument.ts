import { captureFailed, textOf } from './capture-failed.ts';
import { quietly } from './quietly.ts';
import type { Sampler } from './sampler.ts';

type Wrapped = { target: object; name: string; before: PropertyDescriptor | undefined; wrapper: unknown };
type Anything = (...values: unknown[]) => unknown;

/** What an offer, an answer and a description are called in the events. */
const DESCRIPTIONS = {
  createOffer: 'offer',
  createAnswer: 'answer',
  setLocalDescription: 'local',
  setRemoteDescription: 'remote',
} as const;

/** Takes the wrapping back; `look` wraps connections that came since. */
export type Instrumented = { (): void; look(): void };

/**
 * Wraps the functions whose failures the browser tells nobody but their caller: on the connections themselves (not on what
 * all connections share), and on `navigator.mediaDevices`. What they get and return is not changed.
 */
export function instrument(sampler: Sampler, connections: () => readonly RTCPeerConnection[]): Instrumented {
  const wrapped: Wrapped[] = [];
  const known = new WeakSet<RTCPeerConnection>();

  function wrap(
    target: object | undefined,
    name: string,
    onFailure: (thrown: unknown, values: unknown[]) => void,
  ): void {
    const original = target && (target as Record<string, unknown>)[name];
    if (typeof original !== 'function') return;
    const before = Object.getOwnPropertyDescriptor(target, name);
    const wrapper = function (this: unknown, ...values: unknown[]) {
      const result = (original as Anything).apply(this, values);
      // Watched beside, not instead: the caller gets the very promise it would have got.
      if (result instanceof Promise) result.catch((thrown) => void quietly(() => onFailure(thrown, values)));
      return result;
    };
    quietly(() => {
      Object.defineProperty(target, name, { value: wrapper, configurable: true, writable: true });
      wrapped.push({ target: target as object, name, before, wrapper });
    });
  }

  function look(): void {
    for (const pc of connections()) {
      if (known.has(pc)) continue;
      known.add(pc);
      for (const [name, what] of Object.entries(DESCRIPTIONS))
        wrap(pc, name, (thrown) => sampler.tellOf(pc, { type: 'description_failed', what, text: textOf(thrown) }));
    }
  }

  const devices = quietly(() => navigator.mediaDevices);
  wrap(devices, 'getUserMedia', (thrown, [wants]) => {
    const { video, audio } = (wants ?? {}) as MediaStreamConstraints;
    sampler.tell(captureFailed(video ? 'camera' : audio ? 'microphone' : 'unknown', thrown));
  });
  wrap(devices, 'getDisplayMedia', (thrown) => sampler.tell(captureFailed('screen', thrown)));
  look();

  const undo = () => {
    for (const { target, name, before, wrapper } of wrapped.splice(0).reverse())
      quietly(() => {
        // Somebody else may have wrapped it since: then it stays, and does no harm.
        if ((target as Record<string, unknown>)[name] !== wrapper) return;
        if (before) Object.defineProperty(target, name, before);
        else delete (target as Record<string, unknown>)[name];
      });
  };
  return Object.assign(undo, { look });
}
