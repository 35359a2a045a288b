import { isRtcp } from '@alongside/rtp';
import { type DtlsCertificate, usableFingerprints } from './certificate.ts';
import { DataChannels } from './data-channels.ts';
import { DtlsAssociation } from './dtls.ts';
import { IceLiteAgent, type IceRegistry } from './ice-lite.ts';
import type { IcePath } from './ice-path.ts';
import {
  type DtlsFingerprint,
  type DtlsSetup,
  noPipeTraffic,
  type Pipe,
  type PipeCandidate,
  type PipeDataChannel,
  type PipeDataChannelOptions,
  type PipeFailure,
  type PipeHandlers,
  type PipeLocal,
  type PipeOptions,
  type PipePath,
  type PipeRemote,
  type PipeState,
  type PipeStats,
} from './pipe.ts';
import { SrtpReceiver, SrtpSender } from './srtp.ts';
import { deriveSessionKeys, type SrtpKeys, type SrtpProfile } from './srtp-keys.ts';

/** How long silence may last, in ms; RFC 7675 §5.1 ends consent after 30 s. */
export interface PipeTimeouts {
  connectMs: number;
  disconnectedMs: number;
  failedMs: number;
}

export const DEFAULT_TIMEOUTS: PipeTimeouts = { connectMs: 30_000, disconnectedMs: 6_000, failedMs: 30_000 };

const RTP_HEAD_BYTES = 12;
/** DTLS datagrams kept until the remote description is known. */
const MAX_EARLY_DATAGRAMS = 8;

export interface WebrtcPipeContext {
  registry: IceRegistry;
  certificate: DtlsCertificate;
  srtpProfiles: readonly SrtpProfile[] | undefined;
  candidates: readonly PipeCandidate[];
  timeouts: PipeTimeouts;
  onClosed(pipe: WebrtcPipe): void;
}

/** Our own ICE-lite, DTLS, SRTP and SCTP behind the pipe's interface. */
export class WebrtcPipe implements Pipe {
  handlers: PipeHandlers;
  readonly stats: PipeStats = noPipeTraffic();
  readonly name: string;
  readonly #context: WebrtcPipeContext;
  readonly #agent: IceLiteAgent;
  readonly #candidates: readonly PipeCandidate[];
  readonly #preferredSetup: 'active' | 'passive';
  #state: PipeState = 'new';
  #role: 'active' | 'passive' | undefined;
  #fingerprints: readonly DtlsFingerprint[] = [];
  #path: IcePath | undefined;
  #dtls: DtlsAssociation | undefined;
  #channels: DataChannels | undefined;
  #waitingChannels: { label: string; options: PipeDataChannelOptions }[] = [];
  #early: Buffer[] = [];
  #sender: SrtpSender | undefined;
  #receiver: SrtpReceiver | undefined;
  #acceptedMs = 0;
  #lastHeardMs = 0;

