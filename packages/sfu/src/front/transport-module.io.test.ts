import { expect, test } from 'vitest';
import { createMediaServer } from './media-server.ts';

const KEYS = { key: 'secret' };

/** A module that opens nothing and says it listens on a port nobody would give us. */
const NOTHING = `data:text/javascript,export const openTransport = async ({ announcedAddresses }) => ({
  udpPort: announcedAddresses.length,
  close: async () => {},
})`;

test('a media thread opens the transport of the module it is given, with the options ours would get', async () => {
  const media = await createMediaServer({
    keys: KEYS,
    workers: 2,
    announcedAddresses: ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
    transportModule: NOTHING,
  });
  try {
    expect(media.udpPorts).toEqual([3, 3]);
    expect(media.tcpPorts).toEqual([undefined, undefined]);
  } finally {
    await media.close();
  }
});

test('a transport module that cannot be loaded is told, not replaced by ours', async () => {
  await expect(
    createMediaServer({ keys: KEYS, transportModule: 'data:text/javascript,throw new Error("no library")' }),
  ).rejects.toThrow('no library');
});
