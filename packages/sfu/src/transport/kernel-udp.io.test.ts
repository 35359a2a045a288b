import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { until } from '@alongside/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { KernelUdp } from './kernel-udp.ts';
import { sealedSlab } from './sealed-slab.ts';
import { senderOf, sockaddrWords } from './sockaddr.ts';
import { BATCH } from './udp-batch.ts';
import { UrgentFirst } from './urgent-first.ts';

const none = (): void => {};
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A plain socket of Node. */
async function openPlain(): Promise<Socket> {
  // Node's own lookup would put every send off to the next tick.
  const socket = createSocket({ type: 'udp4', lookup: (host, _options, callback) => callback(null, host, 4) });
  const listening = once(socket, 'listening');
  socket.bind(0, '127.0.0.1');
  await listening;
  closers.push(() => socket.close());
  return socket;
}

/** One worked on by batches, and the socket of Node that wakes it. */
async function openKernel(): Promise<{ kernel: KernelUdp; node: Socket; close(): Promise<void> }> {
  const kernel = KernelUdp.open('127.0.0.1', 0, none)!;
  const node = createSocket('udp4');
  const listening = once(node, 'listening');
  node.bind({ fd: kernel.fd });
  await listening;
  let closed: Promise<unknown> | undefined;
  const close = async () => {
    if (closed) return;
    kernel.close();
    closed = once(node, 'close');
    node.close();
    await closed;
  };
  closers.push(close);
  return { kernel, node, close };
}

const numbered = (number: number, length = 40) => {
  const datagram = Buffer.alloc(length, number & 0xff);
  datagram.writeUInt32BE(number);
  return datagram;
};

