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
 * load generator needs. Over UDP on IPv4. Not for serving anyone.
 */
export class ControllingPeer {
  readonly remote: PipeRemote;
  /** Plain packets from the pipe. */
  readonly packets: Buffer[] = [];
  /** Everything that arrived, as it came. */
  readonly datagrams: Buffer[] = [];
  onPacket: (packet: Buffer) => void = (packet) => this.packets.push(packet);
  /** Sees protected media first; true takes it, so that it is neither opened nor kept: what a load generator counts. */
  takesProtected: (datagram: Buffer) => boolean = () => false;
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
  /** The pipe's, as last used. */
  #theirUfrag = '';
  #isSilent = false;
  #to = { address: '127.0.0.1', port: 0 };

  /** How datagrams go when not straight from the socket. */
  readonly #carry: ((datagram: Buffer) => void) | undefined;

  private constructor(socket: Socket, carry: ((datagram: Buffer) => void) | undefined) {
    this.#socket = socket;
    this.#carry = carry;
    this.remote = {
      iceUfrag: this.#ufrag,
      icePwd: this.#pwd,
      fingerprints: [this.#certificate.fingerprint],
      setup: 'actpass',
    };
    this.#listen(socket);
  }

  /** @param carry takes its datagrams another way, e.g. through a relay; what comes back goes to `receive` */
  static async open(carry?: (datagram: Buffer) => void): Promise<ControllingPeer> {
    return new ControllingPeer(await openSocket(), carry);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  #listen(socket: Socket): void {
    socket.on('message', (datagram) => this.receive(datagram));
  }

  /**
   * Begins: checks with nomination and, once answered, the handshake, unless the pipe begins that.
   * @param address where to; the port is the first candidate's
   */
  connect(local: PipeLocal, address = '127.0.0.1'): void {
    this.#local = local;
    this.#to = { address, port: local.candidates[0]!.port };
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
    this.#to.port = local.candidates[0]!.port;
    this.#theirUfrag = overrides.ufrag ?? local.iceUfrag;
    this.sendRaw(
      buildBindingRequest({
        transactionId: randomBytes(12),
        username: `${this.#theirUfrag}:${this.#ufrag}`,
        password: overrides.password ?? local.icePwd,
        role: 'controlling',
        // Wins every conflict of roles, against a full agent that made the offer.
        tieBreaker: Buffer.alloc(8, 0xff),
        priority: 0x6e7f00ff,
        useCandidate,
      }),
    );
  }

  receive(datagram: Buffer): void {
    if (this.#isSilent) return;
    const first = datagram[0]!;
    if (first >= 128 && this.takesProtected(datagram)) return;
    this.datagrams.push(datagram);
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
      // As browsers do: who is asked by another name than the one this path was agreed on by does not answer.
      if (message.username !== `${this.#ufrag}:${this.#theirUfrag}`) return;
      this.sendRaw(buildBindingSuccess(message, this.#to.address, this.#to.port, this.#pwd));
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

  /** One control compound. */
  sendRtcp(packet: Buffer): void {
    this.sendRaw(this.sender!.protectRtcp(packet, packet.length)!);
  }

  sendRaw(datagram: Buffer): void {
    if (this.withhold(datagram)) return;
    if (this.#carry) this.#carry(datagram);
    else this.#socket.send(datagram, this.#to.port, this.#to.address);
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
  socket.bind(0, '0.0.0.0');
  await listening;
  return socket;
}
