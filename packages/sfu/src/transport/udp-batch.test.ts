import { expect, test } from 'vitest';
import { processLibrary } from './process-library.ts';
import { readSockaddr, sockaddrWords } from './sockaddr.ts';
import { BATCH, OutgoingBatch } from './udp-batch.ts';

const EPERM = 1;
const EAGAIN = 11;

test.runIf(process.platform === 'linux')('what the kernel has no room for is given back, whole and in order', () => {
  // Over loopback there is always room, so what the kernel says is said here: ten go, one is refused, five go, full.
  const said = [10, -1, 5, -1];
  const errors = [EPERM, EAGAIN];
  const counts: number[] = [];
  const library = {
    ...processLibrary()!,
    find: () => (_fd: unknown, _headers: unknown, count: unknown) => {
      counts.push(count as number);
      return said.shift()!;
    },
    errno: () => errors.shift()!,
  };
  const slab = Buffer.allocUnsafeSlow(4_096);
  const given: [number, string, number][] = [];
  const batch = new OutgoingBatch(library, -1, 16, slab, (datagram, address) => {
    expect(datagram).toHaveLength(8);
    const to = readSockaddr(address);
    given.push([datagram.readUInt32BE(), to.address, to.port]);
  });
  for (let i = 0; i < BATCH - 1; i++) {
    // Half of them in the slab, half in memory that is used again.
    const datagram = i % 2 === 0 ? slab.subarray(i * 8, i * 8 + 8) : Buffer.alloc(8);
    datagram.writeUInt32BE(i);
    batch.add(datagram, sockaddrWords('192.0.2.1', 1_000 + i));
    if (i % 2 === 1) datagram.fill(0xff);
  }
  batch.flush();
  expect(counts).toEqual([BATCH - 1, BATCH - 11, BATCH - 12, BATCH - 17]);
  const rest = Array.from({ length: BATCH - 17 }, (_, i) => i + 16);
  expect(given).toEqual(rest.map((number) => [number, '192.0.2.1', 1_000 + number]));
  expect(batch.count).toBe(0);
});
