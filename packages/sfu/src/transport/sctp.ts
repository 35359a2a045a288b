import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { RECEIVE_WINDOW_BYTES, SctpInbound, type SctpMessage } from './sctp-inbound.ts';
import { MAX_PACKET_BYTES, SctpOutbound, type SctpSendOptions } from './sctp-outbound.ts';
import {
  buildChunk,
  buildInit,
  buildParameter,
  buildSack,
  buildSctp,
  CHUNK_ABORT,
  CHUNK_COOKIE_ACK,
  CHUNK_COOKIE_ECHO,
  CHUNK_DATA,
  CHUNK_FORWARD_TSN,
  CHUNK_HEARTBEAT,
  CHUNK_HEARTBEAT_ACK,
  CHUNK_INIT,
  CHUNK_INIT_ACK,
  CHUNK_RECONFIG,
  CHUNK_SACK,
  CHUNK_SHUTDOWN,
  CHUNK_SHUTDOWN_ACK,
  CHUNK_SHUTDOWN_COMPLETE,
  COMMON_HEADER_BYTES,
  PARAMETER_FORWARD_TSN,
  PARAMETER_STATE_COOKIE,
  PARAMETER_SUPPORTED_EXTENSIONS,
  parseData,
  parseForwardTsn,
  parseInit,
  parseSack,
  parseSctp,
  type SctpChunk,
  type SctpInit,
} from './sctp-packet.ts';
import { StreamResets } from './sctp-reset.ts';

/** `a=sctp-port` of both sides. */
export const SCTP_PORT = 5000;
const STREAMS = 1024;
const SACK_DELAY_MS = 20;
const HANDSHAKE_RETRY_MS = 400;
const MAX_HANDSHAKE_RETRY_MS = 3_000;

export interface SctpEvents {
  /** Hands a packet to DTLS. */
  send(packet: Buffer): void;
  onEstablished(): void;
  onMessage(message: SctpMessage): void;
  /** The peer closed these streams (RFC 6525); ours towards it are being closed in return. */
  onStreamsReset(streamIds: number[]): void;
  onClosed(): void;
}

/**
 * One SCTP association over DTLS (RFC 9260, RFC 8261) as data channels use it: one path, partial reliability
 * (RFC 3758), stream resets (RFC 6525), no interleaving. Either side may begin; both at once works too.
 */
export class SctpAssociation {
  readonly #events: SctpEvents;
  readonly #localTag = randomBytes(4).readUInt32BE(0) || 1;
  readonly #localTsn = randomBytes(4).readUInt32BE(0);
  readonly #cookieKey = randomBytes(16);
  #remoteTag = 0;
  #state: 'idle' | 'cookie-wait' | 'cookie-echoed' | 'established' | 'closed' = 'idle';
  #inbound: SctpInbound | undefined;
  #outbound: SctpOutbound | undefined;
  #handshakeChunk: Buffer | undefined;
  #handshakeRetryMs = HANDSHAKE_RETRY_MS;
  #handshakeTimer: NodeJS.Timeout | undefined;
  #retransmitTimer: NodeJS.Timeout | undefined;
  #retransmitAtMs = 0;
  #sackTimer: NodeJS.Timeout | undefined;
  #packetsUnacked = 0;
  #mustSack = false;
  #isReceiving = false;
  #resets: StreamResets | undefined;

  constructor(events: SctpEvents) {
    this.#events = events;
  }

  get established(): boolean {
    return this.#state === 'established';
  }

  get rttMs(): number | undefined {
    return this.#outbound?.rttMs;
  }

  bufferedBytes(streamId: number): number {
    return this.#outbound?.bufferedBytes(streamId) ?? 0;
  }

  get totalBufferedBytes(): number {
    return this.#outbound?.totalBufferedBytes ?? 0;
  }

