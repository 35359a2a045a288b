import type { IceServer } from './ice-servers.ts';

/**
 * The encrypted transport of one peer connection as everything above sees it: packets in, packets out, data messages,
 * and nothing of ICE, DTLS, SRTP or SCTP. Signalling describes both ends in SDP, the forwarder moves packets.
 *
 * Order of use: `factory.create()` → put `pipe.local` into an offer or answer → `pipe.accept(remote)` as soon as the
 * remote description is known (packets arriving before are answered once it is) → `onState('connected')`.
 */

/**
 * `new` → `connecting` (remote known) → `connected` (ICE, DTLS and SRTP ready) ⇄ `disconnected` (no consent for some
 * seconds, may come back) → `failed` (final: close it; an ICE restart before that revives it) → `closed`.
 */
export type PipeState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'closed';

/** Why a pipe failed; for logs and diagnosis, never a secret in it. */
export type PipeFailure =
  | 'fingerprint-mismatch'
  | 'dtls-failed'
  | 'connect-timeout'
  | 'consent-timeout'
  | 'transport-closed';

/** DTLS role as `a=setup` spells it. */
export type DtlsSetup = 'actpass' | 'active' | 'passive';

/** `a=fingerprint:<algorithm> <value>`; value is upper-case hex pairs joined by colons. */
export interface DtlsFingerprint {
  algorithm: string;
  value: string;
}

/** One local address; `candidateToSdp()` of ice-candidates.ts gives the text after `a=`. */
export interface PipeCandidate {
  foundation: string;
  component: 1;
  protocol: 'udp' | 'tcp';
  priority: number;
  address: string;
  port: number;
  type: 'host';
  tcpType?: 'passive';
}

/** What the remote side needs to reach us. */
export interface PipeLocal {
  iceUfrag: string;
  icePwd: string;
  /** Always ICE-lite: write `a=ice-lite`, and the peer must be controlling. */
  iceLite: true;
  fingerprint: DtlsFingerprint;
  candidates: readonly PipeCandidate[];
  /** `actpass` until `accept()`, then the role taken: `active` or `passive`. */
  setup: DtlsSetup;
}

/** What SDP says of the other side. Its candidates are not needed: the lite side only answers. */
export interface PipeRemote {
  iceUfrag: string;
  icePwd: string;
  /** Every fingerprint of the section; the certificate must match one whose hash we know. */
  fingerprints: readonly DtlsFingerprint[];
  setup: DtlsSetup;
}

/** The path packets take now. */
export interface PipePath {
  protocol: 'udp' | 'tcp';
  localAddress: string;
  localPort: number;
  remoteAddress: string;
  remotePort: number;
  /** Smoothed round trip measured below RTP, where known. */
  rttMs?: number;
}

export interface PipeDataChannelOptions {
  ordered?: boolean;
  maxRetransmits?: number;
  maxPacketLifeTimeMs?: number;
  protocol?: string;
}

export interface PipeDataChannel extends Readonly<PipeDataChannelOptions> {
  readonly label: string;
  readonly streamId: number;
  /** Who opened it by DCEP. */
  readonly openedBy: 'local' | 'remote';
}

/**
 * What the pipe tells its owner. Called synchronously from the socket: no handler may throw or take long. A handler
 * that throws is contained, and counted in `stats.handlerErrors`.
 */
export interface PipeHandlers {
  /** Whether a stream is known to be sound: its packets need not wait for pictures that arrived just before them. */
  isSound?(ssrc: number): boolean;
  /**
   * A decrypted, authenticated RTP packet that was not seen before. The buffer is the owner's to keep and change.
   * `arrivalTimeMs` is `performance.now()` of the media thread when the datagram was read.
   */
  onRtp?(packet: Buffer, arrivalTimeMs: number): void;
  /** A decrypted, authenticated RTCP compound; same ownership. */
  onRtcp?(packet: Buffer, arrivalTimeMs: number): void;
  onState?(state: PipeState, failure?: PipeFailure): void;
  /** A channel is open in both directions, whoever asked for it. */
  onDataChannel?(channel: PipeDataChannel): void;
  /** `binary` false: UTF-8 text. */
  onDataMessage?(label: string, data: Buffer, binary: boolean): void;
  onDataChannelClosed?(label: string): void;
}

