import type { PipeDataChannel, PipeDataChannelOptions } from './pipe.ts';
import { SctpAssociation } from './sctp.ts';
import type { SctpMessage } from './sctp-inbound.ts';

/** Payload protocol identifiers (RFC 8831 §8). */
const PPID_DCEP = 50;
const PPID_STRING = 51;
const PPID_BINARY = 53;
const PPID_STRING_EMPTY = 56;
const PPID_BINARY_EMPTY = 57;

const DCEP_ACK = 2;
const DCEP_OPEN = 3;
const TYPE_UNORDERED = 0x80;
const TYPE_RELIABLE = 0;
const TYPE_RETRANSMITS = 1;
const TYPE_LIFETIME = 2;

/** `a=max-message-size` of our descriptions. */
export const MAX_MESSAGE_BYTES = 65_535;
/** What one reliable channel may hold for a slow reader before messages are refused. */
const MAX_BUFFERED_RELIABLE = 4 << 20;
/** Late lossy data is worth nothing: its queue stays short. */
const MAX_BUFFERED_LOSSY = 256 << 10;
const MAX_CHANNELS = 256;
const MAX_STREAM_ID = 1023;

export interface DataChannelEvents {
  send(packet: Buffer): void;
  onOpen(channel: PipeDataChannel): void;
  onMessage(label: string, data: Buffer, binary: boolean): void;
  onClosed(label: string): void;
}

interface Channel extends PipeDataChannel {
  isOpen: boolean;
}

/** Data channels of one connection: DCEP (RFC 8832) over its SCTP association. */
export class DataChannels {
  readonly #events: DataChannelEvents;
  readonly #sctp: SctpAssociation;
  readonly #byStream = new Map<number, Channel>();
  readonly #byLabel = new Map<string, Channel>();
  #waiting: { label: string; options: PipeDataChannelOptions }[] = [];
  /** RFC 8832 §6: the DTLS client takes even stream ids. */
  #nextStreamId: number;

