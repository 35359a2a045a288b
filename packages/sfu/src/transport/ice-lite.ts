import { randomBytes } from 'node:crypto';
import type { IceDatagramSink, IceOrigin, IcePath } from './ice-path.ts';
import {
  buildBindingError,
  buildBindingRequest,
  buildBindingSuccess,
  parseStun,
  STUN_BINDING_REQUEST,
  STUN_BINDING_SUCCESS,
  type StunMessage,
  verifyStunIntegrity,
} from './stun.ts';

export interface IceCredentials {
  ufrag: string;
  pwd: string;
}

/** Finds the agent a check is meant for by our ufrag, the only thing a first packet tells. */
export class IceRegistry {
  readonly #byUfrag = new Map<string, IceLiteAgent>();

  add(ufrag: string, agent: IceLiteAgent): void {
    this.#byUfrag.set(ufrag, agent);
  }

  remove(ufrag: string): void {
    this.#byUfrag.delete(ufrag);
  }

  get size(): number {
    return this.#byUfrag.size;
  }

  /** Handles a STUN datagram from anywhere. Whatever does not authenticate is met with silence. */
  onStun(datagram: Buffer, origin: IceOrigin, nowMs: number): void {
    const message = parseStun(datagram);
    if (!message) return;
    if (message.type === STUN_BINDING_REQUEST) {
      const ufrag = message.username?.split(':', 1)[0];
      if (ufrag) this.#byUfrag.get(ufrag)?.onCheck(datagram, message, ufrag, origin, nowMs);
    } else if (origin.path) {
      (origin.path.agent as IceLiteAgent).onCheckAnswer(datagram, message, origin.path, nowMs);
    }
  }
}

export interface IceLiteEvents {
  /** The path to send on is known or changed. */
  onSelected(path: IcePath): void;
  isUrgent(datagram: Buffer): boolean;
  onDatagram(path: IcePath, datagram: Buffer): void;
}

/** An agent remembers this many 5-tuples; a browser with many interfaces has perhaps twenty. */
const MAX_PATHS = 32;
/** A path nobody checked for this long is forgotten. */
const PATH_IDLE_MS = 60_000;
const CHECK_INTERVAL_MS = 2_500;
const CHECK_LIFETIME_MS = 10_000;

/**
 * ICE-lite (RFC 8445 §2.5): always controlled, host candidates only; the peer checks and nominates, we answer.
 * Beyond the letter of lite it sends its own checks on the selected path, for the round-trip time.
 *
 * A path comes into being only by an authenticated check, and the address in use changes only by one with
 * USE-CANDIDATE: that is how NAT rebinding and network changes are followed without letting strangers redirect media.
 * A UDP address has proved itself when it has answered one of our own checks; see `IcePath.isProved`. No other takes the
 * place of one that has.
 */
export class IceLiteAgent implements IceDatagramSink {
  readonly #registry: IceRegistry;
  readonly #events: IceLiteEvents;
  readonly #protocols: readonly ('udp' | 'tcp')[];
  readonly #tieBreaker = randomBytes(8);
  readonly #paths = new Set<IcePath>();
  readonly #pendingChecks = new Map<string, { path: IcePath; sentMs: number; password: string }>();
  #credentials: IceCredentials;
  /** After a restart the old ones stay good until the peer has used the new. */
  #previous: IceCredentials | undefined;
  #remote: IceCredentials | undefined;
  #selected: IcePath | undefined;
  /** Nominated, and to be selected as soon as it has proved itself: until then the proved one serves. */
  #wanted: IcePath | undefined;
  #nominated = false;
  #lastCheckSentMs = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(registry: IceRegistry, events: IceLiteEvents, protocols: readonly ('udp' | 'tcp')[]) {
    this.#registry = registry;
    this.#events = events;
    this.#protocols = protocols;
    this.#credentials = newCredentials();
    registry.add(this.#credentials.ufrag, this);
  }

  get credentials(): IceCredentials {
    return this.#credentials;
  }

  get selected(): IcePath | undefined {
    return this.#selected;
  }

  get remote(): IceCredentials | undefined {
    return this.#remote;
  }

