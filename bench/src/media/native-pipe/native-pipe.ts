import { randomBytes } from 'node:crypto';
import { isRtcp } from '@alongside/rtp';
import {
  noPipeTraffic,
  type Pipe,
  type PipeFailure,
  type PipeHandlers,
  type PipeLocal,
  type PipeOptions,
  type PipePath,
  type PipeRemote,
  type PipeState,
  type PipeStats,
} from '@alongside/sfu';
import type { NativeConnection, NativeTrack } from './library.ts';

export interface NativePipeContext {
  connect(name: string): NativeConnection;
  /** The same for every pipe: one certificate, one port. */
  local: Pick<PipeLocal, 'fingerprint' | 'candidates'>;
  onClosed(pipe: NativePipe): void;
}

/** The one section everything goes through; libdatachannel hands a single track all RTP and RTCP, whatever its SSRC. */
const MID = 'media';

/**
 * libdatachannel's ICE, DTLS and SRTP behind our pipe's interface, by a description of one line that has nothing to do
 * with what is negotiated above. For measuring, not for serving anyone: no ICE restart, no ICE-TCP, no data channels
 * (the remote's description of them does not come this far down, and the people of a benchmark open none).
 */
export class NativePipe implements Pipe {
  handlers: PipeHandlers;
  readonly stats: PipeStats = noPipeTraffic();
  readonly #context: NativePipeContext;
  readonly #connection: NativeConnection;
  readonly #preferredSetup: 'active' | 'passive';
  readonly #iceUfrag = randomBytes(6).toString('base64');
  readonly #icePwd = randomBytes(18).toString('base64');
  #state: PipeState = 'new';
  #role: 'active' | 'passive' | undefined;
  #remote: PipeRemote | undefined;
  #track: NativeTrack | undefined;
  /** Packets can be sent. */
  #isOpen = false;

  constructor(context: NativePipeContext, options: PipeOptions) {
    this.#context = context;
    this.handlers = options.handlers ?? {};
    this.#preferredSetup = options.preferredSetup ?? 'passive';
    this.#connection = context.connect(options.name ?? '');
    this.#connection.onStateChange((state) => this.#onNativeState(state));
    this.#connection.onTrack((track) => this.#onTrack(track));
  }

  get state(): PipeState {
    return this.#state;
  }

  get local(): PipeLocal {
    return {
      ...this.#context.local,
      iceUfrag: this.#iceUfrag,
      icePwd: this.#icePwd,
      // It is a full agent, but told no candidates: it answers checks, and checks the addresses those came from.
      iceLite: true,
      setup: this.#role ?? 'actpass',
    };
  }

  get selectedPath(): PipePath | undefined {
    const pair = this.#isOpen && this.#connection.getSelectedCandidatePair();
    if (!pair) return undefined;
    const { local, remote } = pair;
    return {
      protocol: 'udp',
      localAddress: local.address,
      localPort: local.port,
      remoteAddress: remote.address,
      remotePort: remote.port,
    };
  }

  accept(remote: PipeRemote): 'active' | 'passive' {
    if (this.#state === 'closed') throw new RangeError('the pipe is closed');
    if (this.#role) {
      if (remote.iceUfrag !== this.#remote?.iceUfrag) throw new RangeError('this pipe cannot restart ICE');
      return this.#role;
    }
    const fingerprint = remote.fingerprints.find(({ algorithm }) => algorithm.toLowerCase() === 'sha-256');
    if (!fingerprint) throw new RangeError('no usable DTLS fingerprint');
    const role = remote.setup === 'actpass' ? this.#preferredSetup : remote.setup === 'active' ? 'passive' : 'active';
    this.#role = role;
    this.#remote = remote;
    const lines = [
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1',
      's=-',
      't=0 0',
      `a=group:BUNDLE ${MID}`,
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'c=IN IP4 0.0.0.0',
      `a=mid:${MID}`,
      'a=sendrecv',
      'a=rtcp-mux',
      'a=rtpmap:111 opus/48000/2',
      `a=ice-ufrag:${remote.iceUfrag}`,
      `a=ice-pwd:${remote.icePwd}`,
      `a=fingerprint:${fingerprint.algorithm} ${fingerprint.value}`,
      `a=setup:${role === 'passive' ? 'active' : 'passive'}`,
    ];
    this.#connection.setRemoteDescription(`${lines.join('\r\n')}\r\n`, 'offer');
    this.#connection.setLocalDescription('answer', { iceUfrag: this.#iceUfrag, icePwd: this.#icePwd });
    this.#setState('connecting');
    return role;
  }

  restart(): PipeLocal {
    throw new RangeError('this pipe cannot restart ICE');
  }

  #onTrack(track: NativeTrack): void {
    // The binding frees what it keeps for a track in this callback alone.
    track.onClosed(() => {});
    this.#track = track;
    track.onMessage((packet) => this.#onPacket(packet));
    const onOpen = (): void => {
      if (this.#state === 'closed' || this.#state === 'failed') return;
      this.#isOpen = true;
      this.#setState('connected');
    };
    track.onOpen(onOpen);
    if (track.isOpen()) onOpen();
  }

  #onPacket(packet: Buffer): void {
    if (this.#state === 'closed') return;
    const { stats, handlers } = this;
    stats.packetsReceived++;
    stats.bytesReceived += packet.length;
    try {
      // The library does not tell when the datagram was read; this is when JavaScript saw it.
      if (isRtcp(packet)) handlers.onRtcp?.(packet, performance.now());
      else handlers.onRtp?.(packet, performance.now());
    } catch {
      stats.handlerErrors++;
    }
  }

  #onNativeState(state: string): void {
    if (this.#state === 'closed' || this.#state === 'failed') return;
    if (state === 'failed') this.#setState('failed', this.#isOpen ? 'consent-timeout' : 'connect-timeout');
    else if (state === 'closed') this.#setState('failed', 'transport-closed');
    else if (this.#isOpen && (state === 'connected' || state === 'disconnected')) this.#setState(state);
  }

  sendRtp(packet: Buffer, lengthBytes: number = packet.length): boolean {
    const { stats } = this;
    const sent = lengthBytes === packet.length ? packet : packet.subarray(0, lengthBytes);
    try {
      // Copied before the call returns.
      if (this.#isOpen && this.#track!.sendMessageBinary(sent)) {
        stats.packetsSent++;
        stats.bytesSent += lengthBytes;
        return true;
      }
    } catch {
      // Closed on its own thread meanwhile.
    }
    stats.sendsDropped++;
    return false;
  }

  sendRtcp(packet: Buffer, lengthBytes?: number): boolean {
    return this.sendRtp(packet, lengthBytes);
  }

  sendData(): boolean {
    this.stats.sendsDropped++;
    return false;
  }

  dataBufferedAmount(): number {
    return 0;
  }

  dataChannel(): undefined {
    return undefined;
  }

  openDataChannel(): void {
    // It never opens; what is for it waits within the engine's limit.
  }

  #setState(state: PipeState, failure?: PipeFailure): void {
    if (state === this.#state) return;
    this.#state = state;
    try {
      this.handlers.onState?.(state, failure);
    } catch {
      this.stats.handlerErrors++;
    }
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#isOpen = false;
    // First, by itself: the binding keeps the callbacks of a track that ends with its connection until the thread ends,
    // and hangs in freeing them then.
    this.#track?.close();
    this.#connection.close();
    this.#setState('closed');
    this.#context.onClosed(this);
  }
}
