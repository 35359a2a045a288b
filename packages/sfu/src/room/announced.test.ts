import { ParticipantPermission } from '@livekit/protocol';
import { beforeEach, expect, test } from 'vitest';
import { join, offer, openTestRoom, pipes, publishCamera, SLOTS, says, turn } from './testing.ts';

beforeEach(openTestRoom);

const STANDBY = { hidden: true, canPublish: false, canSubscribe: false, canPublishData: false };
const RIGHTS = new ParticipantPermission({ canPublish: true, canSubscribe: true, canPublishData: true });

test('SFU-4, SFU-66: whoever is admitted hears of those announced before their sections are agreed upon', async () => {
  const b = join('b', STANDBY);
  const c = join('c', { ...STANDBY, canPublish: true }, SLOTS(1, 1), { announced: 'true' });
  for (const pipe of pipes) pipe.setState('connected');
  const sid = publishCamera(c);
  b.participant.setPermission(RIGHTS);
  await turn();
  says(b, { case: 'offer', value: offer(SLOTS(1, 1), 2) });
  const told = b.got.findIndex(
    ({ message }) => message.case === 'update' && message.value.participants.some(({ identity }) => identity === 'c'),
  );
  const agreed = b.got.findIndex(
    ({ message }) => message.case === 'answer' && Object.values(message.value.midToTrackId).includes(sid),
  );
  expect(agreed).toBeGreaterThan(-1);
  expect(told).toBeGreaterThan(-1);
  expect(told).toBeLessThan(agreed);
});
