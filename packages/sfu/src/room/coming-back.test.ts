import { DisconnectReason, LeaveRequest_Action, SyncState, TrackInfo, TrackPublishedResponse } from '@livekit/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { givenUp } from './lost-participants.ts';
import { mayBecome } from './participant-state.ts';
import { join, last, offer, openTestRoom, pipes, room, SLOTS, says, sink } from './testing.ts';

beforeEach(openTestRoom);

describe('SFU-8: coming back', () => {
  test('a resume begins with reconnect and tells everything again; a new ufrag restarts ICE only', () => {
    const a = join('a');
    join('b');
    pipes[0]!.setState('connected');
    a.participant.detachSignal(a);
    expect(room.participantCount).toBe(2);
    const again = sink();
    again.participant = a.participant;
    room.resume(a.participant, again);
    expect(again.got.map((response) => response.message.case).slice(0, 3)).toEqual([
      'reconnect',
      'update',
      'roomUpdate',
    ]);
    const restarted = offer(SLOTS(1, 1), 5);
    restarted.sdp = restarted.sdp.replaceAll('a=ice-ufrag:u', 'a=ice-ufrag:new');
    says(again, { case: 'offer', value: restarted });
    expect([pipes[0]!.restarts, last(again, 'answer').id]).toEqual([1, 5]);
    expect(pipes).toHaveLength(2);
  });

  test('a client that believes to publish what is not known starts over', () => {
    const a = join('a');
    const track = new TrackInfo({ sid: 'TR_gone' });
    says(a, {
      case: 'syncState',
      value: new SyncState({ publishTracks: [new TrackPublishedResponse({ cid: 'x', track })] }),
    });
    expect(last(a, 'leave').action).toBe(LeaveRequest_Action.RECONNECT);
  });

  test.each([
    ['all there', { signalLostMs: -1, mediaLostMs: -1 }, undefined],
    ['signal gone, media alive, may resume', { signalLostMs: 20_000, mediaLostMs: -1 }, undefined],
    ['signal gone too long', { signalLostMs: 31_000, mediaLostMs: -1 }, DisconnectReason.SIGNAL_CLOSE],
    ['media gone, signal there', { signalLostMs: -1, mediaLostMs: 60_000 }, undefined],
    ['both gone', { signalLostMs: 16_000, mediaLostMs: 16_000 }, DisconnectReason.SIGNAL_CLOSE],
  ])('%s', (_what, absence, reason) => {
    expect(givenUp({ state: 'active', sinceJoinMs: 100_000, ...absence })).toBe(reason);
  });

  test('who never gets a media path is sent away', () => {
    expect(givenUp({ state: 'joined', sinceJoinMs: 61_000, signalLostMs: -1, mediaLostMs: -1 })).toBe(
      DisconnectReason.JOIN_FAILURE,
    );
  });
});

test('the participant’s states go one way', () => {
  expect(mayBecome('joined', 'active')).toBe(true);
  expect(mayBecome('active', 'joined')).toBe(false);
  for (const state of ['joining', 'joined', 'active', 'disconnected'] as const) {
    expect(mayBecome('disconnected', state)).toBe(false);
  }
});