export interface PipeStats {
  packetsReceived: number;
  packetsSent: number;
  bytesReceived: number;
  bytesSent: number;
  /** Failed authentication, replayed, malformed, or before the keys were there. */
  packetsRefused: number;
  /** `sendRtp`/`sendRtcp`/`sendData` calls that returned false. */
  sendsDropped: number;
  handlerErrors: number;
}

/** Of a pipe through which nothing has gone. */
export function noPipeTraffic(): PipeStats {
  return {
    packetsReceived: 0,
    packetsSent: 0,
    bytesReceived: 0,
    bytesSent: 0,
    packetsRefused: 0,
    sendsDropped: 0,
    handlerErrors: 0,
  };
}

export interface Pipe {
  readonly local: PipeLocal;
  readonly state: PipeState;
  /** Undefined until a checked pair exists. */
  readonly selectedPath: PipePath | undefined;
  readonly stats: Readonly<PipeStats>;
  /** May be set or replaced at any time. */
  handlers: PipeHandlers;

  /**
   * Takes the remote description (of the offer we answer, or the answer to our offer) and returns the DTLS role we
   * play, to be written as `a=setup`. Calling it again with the same values is a no-op, with another ufrag it is the
   * second half of an ICE restart; other fingerprints after connecting throw, since DTLS is never redone on a pipe.
   * @throws RangeError when the description cannot be used (no usable fingerprint, equal roles, closed pipe).
   */
  accept(remote: PipeRemote): 'active' | 'passive';

  /**
   * Starts an ICE restart: returns new local credentials (also in `local`). Old ones stay good until the peer uses
   * the new; DTLS, SRTP and SCTP state are kept. Pass `remote` when the restart is the peer's (its new offer), leave
   * it out when ours (then `accept()` with the answer).
   */
  restart(remote?: PipeRemote): PipeLocal;

  /**
   * Encrypts and sends one RTP packet. The bytes are read before the call returns and never changed or kept, so the
   * buffer may be reused. `lengthBytes` sends only the head of the buffer (a reusable scratch needs no subarray).
   * False: dropped (not connected, or the socket's queue is full). Never throws on bad bytes.
   */
  sendRtp(packet: Buffer, lengthBytes?: number): boolean;
  /** The same for an RTCP compound. */
  sendRtcp(packet: Buffer, lengthBytes?: number): boolean;

  /**
   * Sends one message on the channel with this label, text for strings. False: no such open channel, message larger
   * than 65,535 bytes, or more than the pipe's limit is already buffered (slow reader): the message is dropped whole.
   */
  sendData(label: string, data: Buffer | string): boolean;
  /** Bytes accepted by `sendData` on this channel that the peer has not acknowledged; 0 for an unknown label. */
  dataBufferedAmount(label: string): number;
  /** The open channel with this label. When both sides opened one, the remote's wins. */
  dataChannel(label: string): PipeDataChannel | undefined;
  /** Opens a channel by DCEP (the server's part in dual-connection mode); `onDataChannel` tells when it is open. */
  openDataChannel(label: string, options?: PipeDataChannelOptions): void;

  /** Sends close alerts, frees everything; `onState('closed')` comes before it returns. Safe to call twice. */
  close(): void;
}

export interface PipeOptions {
  handlers?: PipeHandlers;
  /** For logs only. */
  name?: string;
  /** The role to take when the remote offers `actpass`. Default `passive`. */
  preferredSetup?: 'active' | 'passive';
  /** Leave out to allow both; `tcp` advertises and accepts TCP only (test of UDP-blocked networks, force-tcp). */
  protocols?: readonly ('udp' | 'tcp')[];
}

/** One per media thread: owns the sockets and the certificate all its pipes share. */
export interface PipeFactory {
  readonly fingerprint: DtlsFingerprint;
  readonly udpPort: number | undefined;
  readonly tcpPort: number | undefined;
  create(options?: PipeOptions): Pipe;
  /**
   * What a client may need beside our candidates to reach us.
   * @param nowMs Unix time, from when its credentials count
   * @param lifetimeS how long they do; absent: as long as a call may need them
   */
  iceServers(participant: string, nowMs: number, lifetimeS?: number): IceServer[];
  /** Hands on sound and reports that have arrived meanwhile; to be called in the midst of long work. Absent: they wait. */
  takeUrgent?(): void;
  /** Closes every pipe and socket; resolves when nothing is left open. */
  close(): Promise<void>;
}
