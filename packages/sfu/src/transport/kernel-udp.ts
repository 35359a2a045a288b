import { isIPv6 } from 'node:net';
import { getSystemErrorMap } from 'node:util';
import { type NativeFunction, type ProcessLibrary, processLibrary } from './process-library.ts';
import { sealedSlab } from './sealed-slab.ts';
import { AF_INET, AF_INET6, readSockaddr, sockaddrWords } from './sockaddr.ts';
import { BATCH, IncomingBatch, OutgoingBatch } from './udp-batch.ts';
import type { UrgentFirst } from './urgent-first.ts';

const SOCK_DGRAM = 2;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
/** Datagrams handled in one turn of the loop, in which Node may wake us many times: timers and other sockets wait for it. */
const MAX_HANDLED = 4 * BATCH;
/** What is not urgent is handled so many at a time: as long may what is urgent wait for it. */
const SLICE = 2;
/** And at least a quarter as many as were urgent: whoever calls everything urgent must not shut others out. */
const SHARE_SHIFT = 2;
/** Taken from the kernel and not handled yet; beyond it they wait there. */
const MAX_WAITING = 8 * BATCH;

/** A datagram the kernel has no room for now, in memory of its own. */
type OnFull = (datagram: Buffer, address: string, port: number) => void;

/**
 * A bound UDP socket worked on by batches, beside Node, which tells when something came (`fd` is given to node:dgram) and
 * closes it. Packets are taken in batches over IPv4 only: over IPv6 an address may name a zone, which Node knows.
 */
export class KernelUdp {
  readonly fd: number;
  readonly #outgoing: OutgoingBatch;
  readonly #incoming: IncomingBatch | undefined;
  readonly #flushSelf = (): void => this.flush();
  #isTurnEndDue = false;
  #handledLeft = MAX_HANDLED;
  /** What is to be gone on with in the next turn of the loop. */
  #unfinished: UrgentFirst | undefined;
  #isClosed = false;

  /**
   * Binds `address` at `port` (0: any). Undefined where the system cannot be called. `onFull` gets what the kernel has no
   * room for; whoever sends it later must send what comes after it later, too.
   * @throws an error with the system's `code`, as node:dgram has it.
   */
  static open(address: string, port: number, onFull: OnFull): KernelUdp | undefined {
    const library = processLibrary();
    // A zone is a name of Node's here, not an address of the kernel's.
    if (!library || address.includes('%')) return undefined;
    return new KernelUdp(library, isIPv6(address), sockaddrWords(address, port), onFull);
  }

  private constructor(library: ProcessLibrary, ipv6: boolean, address: Uint32Array, onFull: OnFull) {
    const check = (result: number, call: string): number => {
      if (result < 0) throw systemError(call, library.errno());
      return result;
    };
    const close: NativeFunction = library.find('int close(int fd)');
    const setOption = library.find('int setsockopt(int fd, int level, int name, void *value, uint32_t length)');
    const bind = library.find('int bind(int fd, void *address, uint32_t length)');
    const socket = library.find('int socket(int domain, int type, int protocol)');
    const kind = SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    const fd = check(socket(ipv6 ? AF_INET6 : AF_INET, kind, 0), 'socket');
    try {
      if (ipv6) check(setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, new Int32Array([1]), 4), 'setsockopt');
      check(bind(fd, address, address.byteLength), 'bind');
    } catch (error) {
      close(fd);
      throw error;
    }
    this.fd = fd;
    this.#outgoing = new OutgoingBatch(library, fd, address.byteLength, sealedSlab.bytes, (datagram, words) => {
      const to = readSockaddr(words);
      onFull(datagram, to.address, to.port);
    });
    sealedSlab.onWrap.add(this.#flushSelf);
    this.#incoming = ipv6 ? undefined : new IncomingBatch(library, fd);
  }

  /**
   * Queues one datagram for the end of what the thread is at, at most a batch later; false when it is too long. Its bytes
   * may change from then on, except for those of the sealed slab. `address`: see `sockaddrWords`.
   */
  send(datagram: Buffer, address: Uint32Array): boolean {
    if (this.#isClosed) return false;
    this.#awaitTurnEnd();
    return this.#outgoing.add(datagram, address);
  }

  #awaitTurnEnd(): void {
    if (this.#isTurnEndDue) return;
    this.#isTurnEndDue = true;
    setImmediate(this.#onTurnEnd);
  }

  readonly #onTurnEnd = (): void => {
    this.#isTurnEndDue = false;
    this.#handledLeft = MAX_HANDLED;
    const unfinished = this.#unfinished;
    this.#unfinished = undefined;
    if (unfinished) this.drain(unfinished);
    this.flush();
  };

  flush(): void {
    if (!this.#isClosed && this.#outgoing.count > 0) this.#outgoing.flush();
  }

  /**
   * Takes what waits in the kernel and sends what came of it, so much in each turn of the loop at most. Between any few of
   * those that are not urgent it looks whether something urgent has come.
   */
  drain(datagrams: UrgentFirst): void {
    this.#awaitTurnEnd();
    while (this.#handledLeft > 0 && !this.#isClosed) {
      const urgent = this.#take(datagrams);
      if (urgent > 0) this.flush();
      // Whoever handled one may have closed us.
      if (this.#isClosed) return;
      const handled = datagrams.handleSome(Math.max(SLICE, urgent >> SHARE_SHIFT));
      this.#handledLeft -= handled;
      if (handled === 0) break;
    }
    this.flush();
    if (datagrams.waiting > 0) this.#unfinished = datagrams;
  }

  /** Handles what is urgent of what waits in the kernel, and sends what came of it; the rest is gone on with later. */
  takeUrgent(datagrams: UrgentFirst): void {
    if (this.#isClosed) return;
    if (this.#take(datagrams) > 0) this.flush();
    if (datagrams.waiting === 0) return;
    this.#unfinished = datagrams;
    this.#awaitTurnEnd();
  }

  /** @returns how many were urgent, and are handled */
  #take(datagrams: UrgentFirst): number {
    const handledBefore = this.#handledLeft;
    const incoming = this.#incoming;
    for (let count = BATCH; incoming && count === BATCH && datagrams.waiting < MAX_WAITING && this.#handledLeft > 0; ) {
      count = incoming.receive();
      for (let i = 0; i < count && !this.#isClosed; i++) {
        const datagram = incoming.datagram(i);
        if (datagram && datagrams.take(datagram, incoming.sender(i))) this.#handledLeft--;
      }
      if (this.#isClosed) break;
    }
    return handledBefore - this.#handledLeft;
  }

  /** To be called before Node closes the descriptor: its number may be another's at once. */
  close(): void {
    this.flush();
    this.#isClosed = true;
    sealedSlab.onWrap.delete(this.#flushSelf);
  }
}

function systemError(call: string, errno: number): NodeJS.ErrnoException {
  const [code, meaning] = getSystemErrorMap().get(-errno) ?? [`E${errno}`, 'unknown error'];
  return Object.assign(new Error(`${call} ${code}: ${meaning}`), { code, errno: -errno, syscall: call });
}
