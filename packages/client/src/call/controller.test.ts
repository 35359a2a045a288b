import { type Call, endCall, joinCall, type Route, standByForCall } from '@alongside/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Api } from '../api.ts';
import type { RingingCall } from '../inbox-feed.ts';
import { createCell } from '../store.ts';
import { createCallController } from './controller.ts';
import type { CallControllerOptions } from './controller-options.ts';
import type { CallController } from './model.ts';

const SERVER = 'https://server.example';
const NOTHING = { microphone: false, camera: false };
const WAY_IN = { url: 'wss://media.example', backupUrls: [], token: 'token' };

/** What our server says to whoever asks; silence where it is not told. */
let replies: Map<Route, (body: unknown) => unknown>;
/** The media servers that were asked whether they answer. */
let probed: string[];
let call: CallController;

beforeEach(() => {
  replies = new Map();
  probed = [];
  vi.stubGlobal('window', Object.assign(new EventTarget(), { isSecureContext: true }));
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
  vi.stubGlobal('fetch', async (url: string) => {
    probed.push(url);
    return new Response();
  });
});
afterEach(() => {
  call.close();
  vi.unstubAllGlobals();
});

type Given = { rings?: string; followCall?: CallControllerOptions['followCall'] };

function createController(given: Given = {}): CallController {
  const api = {
    baseUrl: SERVER,
    call: (route: Route, { body }: { body?: unknown }) => replies.get(route)?.(body) ?? new Promise<never>(() => {}),
  };
  const rings = given.rings ? [{ call: { id: given.rings } } as RingingCall] : [];
  return createCallController({
    api: api as unknown as Api,
    me: { id: 'me', name: 'Lin', role: 'customer' },
    followCall: given.followCall ?? (() => () => {}),
    clockOffsetMs: () => 0,
    onReached: () => () => {},
    ringing: createCell<readonly RingingCall[]>(rings),
    onAnswered() {},
  });
}

/** A call that rings here, and the page's connection to its room. @returns what the server is told at the answer */
async function standBy(callId: string): Promise<unknown[]> {
  const answers: unknown[] = [];
  replies.set(standByForCall, async () => ({ ...WAY_IN, connection: `for ${callId}` }));
  replies.set(joinCall, (body) => void answers.push(body));
  call = createController({ rings: callId });
  // No browser: it comes to nothing, which is told once it is there.
  await vi.waitFor(() => expect(probed).toHaveLength(1));
  return answers;
}

it('whoever answers from the card takes the connection that stood by', async () => {
  const answers = await standBy('a');
  void call.join('ticket', 'a', NOTHING);
  expect(answers).toEqual([{ agreesToRecording: false, standby: 'for a' }]);
});

it.each([
  ['from the preview', () => call.enter()],
  ['over the preview', () => call.join('ticket', 'a', NOTHING)],
])('whoever answers %s, with devices that are open, takes a connection of their own', async (_, answer) => {
  const answers = await standBy('a');
  await call.openPreview('ticket', 'a', NOTHING);
  void answer();
  expect(answers).toEqual([{ agreesToRecording: false }]);
});

it('a call that cannot be ended for all says so, unless one has left it meanwhile', async () => {
  let ending = Promise.withResolvers<void>();
  replies.set(endCall, () => ending.promise);
  call = createController();
  void call.start('ticket', NOTHING);
  const first = call.end();
  ending.reject(new Error('no network'));
  await expect(first).rejects.toThrow('no network');
  ending = Promise.withResolvers();
  const second = call.end();
  void call.leave();
  void call.start('ticket', NOTHING);
  const next = call.getSnapshot();
  expect(next.phase).toBe('joining');
  ending.reject(new Error('no network'));
  // Whoever is told that it failed leaves instead, and that would be the next call.
  await second;
  expect(call.getSnapshot()).toBe(next);
});

it('a call that ended while the answer was on its way is not entered, and followed no longer', async () => {
  const over = { id: 'a', state: 'ended', participants: [] } as unknown as Call;
  replies.set(joinCall, async () => ({
    ...WAY_IN,
    backupUrls: ['wss://backup.example'],
    call: { ...over, state: 'live' },
  }));
  let follows = 0;
  call = createController({
    followCall(_ticketId, _callId, onCall) {
      follows += 1;
      onCall(over);
      return () => {
        follows -= 1;
      };
    },
  });
  await call.join('ticket', 'a', NOTHING);
  expect(call.getSnapshot()).toMatchObject({ phase: 'ended', outcome: 'ended' });
  expect(follows).toBe(0);
  // Of several addresses the one that answers first is taken.
  expect(probed).toEqual([]);
});
