import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isRtcp } from '@alongside/rtp';
import { createCertificate } from './certificate.ts';
import { DtlsAssociation } from './dtls.ts';
import type { PipeLocal, PipeRemote } from './pipe.ts';
import { SrtpReceiver, SrtpSender } from './srtp.ts';
import { deriveSessionKeys } from './srtp-keys.ts';
import {
  buildBindingRequest,
  buildBindingSuccess,
  parseStun,
  STUN_BINDING_REQUEST,
  STUN_BINDING_SUCCESS,
  verifyStunIntegrity,
} from './stun.ts';

/**
 * The other end of a pipe without a browser: the least controlling ICE agent, DTLS and SRTP that a test or a
 * load generator needs. Over UDP on IPv4 loopback. Not for serving anyone.
 */
export class ControllingPeer {
  readonly remote: PipeRemote;
  /** Plain packets from the pipe. */
  readonly packets: Buffer[] = [];
  /** Everything that arrived, as it came. */
  readonly datagrams: Buffer[] = [];
  onPacket: (packet: Buffer) => void = (packet) => this.packets.push(packet);
  /** True for what the network shall lose on its way to the pipe. */
  withhold: (datagram: Buffer) => boolean = () => false;
  sender: SrtpSender | undefined;
  checksAnswered = 0;
  readonly #certificate = createCertificate();
  readonly #pwd = randomBytes(18).toString('base64');
  readonly #ufrag = randomBytes(6).toString('base64');
  #socket: Socket;
  #local: PipeLocal | undefined;
  #receiver: SrtpReceiver | undefined;
  #dtls: DtlsAssociation | undefined;
  #isSilent = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.remote = {
      iceUfrag: this.#ufrag,
      icePwd: this.#pwd,
      fingerprints: [this.#certificate.fingerprint],
      setup: 'actpass',
    };
    this.#listen(socket);
  }

  static async open(): Promise<ControllingPeer> {
    return new ControllingPeer(await openSocket());
  }

  get port(): number {
    return this.#socket.address().port;
  }

  #listen(socket: Socket): void {
    socket.on('message', (datagram) => this.#onDatagram(datagram));
  }

  /** Begins: checks with nomination and, once answered, the handshake, unless the pipe begins that. */
  connect(local: PipeLocal): void {
    this.#local = local;
    this.#dtls = new DtlsAssociation({
      role: local.setup === 'active' ? 'server' : 'client',
      certificate: this.#certificate,
      fingerprints: [local.fingerprint],
      events: {
        send: (datagram) => this.sendRaw(datagram),
        onKeys: (keys) => {
          this.sender = new SrtpSender(keys.profile, deriveSessionKeys(keys.profile, keys.local));
          this.#receiver = new SrtpReceiver(keys.profile, deriveSessionKeys(keys.profile, keys.remote));
        },
        onConnected: () => {},
        onData: () => {},
        onClosed: () => {},
        onFailed: () => {},
      },
    });
    this.check(true);
  }

  /** Sends a check; `password` and `ufrag` stand in for the right ones. */
  check(useCandidate: boolean, overrides: { password?: string; ufrag?: string; local?: PipeLocal } = {}): void {
    const local = overrides.local ?? this.#local!;
    this.#local = local;
    this.sendRaw(
      buildBindingRequest({
        transactionId: randomBytes(12),
        username: `${overrides.ufrag ?? local.iceUfrag}:${this.#ufrag}`,
        password: overrides.password ?? local.icePwd,
        role: 'controlling',
        tieBreaker: Buffer.alloc(8, 1),
        priority: 0x6e7f00ff,
        useCandidate,
      }),
    );
  }

  #onDatagram(datagram: Buffer): void {
    if (this.#isSilent) return;
    this.datagrams.push(datagram);
    const first = datagram[0]!;
    if (first <= 3) this.#onStun(datagram);
    else if (first <= 63) this.#dtls?.receive(datagram);
    else if (this.#receiver) {
      const plain = isRtcp(datagram) ? this.#receiver.unprotectRtcp(datagram) : this.#receiver.unprotectRtp(datagram);
      if (plain) this.onPacket(plain);
    }
  }

  #onStun(datagram: Buffer): void {
    const message = parseStun(datagram);
    if (!message) return;
    if (message.type === STUN_BINDING_SUCCESS) {
      if (!verifyStunIntegrity(datagram, message, this.#local!.icePwd)) return;
      this.checksAnswered++;
      this.#dtls?.start();
    } else if (message.type === STUN_BINDING_REQUEST && verifyStunIntegrity(datagram, message, this.#pwd)) {
      this.sendRaw(buildBindingSuccess(message, '127.0.0.1', this.#local!.candidates[0]!.port, this.#pwd));
    }
  }

  get connected(): boolean {
    return this.sender !== undefined;
  }

  sendRtp(packet: Buffer): Buffer {
    const sealed = this.sender!.protectRtp(packet, packet.length)!;
    this.sendRaw(sealed);
    return sealed;
  }

  sendRaw(datagram: Buffer): void {
    if (this.withhold(datagram)) return;
    this.#socket.send(datagram, this.#local!.candidates[0]!.port, '127.0.0.1');
  }

  /** Goes on from another port, as a NAT that forgot its mapping makes it look. */
  async rebind(): Promise<void> {
    const old = this.#socket;
    this.#socket = await openSocket();
    this.#listen(this.#socket);
    old.close();
  }

  /** Hears and answers nothing any more. */
  vanish(): void {
    this.#isSilent = true;
  }

  close(): void {
    this.#isSilent = true;
    this.#dtls?.close();
    this.#socket.close();
  }
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', lookup: (host, _options, callback) => callback(null, host, 4) });
  const listening = once(socket, 'listening');
  socket.bind(0, '127.0.0.1');
  await listening;
  return socket;
}
