import * as lk from 'livekit-client';
import { expect, it } from 'vitest';
import type { DeviceList } from './devices.ts';
import { createRoomSession } from './room-session.ts';

it('is over for whoever waits for its end, also when one leaves it before it began', async () => {
  const devices = { getSnapshot: () => ({ speakerId: null }) } as unknown as DeviceList;
  const session = createRoomSession({ lk, devices });
  await session.leave();
  expect(await Promise.race([session.ended, new Promise((later) => setImmediate(later, 'still waiting'))])).toBe(
    'lost',
  );
});
