import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  buildParameter,
  CHUNK_RECONFIG,
  PARAMETER_OUTGOING_RESET,
  PARAMETER_RECONFIG_RESPONSE,
  parseParameters,
} from './sctp-packet.ts';
import { StreamResets } from './sctp-reset.ts';

const RETRY_MS = 100;
const LOCAL_TSN = 500;
/** So that the peer's numbers wrap. */
const REMOTE_TSN = 0xffff_ffff;
const [PERFORMED, IN_PROGRESS] = [1, 6];

let resets: StreamResets;
/** What we asked for and what we answered: number, and streams or result. */
let asked: [sequence: number, streamIds: number[]][];
let answered: [sequence: number, result: number][];
let closed: number[][];
/** Whether all of the peer's data before its request is here. */
let isHere: boolean;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  [asked, answered, closed, isHere] = [[], [], [], true];
  resets = new StreamResets(LOCAL_TSN, REMOTE_TSN, {
    send(chunk) {
      for (const { type, body } of parseParameters(chunk.subarray(4, chunk.readUInt16BE(2)))!) {
        const sequence = body.readUInt32BE(0);
        if (type === PARAMETER_RECONFIG_RESPONSE) answered.push([sequence, body.readUInt32BE(4)]);
        else
          asked.push([
            sequence,
            Array.from({ length: (body.length - 12) / 2 }, (_, i) => body.readUInt16BE(12 + 2 * i)),
          ]);
      }
    },
    lastTsn: () => LOCAL_TSN + 7,
    hasReached: () => isHere,
    retryMs: () => RETRY_MS,
    onReset: (streamIds) => closed.push(streamIds),
  });
});

afterEach(() => {
  resets.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function receive(type: number, numbers: readonly number[], streamIds: readonly number[] = []): void {
  const body = Buffer.alloc(4 * numbers.length + 2 * streamIds.length);
  numbers.forEach((number, i) => {
    body.writeUInt32BE(number, 4 * i);
  });
  streamIds.forEach((id, i) => {
    body.writeUInt16BE(id, 4 * numbers.length + 2 * i);
  });
  resets.onChunk({ type: CHUNK_RECONFIG, flags: 0, body: buildParameter(type, body) });
}

const peerAsks = (sequence: number, streamId: number): void =>
  receive(PARAMETER_OUTGOING_RESET, [sequence, 0, REMOTE_TSN], [streamId]);
const peerAnswers = (sequence: number, result: number): void =>
  receive(PARAMETER_RECONFIG_RESPONSE, [sequence, result]);

test('SFU-7 a request whose data is still under way is done when it comes again, under the next number or its own', () => {
  isHere = false;
  peerAsks(REMOTE_TSN, 1);
  expect(answered).toEqual([[REMOTE_TSN, IN_PROGRESS]]);
  // dcSCTP of today's browsers asks under a new number, others under the same.
  peerAsks(0, 1);
  peerAsks(0, 1);
  expect(answered.slice(1)).toEqual([
    [0, IN_PROGRESS],
    [0, IN_PROGRESS],
  ]);
  expect(closed).toEqual([]);
  isHere = true;
  peerAsks(1, 1);
  expect([answered.at(-1), closed]).toEqual([[1, PERFORMED], [[1]]]);
  // What is repeated because our answer was lost is answered again and done once; what came late is nothing.
  peerAsks(1, 1);
  expect([answered.at(-1), answered.length, closed]).toEqual([[1, PERFORMED], 5, [[1]]]);
  peerAsks(0, 1);
  expect(answered).toHaveLength(5);
  isHere = false;
  peerAsks(2, 3);
  isHere = true;
  peerAsks(2, 3);
  expect([answered.at(-1), closed]).toEqual([
    [2, PERFORMED],
    [[1], [3]],
  ]);
});

test('SFU-7 our request is repeated under a new number once the peer said that it is in progress', () => {
  resets.reset(2);
  resets.reset(4);
  vi.advanceTimersByTime(RETRY_MS);
  expect(asked, 'unanswered: the same again').toEqual([
    [LOCAL_TSN, [2]],
    [LOCAL_TSN, [2]],
  ]);
  peerAnswers(LOCAL_TSN, IN_PROGRESS);
  peerAnswers(LOCAL_TSN, IN_PROGRESS);
  expect(asked, 'not at once').toHaveLength(2);
  vi.advanceTimersByTime(2 * RETRY_MS);
  expect(asked.slice(2), 'one number each time it was told to wait').toEqual([
    [LOCAL_TSN + 1, [2]],
    [LOCAL_TSN + 1, [2]],
  ]);
  peerAnswers(LOCAL_TSN + 1, PERFORMED);
  expect(asked.at(-1)).toEqual([LOCAL_TSN + 2, [4]]);
  // Some perform what they put off and say so by themselves, under the number they know.
  peerAnswers(LOCAL_TSN + 2, IN_PROGRESS);
  peerAnswers(LOCAL_TSN + 2, PERFORMED);
  expect(vi.getTimerCount()).toBe(0);
  resets.reset(6);
  expect(asked.at(-1)).toEqual([LOCAL_TSN + 3, [6]]);
});