  constructor(dtlsRole: 'client' | 'server', events: DataChannelEvents) {
    this.#events = events;
    this.#nextStreamId = dtlsRole === 'client' ? 0 : 1;
    this.#sctp = new SctpAssociation({
      send: (packet) => events.send(packet),
      onEstablished: () => this.#openWaiting(),
      onMessage: (message) => this.#onMessage(message),
      onStreamsReset: (streamIds) => this.#onStreamsReset(streamIds),
      onClosed: () => this.#onClosed(),
    });
  }

  get rttMs(): number | undefined {
    return this.#sctp.rttMs;
  }

  receive(packet: Buffer): void {
    this.#sctp.receive(packet);
  }

  channel(label: string): PipeDataChannel | undefined {
    const channel = this.#byLabel.get(label);
    return channel?.isOpen ? channel : undefined;
  }

  /** Opens a channel as soon as the association stands, which this begins. */
  open(label: string, options: PipeDataChannelOptions): void {
    if (this.#byStream.size + this.#waiting.length >= MAX_CHANNELS) return;
    this.#waiting.push({ label, options });
    if (this.#sctp.established) this.#openWaiting();
    else this.#sctp.start();
  }

  #openWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { label, options } of waiting) {
      while (this.#byStream.has(this.#nextStreamId)) this.#nextStreamId += 2;
      if (this.#nextStreamId > MAX_STREAM_ID) return;
      const channel: Channel = { ...options, label, streamId: this.#nextStreamId, openedBy: 'local', isOpen: false };
      this.#nextStreamId += 2;
      this.#byStream.set(channel.streamId, channel);
      if (!this.#byLabel.has(label)) this.#byLabel.set(label, channel);
      this.#sendControl(channel.streamId, buildOpen(label, options));
    }
  }

  /** See `Pipe.sendData`. */
  send(label: string, data: Buffer | string): boolean {
    const channel = this.#byLabel.get(label);
    if (!channel?.isOpen) return false;
    const isText = typeof data === 'string';
    // A copy: the caller's buffer is free again at once, the message may wait here.
    const bytes = Buffer.from(data as Buffer);
    if (bytes.length > MAX_MESSAGE_BYTES) return false;
    const isLossy = channel.maxRetransmits !== undefined || channel.maxPacketLifeTimeMs !== undefined;
    const limit = isLossy ? MAX_BUFFERED_LOSSY : MAX_BUFFERED_RELIABLE;
    const buffered = this.#sctp.bufferedBytes(channel.streamId);
    if (buffered > 0 && buffered + bytes.length > limit) return false;
    const isEmpty = bytes.length === 0;
    const payloadProtocol = isText
      ? isEmpty
        ? PPID_STRING_EMPTY
        : PPID_STRING
      : isEmpty
        ? PPID_BINARY_EMPTY
        : PPID_BINARY;
    return this.#sctp.send(isEmpty ? Buffer.alloc(1) : bytes, {
      streamId: channel.streamId,
      payloadProtocol,
      isUnordered: channel.ordered === false,
      maxRetransmits: channel.maxRetransmits,
      expiresMs:
        channel.maxPacketLifeTimeMs === undefined ? undefined : performance.now() + channel.maxPacketLifeTimeMs,
    });
  }

  bufferedAmount(label: string): number {
    const channel = this.#byLabel.get(label);
    return channel ? this.#sctp.bufferedBytes(channel.streamId) : 0;
  }

  #sendControl(streamId: number, data: Buffer): void {
    this.#sctp.send(data, {
      streamId,
      payloadProtocol: PPID_DCEP,
      isUnordered: false,
      maxRetransmits: undefined,
      expiresMs: undefined,
    });
  }

  #onMessage(message: SctpMessage): void {
    const { streamId, payloadProtocol, data } = message;
    if (payloadProtocol === PPID_DCEP) {
      this.#onControl(streamId, data);
      return;
    }
    const channel = this.#byStream.get(streamId);
    if (!channel) return;
    // Data on a channel we asked for says as much as its ACK, which may be behind (RFC 8832 §6).
    this.#markOpen(channel);
    switch (payloadProtocol) {
      case PPID_STRING:
        this.#events.onMessage(channel.label, data, false);
        break;
      case PPID_BINARY:
        this.#events.onMessage(channel.label, data, true);
        break;
      case PPID_STRING_EMPTY:
        this.#events.onMessage(channel.label, Buffer.alloc(0), false);
        break;
      case PPID_BINARY_EMPTY:
        this.#events.onMessage(channel.label, Buffer.alloc(0), true);
        break;
      default:
        break;
    }
  }

  #onControl(streamId: number, data: Buffer): void {
    if (data[0] === DCEP_ACK) {
      const channel = this.#byStream.get(streamId);
      if (channel?.openedBy === 'local') this.#markOpen(channel);
      return;
    }
    if (data[0] !== DCEP_OPEN) return;
    const open = parseOpen(data);
    if (!open || this.#byStream.has(streamId) || this.#byStream.size >= MAX_CHANNELS) return;
    const channel: Channel = { ...open, streamId, openedBy: 'remote', isOpen: false };
    this.#byStream.set(streamId, channel);
    this.#byLabel.set(open.label, channel);
    this.#sendControl(streamId, Buffer.from([DCEP_ACK]));
    this.#markOpen(channel);
  }

  #markOpen(channel: Channel): void {
    if (channel.isOpen) return;
    channel.isOpen = true;
    this.#events.onOpen(channel);
  }

  #onStreamsReset(streamIds: number[]): void {
    for (const streamId of streamIds) {
      const channel = this.#byStream.get(streamId);
      if (!channel) continue;
      this.#sctp.resetStream(streamId);
      this.#forget(channel);
    }
  }

  #forget(channel: Channel): void {
    this.#byStream.delete(channel.streamId);
    if (this.#byLabel.get(channel.label) === channel) {
      this.#byLabel.delete(channel.label);
      // Another one of the same name may have stood in its shadow.
      for (const other of this.#byStream.values()) {
        if (other.label === channel.label) this.#byLabel.set(other.label, other);
      }
    }
    if (channel.isOpen) this.#events.onClosed(channel.label);
  }

  #onClosed(): void {
    for (const channel of [...this.#byStream.values()]) this.#forget(channel);
  }

  close(): void {
    this.#sctp.close();
    this.#byStream.clear();
    this.#byLabel.clear();
    this.#waiting = [];
  }
}

function buildOpen(label: string, options: PipeDataChannelOptions): Buffer {
  const name = Buffer.from(label, 'utf8');
  const protocol = Buffer.from(options.protocol ?? '', 'utf8');
  const out = Buffer.alloc(12 + name.length + protocol.length);
  const [kind, parameter] =
    options.maxRetransmits !== undefined
      ? [TYPE_RETRANSMITS, options.maxRetransmits]
      : options.maxPacketLifeTimeMs !== undefined
        ? [TYPE_LIFETIME, options.maxPacketLifeTimeMs]
        : [TYPE_RELIABLE, 0];
  out[0] = DCEP_OPEN;
  out[1] = kind | (options.ordered === false ? TYPE_UNORDERED : 0);
  out.writeUInt16BE(256, 2);
  out.writeUInt32BE(parameter, 4);
  out.writeUInt16BE(name.length, 8);
  out.writeUInt16BE(protocol.length, 10);
  name.copy(out, 12);
  protocol.copy(out, 12 + name.length);
  return out;
}

function parseOpen(data: Buffer): ({ label: string } & PipeDataChannelOptions) | undefined {
  if (data.length < 12) return undefined;
  const labelEnd = 12 + data.readUInt16BE(8);
  const end = labelEnd + data.readUInt16BE(10);
  if (end > data.length) return undefined;
  const kind = data[1]! & 0x7f;
  const parameter = data.readUInt32BE(4);
  return {
    label: data.toString('utf8', 12, labelEnd),
    protocol: data.toString('utf8', labelEnd, end),
    ordered: (data[1]! & TYPE_UNORDERED) === 0,
    maxRetransmits: kind === TYPE_RETRANSMITS ? parameter : undefined,
    maxPacketLifeTimeMs: kind === TYPE_LIFETIME ? parameter : undefined,
  };
}
