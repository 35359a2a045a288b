import { ParticipantInfo_State, ParticipantPermission, SubscriptionPermission } from '@livekit/protocol';
import { beforeEach, expect, test } from 'vitest';
import { join, last, openTestRoom, pipes, publishCamera, room, says, sink } from './testing.ts';

beforeEach(() => openTestRoom());

test('hidden ones are told to nobody', () => {
  const a = join('a');
  join('ghost', { hidden: true });
  expect(a.got.some((response) => response.message.case === 'update')).toBe(false);
  expect(last(join('b'), 'join').otherParticipants.map((other) => other.identity)).toEqual(['a']);
  expect(room.info().numParticipants).toBe(2);
});

test('nor what they allow others to have', () => {
  const a = join('a');
  const ghost = join('ghost', { hidden: true });
  publishCamera(ghost);
  says(ghost, { case: 'subscriptionPermission', value: new SubscriptionPermission({ allParticipants: false }) });
  expect(a.got.map((response) => response.message.case)).not.toContain('subscriptionPermissionUpdate');
});

test('SFU-17: whoever is hidden by a later permission is gone to all others, also to who was away just then', () => {
  const a = join('a');
  const b = join('b');
  const away = join('away');
  pipes[2]!.setState('connected');
  away.participant.detachSignal(away);
  b.participant.setPermission(new ParticipantPermission({ hidden: true, canSubscribe: true }));
  const gone = { sid: b.participant.sid, state: ParticipantInfo_State.DISCONNECTED };
  expect(last(a, 'update').participants).toMatchObject([gone]);
  expect(last(b, 'update').participants[0]).toMatchObject({ permission: { hidden: true } });
  expect(last(b, 'update').participants[0]!.state).not.toBe(ParticipantInfo_State.DISCONNECTED);
  const again = sink();
  room.resume(away.participant, again);
  expect(last(again, 'update').participants).toContainEqual(expect.objectContaining(gone));
  b.participant.setPermission(new ParticipantPermission({ canSubscribe: true, canPublish: true }));
  expect(last(a, 'update').participants[0]!.state).not.toBe(ParticipantInfo_State.DISCONNECTED);
});