  constructor(context: WebrtcPipeContext, options: PipeOptions) {
    this.#context = context;
    this.handlers = options.handlers ?? {};
    this.name = options.name ?? '';
    this.#preferredSetup = options.preferredSetup ?? 'passive';
    const protocols = options.protocols ?? ['udp', 'tcp'];
    this.#candidates = context.candidates.filter((candidate) => protocols.includes(candidate.protocol));
    this.#agent = new IceLiteAgent(
      context.registry,
      {
        onSelected: (path) => this.#onSelected(path),
        isUrgent: (datagram) => this.#isUrgent(datagram),
        onDatagram: (_path, datagram) => this.#onDatagram(datagram),
      },
      protocols,
    );
  }

  get state(): PipeState {
    return this.#state;
  }

  get local(): PipeLocal {
    const { ufrag, pwd } = this.#agent.credentials;
    const setup: DtlsSetup = this.#role ?? 'actpass';
    return {
      iceUfrag: ufrag,
      icePwd: pwd,
      iceLite: true,
      fingerprint: this.#context.certificate.fingerprint,
      candidates: this.#candidates,
      setup,
    };
  }

  get selectedPath(): PipePath | undefined {
    const path = this.#path;
    if (!path) return undefined;
    const { protocol, localAddress, localPort, remoteAddress, remotePort } = path;
    const rttMs = path.rttMs ?? this.#channels?.rttMs;
    return { protocol, localAddress, localPort, remoteAddress, remotePort, rttMs };
  }

  accept(remote: PipeRemote): 'active' | 'passive' {
    if (this.#state === 'closed') throw new RangeError('the pipe is closed');
    const fingerprints = usableFingerprints(remote.fingerprints);
    if (fingerprints.length === 0) throw new RangeError('no usable DTLS fingerprint');
    if (this.#role) {
      if (remote.setup === this.#role) throw new RangeError('both sides claim the same DTLS role');
      const known = new Set(this.#fingerprints.map((entry) => `${entry.algorithm} ${entry.value}`));
      if (!fingerprints.some((entry) => known.has(`${entry.algorithm} ${entry.value}`))) {
        throw new RangeError('the DTLS fingerprint changed');
      }
      this.#agent.setRemote({ ufrag: remote.iceUfrag, pwd: remote.icePwd });
      return this.#role;
    }
    this.#role = remote.setup === 'actpass' ? this.#preferredSetup : remote.setup === 'active' ? 'passive' : 'active';
    this.#fingerprints = fingerprints;
    this.#agent.setRemote({ ufrag: remote.iceUfrag, pwd: remote.icePwd });
    this.#acceptedMs = performance.now();
    this.#startDtls(this.#role === 'active' ? 'client' : 'server');
    this.#setState('connecting');
    return this.#role;
  }

  #startDtls(role: 'client' | 'server'): void {
    const dtls = new DtlsAssociation({
      role,
      certificate: this.#context.certificate,
      fingerprints: this.#fingerprints,
      srtpProfiles: this.#context.srtpProfiles,
      events: {
        send: (datagram) => this.#path?.send(datagram),
        onKeys: (keys) => this.#onKeys(keys),
        onConnected: () => this.#openWaitingChannels(),
        onData: (data) => this.#channels?.receive(data),
        onClosed: () => this.#fail('transport-closed'),
        onFailed: (failure) => this.#fail(failure),
      },
    });
    this.#dtls = dtls;
    this.#channels = new DataChannels(role, {
      send: (packet) => dtls.send(packet),
      onOpen: (channel) => this.#tell(() => this.handlers.onDataChannel?.(channel)),
      onMessage: (label, data, binary) => this.#tell(() => this.handlers.onDataMessage?.(label, data, binary)),
      onClosed: (label) => this.#tell(() => this.handlers.onDataChannelClosed?.(label)),
    });
    const early = this.#early;
    this.#early = [];
    for (const datagram of early) dtls.receive(datagram);
    if (this.#path) dtls.start();
  }

  restart(remote?: PipeRemote): PipeLocal {
    if (this.#state === 'closed') throw new RangeError('the pipe is closed');
    this.#agent.restart();
    if (remote) this.accept(remote);
    return this.local;
  }

  #onSelected(path: IcePath): void {
    this.#path = path;
    this.#lastHeardMs = performance.now();
    this.#dtls?.start();
  }

  /** The SSRC of RTP stands in the clear; that it is the peer's own is found when the packet is opened. */
  #isUrgent(datagram: Buffer): boolean {
    const first = datagram[0]!;
    if (first < 128 || first > 191 || datagram.length < RTP_HEAD_BYTES) return false;
    return isRtcp(datagram) || (this.handlers.isSound?.(datagram.readUInt32BE(8)) ?? false);
  }

  #onDatagram(datagram: Buffer): void {
    const first = datagram[0]!;
    if (first >= 128 && first <= 191) this.#onMedia(datagram);
    else if (first >= 20 && first <= 63) {
      if (this.#dtls) this.#dtls.receive(datagram);
      else if (this.#early.length < MAX_EARLY_DATAGRAMS) this.#early.push(datagram);
    } else this.stats.packetsRefused++;
  }

  #onMedia(datagram: Buffer): void {
    const { stats, handlers } = this;
    const receiver = this.#receiver;
    if (!receiver || datagram.length < RTP_HEAD_BYTES) {
      stats.packetsRefused++;
      return;
    }
    const isControl = isRtcp(datagram);
    const packet = isControl ? receiver.unprotectRtcp(datagram) : receiver.unprotectRtp(datagram);
    if (!packet) {
      stats.packetsRefused++;
      return;
    }
    const nowMs = performance.now();
    this.#lastHeardMs = nowMs;
    stats.packetsReceived++;
    stats.bytesReceived += packet.length;
    try {
      if (isControl) handlers.onRtcp?.(packet, nowMs);
      else handlers.onRtp?.(packet, nowMs);
    } catch {
      stats.handlerErrors++;
    }
  }

  #onKeys(keys: SrtpKeys): void {
    this.#sender = new SrtpSender(keys.profile, deriveSessionKeys(keys.profile, keys.local));
    this.#receiver = new SrtpReceiver(keys.profile, deriveSessionKeys(keys.profile, keys.remote));
    this.#lastHeardMs = performance.now();
    this.#setState('connected');
  }

  #openWaitingChannels(): void {
    const waiting = this.#waitingChannels;
    this.#waitingChannels = [];
    for (const { label, options } of waiting) this.#channels!.open(label, options);
  }

  sendRtp(packet: Buffer, lengthBytes: number = packet.length): boolean {
    const sealed = this.#sender?.protectRtp(packet, lengthBytes);
    return this.#sendSealed(sealed);
  }

  sendRtcp(packet: Buffer, lengthBytes: number = packet.length): boolean {
    const sealed = this.#sender?.protectRtcp(packet, lengthBytes);
    return this.#sendSealed(sealed);
  }

  #sendSealed(sealed: Buffer | undefined): boolean {
    const { stats } = this;
    if (!sealed || !this.#path?.send(sealed)) {
      stats.sendsDropped++;
      return false;
    }
    stats.packetsSent++;
    stats.bytesSent += sealed.length;
    return true;
  }

  sendData(label: string, data: Buffer | string): boolean {
    const isSent = this.#channels?.send(label, data) ?? false;
    if (!isSent) this.stats.sendsDropped++;
    return isSent;
  }

  dataBufferedAmount(label: string): number {
    return this.#channels?.bufferedAmount(label) ?? 0;
  }

  dataChannel(label: string): PipeDataChannel | undefined {
    return this.#channels?.channel(label);
  }

  openDataChannel(label: string, options: PipeDataChannelOptions = {}): void {
    // The association can only begin once DTLS stands.
    if (this.#dtls?.connected) this.#channels!.open(label, options);
    else this.#waitingChannels.push({ label, options });
  }

  /** Called a few times a second by the factory. */
  sweep(nowMs: number): void {
    if (this.#state === 'closed' || this.#state === 'failed') return;
    this.#agent.sweep(nowMs);
    const { connectMs, disconnectedMs, failedMs } = this.#context.timeouts;
    if (this.#state === 'new') return;
    // Media may flow before the handshake is done, but not for long.
    if (!this.#dtls?.connected && nowMs - this.#acceptedMs > connectMs) {
      this.#fail('connect-timeout');
      return;
    }
    if (this.#state === 'connecting') return;
    const silenceMs = nowMs - Math.max(this.#lastHeardMs, this.#path?.lastCheckMs ?? 0);
    if (silenceMs > failedMs) this.#fail('consent-timeout');
    else this.#setState(silenceMs > disconnectedMs ? 'disconnected' : 'connected');
  }

  #fail(failure: PipeFailure): void {
    if (this.#state === 'closed' || this.#state === 'failed') return;
    this.#release();
    this.#setState('failed', failure);
  }

  #setState(state: PipeState, failure?: PipeFailure): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell(() => this.handlers.onState?.(state, failure));
  }

  #tell(call: () => void): void {
    try {
      call();
    } catch {
      this.stats.handlerErrors++;
    }
  }

  /** Ends timers and forgets keys and addresses: nothing is sent after this. */
  #release(): void {
    this.#channels?.close();
    this.#dtls?.close();
    this.#agent.close();
    this.#sender = undefined;
    this.#receiver = undefined;
    this.#path = undefined;
    this.#early = [];
    this.#waitingChannels = [];
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#release();
    this.#setState('closed');
    this.#context.onClosed(this);
  }
}
