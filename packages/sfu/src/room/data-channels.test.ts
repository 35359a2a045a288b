import { DataPacket, DataPacket_Kind, UserPacket } from '@livekit/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { join, openTestRoom, pipes } from './testing.ts';

beforeEach(openTestRoom);

describe('SFU-7: data', () => {
  const packet = (sequence: number, as = 'mallory'): Buffer =>
    Buffer.from(
      new DataPacket({
        kind: DataPacket_Kind.RELIABLE,
        participantIdentity: as,
        sequence,
        value: { case: 'user', value: new UserPacket({ payload: Buffer.from([sequence]), participantIdentity: as }) },
      }).toBinary(),
    );

  test('the sender is the server’s word, duplicates go, what comes early waits', () => {
    join('a');
    join('b');
    pipes[0]!.setState('connected');
    for (const sequence of [1, 2, 2, 1, 3]) pipes[0]!.handlers.onDataMessage?.('_reliable', packet(sequence), true);
    expect(pipes[1]!.data).toHaveLength(0);
    pipes[1]!.setState('connected');
    const got = pipes[1]!.data.map(({ bytes }) => DataPacket.fromBinary(bytes));
    expect(got.map((received) => received.sequence)).toEqual([1, 2, 3]);
    expect(new Set(got.map((received) => received.participantIdentity))).toEqual(new Set(['a']));
    expect(pipes[0]!.data, 'no echo').toHaveLength(0);
  });

  test('who stands by gets none that is meant for all', () => {
    join('a');
    join('b', { hidden: true, canSubscribe: false });
    join('c', { hidden: true });
    for (const pipe of pipes) pipe.setState('connected');
    pipes[0]!.handlers.onDataMessage?.('_reliable', packet(1), true);
    expect(pipes.map((pipe) => pipe.data.length)).toEqual([0, 0, 1]);
  });

  test('without the right nothing is passed on, nor from broken bytes', () => {
    join('a', { canPublishData: false });
    join('b');
    for (const pipe of pipes) pipe.setState('connected');
    pipes[0]!.handlers.onDataMessage?.('_reliable', packet(1), true);
    pipes[1]!.handlers.onDataMessage?.('_reliable', Buffer.from([0xff, 0xff, 0xff]), true);
    expect(pipes.flatMap((pipe) => pipe.data)).toEqual([]);
  });
});
