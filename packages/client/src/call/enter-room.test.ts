import { expect, it } from 'vitest';
import type { DeviceList } from './devices.ts';
import { enterRoom } from './enter-room.ts';
import type { LocalMedia } from './local-media.ts';
import { createMediaAddresses, type MediaAddresses } from './media-addresses.ts';
import type { QualityReport } from './quality-report.ts';
import { createStay, type WayIn } from './stay.ts';

const WAY = { url: 'wss://media.example', backupUrls: [], token: 'token' } as unknown as WayIn;

function createWay(addresses: MediaAddresses) {
  const quality = { tell() {} } as unknown as QualityReport;
  const stay = createStay('ticket', 'call', { first: async () => WAY, standby: null, known: true, quality });
  let asked = 0;
  const entered = enterRoom(stay, WAY, {
    devices: { getSnapshot: () => ({ speakerId: null }) } as unknown as DeviceList,
    async media() {
      asked += 1;
      return {} as LocalMedia;
    },
    origin: 'https://server.example',
    addresses,
    onChange() {},
  });
  return { stay, entered, mediaAsked: () => asked };
}

it('whoever leaves while the address is chosen enters no room, and what they open next is not sent there', async () => {
  const chosen = Promise.withResolvers<string>();
  const { stay, entered, mediaAsked } = createWay({ ...createMediaAddresses(), choose: () => chosen.promise });
  stay.done = true;
  chosen.resolve(WAY.url);
  await expect(entered).rejects.toThrow();
  expect([mediaAsked(), stay.room]).toEqual([0, null]);
});