  /** Begins the association; without it, it begins when the peer does. */
  start(): void {
    if (this.#state !== 'idle') return;
    this.#state = 'cookie-wait';
    this.#beginHandshake(this.#init(CHUNK_INIT, []));
  }

  /** Queues a message; false before the association stands. */
  send(data: Buffer, options: SctpSendOptions): boolean {
    if (this.#state !== 'established') return false;
    this.#outbound!.enqueue(data, options);
    this.#flush();
    return true;
  }

  receive(bytes: Buffer): void {
    const packet = parseSctp(bytes);
    if (!packet || this.#state === 'closed') return;
    this.#isReceiving = true;
    for (const chunk of packet.chunks) {
      // INIT comes alone and with tag zero; all else proves to belong to this association by our tag.
      if (chunk.type === CHUNK_INIT ? packet.verificationTag !== 0 : packet.verificationTag !== this.#localTag)
        continue;
      this.#onChunk(chunk);
      if (this.#hasClosed()) return;
    }
    this.#isReceiving = false;
    if (this.#packetsUnacked >= 2 || (this.#packetsUnacked > 0 && this.#inbound?.hasGaps)) this.#mustSack = true;
    this.#flush();
  }

  /** A method, because the type of a field would stay narrowed across the calls that change it. */
  #hasClosed(): boolean {
    return this.#state === 'closed';
  }

  #onChunk(chunk: SctpChunk): void {
    switch (chunk.type) {
      case CHUNK_INIT:
        this.#onInit(chunk);
        break;
      case CHUNK_INIT_ACK:
        this.#onInitAck(chunk);
        break;
      case CHUNK_COOKIE_ECHO:
        this.#onCookieEcho(chunk);
        break;
      case CHUNK_COOKIE_ACK:
        if (this.#state === 'cookie-echoed') this.#establish();
        break;
      case CHUNK_DATA:
        this.#onData(chunk);
        break;
      case CHUNK_SACK: {
        const sack = parseSack(chunk.body);
        if (sack) this.#outbound?.onSack(sack, performance.now());
        break;
      }
      case CHUNK_FORWARD_TSN: {
        const forward = parseForwardTsn(chunk.body);
        if (!forward || this.#state !== 'established') break;
        this.#inbound!.onForwardTsn(forward);
        this.#mustSack = true;
        break;
      }
      case CHUNK_RECONFIG:
        if (this.#state === 'established') this.#resets!.onChunk(chunk);
        break;
      case CHUNK_HEARTBEAT:
        this.#sendChunks([buildChunk(CHUNK_HEARTBEAT_ACK, 0, chunk.body)]);
        break;
      case CHUNK_SHUTDOWN:
        this.#sendChunks([buildChunk(CHUNK_SHUTDOWN_ACK, 0, Buffer.alloc(0))]);
        break;
      case CHUNK_SHUTDOWN_ACK:
      case CHUNK_SHUTDOWN_COMPLETE:
      case CHUNK_ABORT:
        this.#end();
        break;
      default:
        break;
    }
  }

  // —— beginning ——

  #init(type: number, extra: readonly Buffer[]): Buffer {
    return buildInit(
      type,
      {
        initiateTag: this.#localTag,
        receiverWindow: RECEIVE_WINDOW_BYTES,
        outboundStreams: STREAMS,
        inboundStreams: STREAMS,
        initialTsn: this.#localTsn,
      },
      [
        buildParameter(PARAMETER_FORWARD_TSN, Buffer.alloc(0)),
        buildParameter(PARAMETER_SUPPORTED_EXTENSIONS, Buffer.from([CHUNK_RECONFIG, CHUNK_FORWARD_TSN])),
        ...extra,
      ],
    );
  }

  #beginHandshake(chunk: Buffer): void {
    this.#handshakeChunk = chunk;
    this.#handshakeRetryMs = HANDSHAKE_RETRY_MS;
    clearTimeout(this.#handshakeTimer);
    this.#tryHandshake();
  }

  #tryHandshake(): void {
    if (!this.#handshakeChunk) return;
    const tag = this.#state === 'cookie-wait' ? 0 : this.#remoteTag;
    this.#events.send(buildSctp(SCTP_PORT, tag, [this.#handshakeChunk]));
    // Without end: whether the peer is still there is ICE's to judge.
    this.#handshakeTimer = setTimeout(() => this.#tryHandshake(), this.#handshakeRetryMs);
    this.#handshakeRetryMs = Math.min(2 * this.#handshakeRetryMs, MAX_HANDSHAKE_RETRY_MS);
  }

  /** Answers with all that is needed to go on in a signed cookie, keeping nothing (RFC 9260 §5.1, §5.2.1). */
  #onInit(chunk: SctpChunk): void {
    const init = parseInit(chunk.body);
    if (!init || init.outboundStreams === 0 || init.inboundStreams === 0) return;
    // A restart would forget what is under way; over DTLS, which is never redone here, no honest peer asks for it.
    if (this.#state === 'established' && init.initiateTag !== this.#remoteTag) return;
    const state = Buffer.alloc(12);
    state.writeUInt32BE(init.initiateTag, 0);
    state.writeUInt32BE(init.initialTsn, 4);
    state.writeUInt32BE(init.receiverWindow, 8);
    const cookie = Buffer.concat([state, this.#cookieMac(state)]);
    const answer = this.#init(CHUNK_INIT_ACK, [buildParameter(PARAMETER_STATE_COOKIE, cookie)]);
    this.#events.send(buildSctp(SCTP_PORT, init.initiateTag, [answer]));
  }

  #cookieMac(state: Buffer): Buffer {
    return createHmac('sha256', this.#cookieKey).update(state).digest();
  }

  #onInitAck(chunk: SctpChunk): void {
    if (this.#state !== 'cookie-wait') return;
    const init = parseInit(chunk.body);
    const cookie = init?.parameters.find((parameter) => parameter.type === PARAMETER_STATE_COOKIE);
    if (!init || !cookie) return;
    this.#adopt(init);
    this.#state = 'cookie-echoed';
    this.#beginHandshake(buildChunk(CHUNK_COOKIE_ECHO, 0, cookie.body));
  }

  #onCookieEcho(chunk: SctpChunk): void {
    const state = chunk.body.subarray(0, 12);
    const mac = chunk.body.subarray(12);
    if (state.length !== 12 || mac.length !== 32 || !timingSafeEqual(mac, this.#cookieMac(state))) return;
    const remoteTag = state.readUInt32BE(0);
    if (this.#state === 'established') {
      // Our COOKIE ACK was lost.
      if (remoteTag === this.#remoteTag) this.#sendChunks([buildChunk(CHUNK_COOKIE_ACK, 0, Buffer.alloc(0))]);
      return;
    }
    this.#adopt({
      initiateTag: remoteTag,
      initialTsn: state.readUInt32BE(4),
      receiverWindow: state.readUInt32BE(8),
    });
    this.#sendChunks([buildChunk(CHUNK_COOKIE_ACK, 0, Buffer.alloc(0))]);
    this.#establish();
  }

  #adopt(init: Pick<SctpInit, 'initiateTag' | 'initialTsn' | 'receiverWindow'>): void {
    this.#remoteTag = init.initiateTag;
    this.#inbound = new SctpInbound(init.initialTsn, (message) => this.#events.onMessage(message));
    this.#outbound = new SctpOutbound(this.#localTsn, init.receiverWindow);
    this.#resets = new StreamResets(this.#localTsn, init.initialTsn, {
      send: (chunk) => this.#sendChunks([chunk]),
      lastTsn: () => this.#outbound!.lastTsn,
      hasReached: (tsn) => this.#inbound!.hasReached(tsn),
      retryMs: () => this.#outbound!.rtoMs,
      onReset: (streamIds) => {
        this.#inbound!.resetStreams(streamIds);
        this.#events.onStreamsReset(streamIds);
      },
    });
  }

  #establish(): void {
    clearTimeout(this.#handshakeTimer);
    this.#handshakeChunk = undefined;
    this.#state = 'established';
    this.#events.onEstablished();
  }

  // —— data ——

  #onData(chunk: SctpChunk): void {
    // Data may come with the COOKIE ACK's loss: in cookie-echoed the peer is established already.
    if (this.#state === 'cookie-echoed') this.#establish();
    if (this.#state !== 'established') return;
    const data = parseData(chunk);
    if (!data) return;
    const isNew = this.#inbound!.onData(data);
    // Whoever got the message may have closed us.
    if (this.#hasClosed()) return;
    this.#packetsUnacked++;
    if (!isNew || data.wantsSackNow) this.#mustSack = true;
    if (!this.#sackTimer) {
      this.#sackTimer = setTimeout(() => {
        this.#sackTimer = undefined;
        if (this.#packetsUnacked === 0) return;
        this.#mustSack = true;
        this.#flush();
      }, SACK_DELAY_MS);
    }
  }

  #takeSack(): Buffer[] {
    if (!this.#mustSack || !this.#inbound) return [];
    this.#mustSack = false;
    this.#packetsUnacked = 0;
    return [buildSack(this.#inbound.sack())];
  }

  #flush(): void {
    // While a packet is worked through, answers wait so that they travel together.
    if (this.#isReceiving || this.#state !== 'established') return;
    const nowMs = performance.now();
    const room = MAX_PACKET_BYTES - COMMON_HEADER_BYTES;
    for (;;) {
      const sack = this.#takeSack();
      const data = this.#outbound!.nextChunks(nowMs, room - (sack[0]?.length ?? 0));
      if (sack.length === 0 && data.length === 0) break;
      this.#sendChunks([...sack, ...data]);
    }
    this.#arm(nowMs);
  }

  #sendChunks(chunks: readonly Buffer[]): void {
    this.#events.send(buildSctp(SCTP_PORT, this.#remoteTag, chunks));
  }

  #arm(nowMs: number): void {
    const deadline = this.#outbound!.deadlineMs;
    if (deadline === undefined) {
      clearTimeout(this.#retransmitTimer);
      this.#retransmitTimer = undefined;
      return;
    }
    // A timer that fires early only looks and sets itself anew: cheaper than a new one for every packet.
    if (this.#retransmitTimer && this.#retransmitAtMs <= deadline) return;
    clearTimeout(this.#retransmitTimer);
    this.#retransmitAtMs = deadline;
    this.#retransmitTimer = setTimeout(() => this.#onRetransmitTimer(), Math.max(1, deadline - nowMs));
  }

  #onRetransmitTimer(): void {
    this.#retransmitTimer = undefined;
    const nowMs = performance.now();
    const deadline = this.#outbound!.deadlineMs;
    if (deadline !== undefined && deadline <= nowMs + 1) this.#outbound!.onTimer(nowMs);
    this.#flush();
  }

  /** Closes our direction of a stream; the peer closes its own in return. */
  resetStream(streamId: number): void {
    if (this.#state !== 'established') return;
    this.#outbound!.resetStream(streamId);
    this.#resets!.reset(streamId);
  }

  // —— ending ——

  #end(): void {
    if (this.#state === 'closed') return;
    this.#stop();
    this.#events.onClosed();
  }

  #stop(): void {
    this.#state = 'closed';
    this.#isReceiving = false;
    this.#resets?.stop();
    for (const timer of [this.#handshakeTimer, this.#retransmitTimer, this.#sackTimer]) clearTimeout(timer);
  }

  /** Forgets everything without a word: the DTLS alert that follows tells the peer, an ABORT would look like an error. */
  close(): void {
    this.#stop();
  }
}