describe.runIf(process.platform === 'linux')('a socket worked on by batches', () => {
  test('takes all that waits, in its order and from whom it came', async () => {
    const { kernel, node } = await openKernel();
    const senders = [await openPlain(), await openPlain()];
    const arrived: [number, number][] = [];
    node.on('message', (datagram, from) => {
      arrived.push([datagram.readUInt32BE(), from.port]);
      kernel.drain(batches);
    });
    const batches = new UrgentFirst(
      () => false,
      (batched, sender) => {
        expect(batched).toEqual(numbered(batched.readUInt32BE(), batched.length));
        const { remoteAddress, remotePort } = senderOf(sender);
        expect(remoteAddress).toBe('127.0.0.1');
        arrived.push([batched.readUInt32BE(), remotePort]);
      },
    );
    const wanted: [number, number][] = [];
    // Handed over within one turn, so that they wait for one another; odd lengths, so that slices lie anywhere.
    for (let i = 0; i < 3 * BATCH; i++) {
      const sender = senders[i % 2]!;
      sender.send(numbered(i, 40 + (i % 7)), node.address().port, '127.0.0.1');
      wanted.push([i, sender.address().port]);
    }
    await until('all of them', () => arrived.length === wanted.length);
    const byNumber = (a: [number, number], b: [number, number]) => a[0] - b[0];
    expect(arrived.toSorted(byNumber)).toEqual(wanted);
    for (const sender of senders) {
      const own = arrived.filter(([, port]) => port === sender.address().port).map(([number]) => number);
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
  });

  test('SFU-67: takes what is urgent ahead of all that waits before it, also while it is at that', async () => {
    const { kernel, node } = await openKernel();
    const sender = await openPlain();
    const { port } = node.address();
    // More than is handled in one turn of the loop, and than a socket's buffer has room for at first.
    node.setRecvBufferSize(200 * 1024);
    const picture = 4 * BATCH + 4;
    const arrived: number[] = [];
    const batches = new UrgentFirst(
      (datagram) => datagram.readUInt32BE() >= 1_000,
      (datagram) => {
        const number = datagram.readUInt32BE();
        arrived.push(number);
        // One comes while the picture is being handled.
        if (number === 10) sender.send(numbered(1_001), port, '127.0.0.1');
      },
    );
    node.on('message', (datagram) => {
      batches.take(datagram, 0);
      kernel.drain(batches);
    });
    for (let i = 0; i < picture; i++) sender.send(numbered(i), port, '127.0.0.1');
    sender.send(numbered(1_000), port, '127.0.0.1');
    await until('all of them', () => arrived.length === picture + 2);
    expect(arrived.indexOf(1_000)).toBe(0);
    expect(arrived.indexOf(1_001)).toBeLessThan(BATCH);
    const inOrder = arrived.filter((number) => number < 1_000);
    expect(inOrder).toEqual(Array.from({ length: picture }, (_, i) => i));
  });

  test('SFU-67: in the midst of other work takes what is urgent, and the rest by itself afterwards', async () => {
    const { kernel, node } = await openKernel();
    const sender = await openPlain();
    const arrived: number[] = [];
    const batches = new UrgentFirst(
      (datagram) => datagram.readUInt32BE() >= 1_000,
      (datagram) => void arrived.push(datagram.readUInt32BE()),
    );
    for (const number of [0, 1, 2, 1_000, 3]) sender.send(numbered(number), node.address().port, '127.0.0.1');
    kernel.takeUrgent(batches);
    expect(arrived).toEqual([1_000]);
    await until('the rest', () => arrived.length === 5);
    expect(arrived).toEqual([1_000, 0, 1, 2, 3]);
  });

  test('sends all it is given, in its order, the last of it when it is closed', async () => {
    const { kernel, close } = await openKernel();
    const receiver = await openPlain();
    const arrived: Buffer[] = [];
    receiver.on('message', (datagram) => arrived.push(datagram));
    const to = sockaddrWords('127.0.0.1', receiver.address().port);
    const scratch = Buffer.alloc(40);
    const count = 2 * BATCH + 5;
    for (let i = 0; i < count; i++) {
      if (i % 2 === 0) {
        const at = sealedSlab.reserve(40);
        numbered(i).copy(sealedSlab.bytes, at);
        expect(kernel.send(sealedSlab.bytes.subarray(at, at + 40), to)).toBe(true);
      } else {
        // Memory the owner goes on using.
        numbered(i).copy(scratch);
        expect(kernel.send(scratch, to)).toBe(true);
        scratch.fill(0xee);
      }
    }
    await close();
    await until('all of them', () => arrived.length === count);
    expect(arrived).toEqual(Array.from({ length: count }, (_, i) => numbered(i)));
    expect(kernel.send(scratch, to)).toBe(false);
  });

  test('loses nothing that waits on one socket while others fill the memory it lies in', async () => {
    const quiet = await openKernel();
    const busy = await openKernel();
    const receiver = await openPlain();
    const arrived: Buffer[] = [];
    receiver.on('message', (datagram) => arrived.push(datagram));
    const to = sockaddrWords('127.0.0.1', receiver.address().port);
    const sealed = (number: number, length: number) => {
      const at = sealedSlab.reserve(length);
      numbered(number, length).copy(sealedSlab.bytes, at);
      return sealedSlab.bytes.subarray(at, at + length);
    };
    quiet.kernel.send(sealed(1, 40), to);
    // To nobody, and more than the slab holds, within one turn.
    const nowhere = sockaddrWords('127.0.0.1', 9);
    for (let i = 0; i < 3_000; i++) busy.kernel.send(sealed(2, 1_000), nowhere);
    await until('the first', () => arrived.length > 0);
    expect(arrived).toEqual([numbered(1)]);
  });

  test('drops what is too long, in either direction, and what the kernel refuses, and goes on', async () => {
    const { kernel, node } = await openKernel();
    const plain = await openPlain();
    const to = sockaddrWords('127.0.0.1', plain.address().port);
    const back: number[] = [];
    plain.on('message', (datagram) => back.push(datagram.readUInt32BE()));
    expect(kernel.send(Buffer.alloc(2_049), to)).toBe(false);
    // Port 0 is nobody's: the kernel refuses it within the batch.
    kernel.send(numbered(1), to);
    kernel.send(numbered(2), sockaddrWords('127.0.0.1', 0));
    kernel.send(numbered(3), to);
    await until('those on either side', () => back.length === 2);
    expect(back).toEqual([1, 3]);

    const arrived: number[] = [];
    node.on('message', (datagram) => {
      arrived.push(datagram.readUInt32BE());
      kernel.drain(batches);
    });
    const batches = new UrgentFirst(
      () => false,
      (batched) => void arrived.push(batched.readUInt32BE()),
    );
    for (const datagram of [numbered(4), numbered(5, 5_000), numbered(6)]) {
      plain.send(datagram, node.address().port, '127.0.0.1');
    }
    await until('the last', () => arrived.includes(6));
    expect(arrived).toEqual([4, 6]);
  });

  test('says why it cannot have an address as node:dgram does, and leaves zones to it', async () => {
    const taken = await openPlain();
    expect(() => KernelUdp.open('127.0.0.1', taken.address().port, none)).toThrow(
      expect.objectContaining({ code: 'EADDRINUSE', syscall: 'bind' }),
    );
    expect(() => KernelUdp.open('192.0.2.77', 0, none)).toThrow(expect.objectContaining({ code: 'EADDRNOTAVAIL' }));
    expect(KernelUdp.open('fe80::1%lo', 0, none)).toBeUndefined();
  });
});
