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
  const asked = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<LocalMedia>();
  let asks = 0;
  const entered = enterRoom(stay, WAY, {
    devices: { getSnapshot: () => ({ speakerId: null }) } as unknown as DeviceList,
    media() {
      asks += 1;
      asked.resolve();
      return opened.promise;
    },
    origin: 'https://server.example',
    addresses,
    onChange() {},
  });
  return { stay, entered, asked: asked.promise, asks: () => asks, open: () => opened.resolve({} as LocalMedia) };
}

it('whoever leaves while the address is chosen enters no room, and what they open next is not sent there', async () => {
  const chosen = Promise.withResolvers<string>();
  const { stay, entered, asks, open } = createWay({ ...createMediaAddresses(), choose: () => chosen.promise });
  stay.done = true;
  chosen.resolve(WAY.url);
  open();
  await expect(entered).rejects.toThrow();
  expect([asks(), stay.room]).toEqual([0, null]);
});

it('an address one leaves while connecting there is not noted as failed', async () => {
  const addresses = createMediaAddresses({ probe: async () => null });
  const { stay, entered, asked, open } = createWay(addresses);
  await asked;
  stay.done = true;
  // No browser: connecting fails.
  open();
  await expect(entered).rejects.toThrow();
  expect(addresses.failures()).toEqual([]);
});