  setRemote(remote: IceCredentials): void {
    this.#remote = remote;
    if (this.#selected && !this.#selected.isProved) this.#sendCheck(this.#selected, performance.now());
  }

  /** New local credentials (RFC 8445 §9); the paths in use go on until the peer nominates another. */
  restart(): IceCredentials {
    if (this.#previous) this.#registry.remove(this.#previous.ufrag);
    this.#previous = this.#credentials;
    this.#credentials = newCredentials();
    this.#registry.add(this.#credentials.ufrag, this);
    // The first nomination under the new credentials counts, even on a path worse than the one in use.
    this.#nominated = false;
    return this.#credentials;
  }

  onCheck(datagram: Buffer, message: StunMessage, ufrag: string, origin: IceOrigin, nowMs: number): void {
    const credentials = ufrag === this.#credentials.ufrag ? this.#credentials : this.#previous;
    if (this.#closed || !credentials || !this.#protocols.includes(origin.protocol)) return;
    if (!verifyStunIntegrity(datagram, message, credentials.pwd)) return;
    if (origin.path && origin.path.agent !== this) return;
    const path = origin.path ?? this.#open(origin);
    path.lastCheckMs = nowMs;
    path.checkedUfrag = ufrag;
    if (message.unknownRequired.length > 0) {
      path.send(buildBindingError(message, 420, 'Unknown Attribute', credentials.pwd));
      return;
    }
    if (message.role === 'controlled') {
      // We can only be controlled: the peer has to take the other role (RFC 8445 §7.3.1.1).
      path.send(buildBindingError(message, 487, 'Role Conflict', credentials.pwd));
      return;
    }
    path.send(buildBindingSuccess(message, origin.remoteAddress, origin.remotePort, credentials.pwd));
    if (credentials === this.#credentials && this.#previous) {
      this.#registry.remove(this.#previous.ufrag);
      this.#previous = undefined;
    }
    // Before any nomination the first checked path serves: the peer may send its DTLS hello before it nominates.
    if (message.useCandidate) {
      this.#nominated = true;
      if (path.isProved || !this.#selected?.isProved) this.#select(path, nowMs);
      else this.#wanted = path;
    } else if (!this.#selected) {
      this.#select(path, nowMs);
    }
    if ((path === this.#selected || path === this.#wanted) && !path.isProved) this.#sendCheck(path, nowMs);
  }

  #open(origin: IceOrigin): IcePath {
    if (this.#paths.size >= MAX_PATHS) {
      let oldest: IcePath | undefined;
      for (const path of this.#paths) {
        if (path !== this.#selected && (!oldest || path.lastCheckMs < oldest.lastCheckMs)) oldest = path;
      }
      if (oldest) this.#drop(oldest);
    }
    const path = origin.open(this);
    this.#paths.add(path);
    return path;
  }

  #select(path: IcePath, nowMs: number): void {
    this.#wanted = undefined;
    if (path === this.#selected) return;
    this.#selected = path;
    this.#events.onSelected(path);
    if (path.isProved) this.#sendCheck(path, nowMs);
  }

  #drop(path: IcePath): void {
    this.#paths.delete(path);
    if (path === this.#wanted) this.#wanted = undefined;
    path.close();
  }

  isUrgent(datagram: Buffer): boolean {
    return this.#events.isUrgent(datagram);
  }

  onDatagram(path: IcePath, datagram: Buffer): void {
    if (!this.#closed) this.#events.onDatagram(path, datagram);
  }

  /** A TCP connection ended by itself. */
  onPathLost(path: IcePath): void {
    this.#paths.delete(path);
    if (path === this.#wanted) this.#wanted = undefined;
    if (path !== this.#selected || this.#closed) return;
    // Another path that was checked lately may carry on until the peer nominates one.
    let best: IcePath | undefined;
    for (const other of this.#paths) if (!best || other.lastCheckMs > best.lastCheckMs) best = other;
    this.#selected = best;
    this.#nominated = false;
    if (best) this.#events.onSelected(best);
  }

  /** The answer to one of our own checks. */
  onCheckAnswer(datagram: Buffer, message: StunMessage, path: IcePath, nowMs: number): void {
    const key = message.transactionId.toString('latin1');
    const pending = this.#pendingChecks.get(key);
    if (!pending || pending.path !== path || message.type !== STUN_BINDING_SUCCESS) return;
    if (!verifyStunIntegrity(datagram, message, pending.password)) return;
    this.#pendingChecks.delete(key);
    const rttMs = nowMs - pending.sentMs;
    path.isProved = true;
    path.rttMs = path.rttMs === undefined ? rttMs : path.rttMs * 0.75 + rttMs * 0.25;
    path.lastCheckMs = nowMs;
    if (path === this.#wanted) this.#select(path, nowMs);
  }

  #sendCheck(path: IcePath, nowMs: number): void {
    if (!this.#remote) return;
    const transactionId = randomBytes(12);
    const request = buildBindingRequest({
      transactionId,
      username: `${this.#remote.ufrag}:${path.checkedUfrag ?? this.#credentials.ufrag}`,
      password: this.#remote.pwd,
      role: 'controlled',
      tieBreaker: this.#tieBreaker,
      priority: 0x6effffff,
    });
    this.#pendingChecks.set(transactionId.toString('latin1'), { path, sentMs: nowMs, password: this.#remote.pwd });
    this.#lastCheckSentMs = nowMs;
    path.send(request);
  }

  /** Housekeeping, a few times a second: own checks, forgotten answers and idle paths. */
  sweep(nowMs: number): void {
    const selected = this.#selected;
    const isDue = nowMs - this.#lastCheckSentMs >= CHECK_INTERVAL_MS;
    if (selected && (isDue || !selected.isProved)) this.#sendCheck(selected, nowMs);
    if (this.#wanted) this.#sendCheck(this.#wanted, nowMs);
    for (const [key, check] of this.#pendingChecks) {
      if (nowMs - check.sentMs > CHECK_LIFETIME_MS) this.#pendingChecks.delete(key);
    }
    for (const path of this.#paths) {
      if (path !== this.#selected && nowMs - path.lastCheckMs > PATH_IDLE_MS) this.#drop(path);
    }
  }

  /** Whether the peer itself chose the path (USE-CANDIDATE) since the last restart. */
  get nominated(): boolean {
    return this.#nominated;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#registry.remove(this.#credentials.ufrag);
    if (this.#previous) this.#registry.remove(this.#previous.ufrag);
    for (const path of this.#paths) path.close();
    this.#paths.clear();
    this.#pendingChecks.clear();
    this.#selected = undefined;
  }
}

/** RFC 8445 §5.3 asks for 24 bits of ufrag and 128 of password at least; ice-chars only. */
function newCredentials(): IceCredentials {
  return { ufrag: iceChars(12), pwd: iceChars(30) };
}

function iceChars(bytes: number): string {
  // base64 of a multiple of three bytes: letters, digits, + and /, exactly the ice-chars.
  return randomBytes(bytes).toString('base64');
}
