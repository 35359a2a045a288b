import { type KeyObject, randomBytes, sign, timingSafeEqual, X509Certificate } from 'node:crypto';
import { type DtlsCertificate, matchesFingerprint } from './certificate.ts';
import {
  createKeyShare,
  type KeyShare,
  prf,
  SIGNATURE_ECDSA_SHA256,
  SUPPORTED_GROUPS,
  SUPPORTED_SIGNATURES,
  sha256,
  sharedSecret,
  verifySignature,
} from './dtls-crypto.ts';
import * as messages from './dtls-messages.ts';
import { buildHandshake, type HandshakeMessage, HandshakeReassembly } from './dtls-reassembly.ts';
import {
  CONTENT_ALERT,
  CONTENT_APPLICATION_DATA,
  CONTENT_CHANGE_CIPHER_SPEC,
  CONTENT_HANDSHAKE,
  DTLS_1_2,
  type DtlsRecord,
  parseRecords,
  RecordReader,
  RecordWriter,
} from './dtls-record.ts';
import type { DtlsFingerprint } from './pipe.ts';
import { SRTP_PROFILES, type SrtpKeys, type SrtpProfile, srtpKeyLengths } from './srtp-keys.ts';

/** ECDHE with a signature by an ECDSA or RSA certificate; AES-128-GCM and SHA-256 in both. */
const SUITE_ECDSA = 0xc02b;
const SUITE_RSA = 0xc02f;

const FIRST_RETRANSMIT_MS = 100;
const MAX_RETRANSMIT_MS = 1600;
/** A repeated flight of the peer is answered at most this often. */
const MIN_RESEND_MS = 40;
const MAX_DATAGRAM_BYTES = 1200;
/** Protected records that overtook the handshake wait here. */
const MAX_EARLY_RECORDS = 16;
const VERIFY_DATA_BYTES = 12;

const ALERT = { closeNotify: 0, unexpectedMessage: 10, handshakeFailure: 40, badCertificate: 42, decryptError: 51 };

export interface DtlsEvents {
  send(datagram: Buffer): void;
  /** The handshake is done and the peer proved to own the certificate SDP announced. */
  onConnected(keys: SrtpKeys): void;
  onData(data: Buffer): void;
  /** The peer ended the association (an authenticated alert). */
  onClosed(): void;
  onFailed(failure: 'fingerprint-mismatch' | 'dtls-failed', detail: string): void;
}

export interface DtlsOptions {
  role: 'client' | 'server';
  certificate: DtlsCertificate;
  /** Of the peer, from SDP. */
  fingerprints: readonly DtlsFingerprint[];
  /** Offered and accepted, best first. Default: all we know. */
  srtpProfiles?: readonly SrtpProfile[];
  events: DtlsEvents;
}

interface FlightItem {
  type: number;
  fragment: Buffer;
  isProtected: boolean;
}

/**
 * One DTLS 1.2 association as WebRTC uses it (RFC 6347, RFC 8827 §6.5, RFC 5764): mutual certificates checked against
 * SDP fingerprints, ephemeral keys, AES-128-GCM, extended master secret demanded, no session resumption, no
 * renegotiation, no cookie exchange (an authenticated ICE check has proved the address already).
 *
 * Unauthenticated alerts and records that do not fit are ignored: strangers cannot end a handshake by guessing.
 */
export class DtlsAssociation {
  readonly #role: 'client' | 'server';
  readonly #certificate: DtlsCertificate;
  readonly #fingerprints: readonly DtlsFingerprint[];
  readonly #srtpProfiles: readonly SrtpProfile[];
  readonly #events: DtlsEvents;
  readonly #writer = new RecordWriter();
  readonly #reassembly = new HandshakeReassembly();
  #reader: RecordReader | undefined;
  #state: 'handshake' | 'connected' | 'failed' | 'closed' = 'handshake';
  /** The only message type that may come next. */
  #expected: number;

  #localRandom: Buffer = randomBytes(32);
  #remoteRandom: Buffer = Buffer.alloc(0);
  #transcript: Buffer[] = [];
  #sendSequence = 0;
  #keyShare: KeyShare | undefined;
  #remotePublicKey: Buffer = Buffer.alloc(0);
  #remoteKey: KeyObject | undefined;
  #masterSecret: Buffer = Buffer.alloc(0);
  #cipherSuite = SUITE_ECDSA;
  #srtpProfile: SrtpProfile = SRTP_PROFILES[0]!;
  #certificateRequested = false;

  #flight: FlightItem[] = [];
  #awaitingAnswer = false;
  #retransmitMs = FIRST_RETRANSMIT_MS;
  #timer: NodeJS.Timeout | undefined;
  #lastFlightMs = Number.NEGATIVE_INFINITY;
  #early: DtlsRecord[] = [];

  constructor(options: DtlsOptions) {
    this.#role = options.role;
    this.#certificate = options.certificate;
    this.#fingerprints = options.fingerprints;
    this.#srtpProfiles = options.srtpProfiles ?? SRTP_PROFILES;
    this.#events = options.events;
    this.#expected = options.role === 'server' ? messages.CLIENT_HELLO : messages.SERVER_HELLO;
  }

  get connected(): boolean {
    return this.#state === 'connected';
  }

  get failed(): boolean {
    return this.#state === 'failed';
  }

  /** The client's first flight; a server waits. Call once, when there is an address to send to. */
  start(): void {
    if (this.#role === 'client' && this.#flight.length === 0 && this.#state === 'handshake') {
      this.#sendClientHello(Buffer.alloc(0));
    }
  }

  /** Takes a datagram whose first byte says DTLS. */
  receive(datagram: Buffer): void {
    for (const record of parseRecords(datagram)) {
      if (this.#state === 'failed' || this.#state === 'closed') return;
      if (record.epoch === 0) this.#onPlainRecord(record);
      else if (record.epoch === 1) this.#onProtectedRecord(record);
    }
  }

  /** Sends application data (an SCTP packet); false before the handshake is done. */
  send(data: Buffer): boolean {
    if (this.#state !== 'connected') return false;
    this.#events.send(this.#writer.protect(CONTENT_APPLICATION_DATA, data));
    return true;
  }

  /** Tells the peer and stops. */
  close(): void {
    if (this.#state === 'connected') this.#sendAlert(1, ALERT.closeNotify);
    this.#state = 'closed';
    this.#stopTimer();
  }

  #onPlainRecord(record: DtlsRecord): void {
    if (record.type !== CONTENT_HANDSHAKE || this.#state !== 'handshake') return;
    this.#onHandshakeFragments(record.fragment, false);
  }

  #onProtectedRecord(record: DtlsRecord): void {
    const mustWait = !this.#reader || (this.#state !== 'connected' && record.type === CONTENT_APPLICATION_DATA);
    if (mustWait) {
      if (this.#early.length < MAX_EARLY_RECORDS) this.#early.push(record);
      return;
    }
    const plaintext = this.#reader!.open(record);
    if (!plaintext) return;
    if (record.type === CONTENT_APPLICATION_DATA) this.#events.onData(plaintext);
    else if (record.type === CONTENT_HANDSHAKE) this.#onHandshakeFragments(plaintext, true);
    else if (record.type === CONTENT_ALERT) this.#onAlert(plaintext);
  }

  #onAlert(alert: Buffer): void {
    const isFatal = alert[0] === 2;
    if (!isFatal && alert[1] !== ALERT.closeNotify) return;
    if (this.#state === 'handshake') {
      this.#fail('dtls-failed', `peer sent alert ${alert[1]}`);
      return;
    }
    this.#state = 'closed';
    this.#stopTimer();
    this.#events.onClosed();
  }

  #onHandshakeFragments(fragments: Buffer, isProtected: boolean): void {
    const { messages: complete, repeated } = this.#reassembly.add(fragments, isProtected);
    if (repeated && this.#flight.length > 0 && performance.now() - this.#lastFlightMs >= MIN_RESEND_MS) {
      this.#transmit();
    }
    for (const message of complete) {
      if (this.#state !== 'handshake') return;
      const problem = this.#onMessage(message);
      if (problem) {
        this.#fail('dtls-failed', problem);
        return;
      }
    }
  }

  /** Returns what is wrong with the message, undefined when nothing is. */
  #onMessage(message: HandshakeMessage): string | undefined {
    if (this.#role === 'client') {
      if (message.type === messages.HELLO_VERIFY_REQUEST) return this.#onHelloVerifyRequest(message);
      // A server that wants no certificate of ours goes on without asking.
      if (message.type === messages.SERVER_HELLO_DONE && this.#expected === messages.CERTIFICATE_REQUEST) {
        this.#expected = messages.SERVER_HELLO_DONE;
      }
    }
    if (message.type !== this.#expected) return `message ${message.type} instead of ${this.#expected}`;
    switch (message.type) {
      case messages.CLIENT_HELLO:
        return this.#onClientHello(message);
      case messages.SERVER_HELLO:
        return this.#onServerHello(message);
      case messages.CERTIFICATE:
        return this.#onCertificate(message);
      case messages.SERVER_KEY_EXCHANGE:
        return this.#onServerKeyExchange(message);
      case messages.CERTIFICATE_REQUEST:
        this.#transcript.push(message.bytes);
        this.#certificateRequested = true;
        this.#expected = messages.SERVER_HELLO_DONE;
        return undefined;
      case messages.SERVER_HELLO_DONE:
        return this.#onServerHelloDone(message);
      case messages.CLIENT_KEY_EXCHANGE:
        return this.#onClientKeyExchange(message);
      case messages.CERTIFICATE_VERIFY:
        return this.#onCertificateVerify(message);
      case messages.FINISHED:
        return this.#onFinished(message);
      default:
        return 'unknown message';
    }
  }

  // —— server ——

  #onClientHello(message: HandshakeMessage): string | undefined {
    const hello = messages.parseClientHello(message.body);
    if (!hello) return 'broken hello';
    // DTLS versions count downwards; 1.3 is offered in an extension and the field stays 1.2.
    if (hello.version >>> 8 !== 0xfe || hello.version > DTLS_1_2) return 'version too old';
    if (!hello.cipherSuites.includes(SUITE_ECDSA)) return 'no common cipher suite';
    if (!hello.extendedMasterSecret) return 'no extended master secret';
    if (!hello.signatures.includes(SIGNATURE_ECDSA_SHA256)) return 'no common signature scheme';
    const group = SUPPORTED_GROUPS.find((candidate) => hello.groups.includes(candidate));
    if (group === undefined) return 'no common group';
    const srtpProfile = this.#srtpProfiles.find((candidate) => hello.srtpProfiles.includes(candidate));
    if (srtpProfile === undefined) return 'no common SRTP profile';
    this.#srtpProfile = srtpProfile;
    this.#remoteRandom = Buffer.from(hello.random);
    this.#transcript.push(message.bytes);
    this.#keyShare = createKeyShare(group);
    const params = messages.buildKeyExchangeParams(group, this.#keyShare.publicKey);
    const signed = Buffer.concat([this.#remoteRandom, this.#localRandom, params]);
    this.#beginFlight();
    this.#addMessage(
      messages.SERVER_HELLO,
      messages.buildServerHello(hello, {
        version: DTLS_1_2,
        random: this.#localRandom,
        cipherSuite: SUITE_ECDSA,
        srtpProfile,
      }),
    );
    this.#addMessage(messages.CERTIFICATE, messages.buildCertificate(this.#certificate.der));
    this.#addMessage(
      messages.SERVER_KEY_EXCHANGE,
      messages.buildServerKeyExchange(params, SIGNATURE_ECDSA_SHA256, this.#sign(signed)),
    );
    this.#addMessage(messages.CERTIFICATE_REQUEST, messages.buildCertificateRequest(SUPPORTED_SIGNATURES));
    this.#addMessage(messages.SERVER_HELLO_DONE, Buffer.alloc(0));
    this.#expected = messages.CERTIFICATE;
    this.#sendFlight(true);
    return undefined;
  }

  #onClientKeyExchange(message: HandshakeMessage): string | undefined {
    const publicKey = messages.parseClientKeyExchange(message.body);
    const secret = publicKey && sharedSecret(this.#keyShare!, publicKey);
    if (!secret) return 'bad key exchange';
    this.#transcript.push(message.bytes);
    this.#installKeys(secret);
    this.#expected = messages.CERTIFICATE_VERIFY;
    return undefined;
  }

  #onCertificateVerify(message: HandshakeMessage): string | undefined {
    const proof = messages.parseCertificateVerify(message.body);
    if (!proof) return 'broken certificate verify';
    if (!verifySignature(proof.scheme, Buffer.concat(this.#transcript), this.#remoteKey!, proof.signature)) {
      return 'peer does not own its certificate';
    }
    this.#transcript.push(message.bytes);
    this.#expected = messages.FINISHED;
    this.#replayEarly();
    return undefined;
  }

  // —— client ——

  #sendClientHello(cookie: Buffer): void {
    this.#transcript = [];
    this.#beginFlight();
    this.#addMessage(
      messages.CLIENT_HELLO,
      messages.buildClientHello({
        version: DTLS_1_2,
        random: this.#localRandom,
        cookie,
        cipherSuites: [SUITE_ECDSA, SUITE_RSA],
        groups: SUPPORTED_GROUPS,
        signatures: SUPPORTED_SIGNATURES,
        srtpProfiles: this.#srtpProfiles,
      }),
    );
    this.#sendFlight(true);
  }

  #onHelloVerifyRequest(message: HandshakeMessage): string | undefined {
    const cookie = messages.parseHelloVerifyRequest(message.body);
    if (!cookie || this.#expected !== messages.SERVER_HELLO || message.sequence !== 0) return 'stray verify request';
    this.#sendClientHello(cookie);
    return undefined;
  }

  #onServerHello(message: HandshakeMessage): string | undefined {
    const hello = messages.parseServerHello(message.body);
    if (!hello) return 'broken hello';
    if (hello.version !== DTLS_1_2) return 'version not offered';
    if (hello.cipherSuite !== SUITE_ECDSA && hello.cipherSuite !== SUITE_RSA) return 'suite not offered';
    if (!hello.extendedMasterSecret) return 'no extended master secret';
    const srtpProfile = this.#srtpProfiles.find((candidate) => candidate === hello.srtpProfile);
    if (srtpProfile === undefined) return 'no SRTP profile';
    this.#cipherSuite = hello.cipherSuite;
    this.#srtpProfile = srtpProfile;
    this.#remoteRandom = Buffer.from(hello.random);
    this.#transcript.push(message.bytes);
    this.#expected = messages.CERTIFICATE;
    return undefined;
  }

  #onServerKeyExchange(message: HandshakeMessage): string | undefined {
    const exchange = messages.parseServerKeyExchange(message.body);
    if (!exchange || !SUPPORTED_GROUPS.includes(exchange.group)) return 'bad key exchange';
    const isRsa = this.#remoteKey!.asymmetricKeyType === 'rsa';
    if (isRsa !== (this.#cipherSuite === SUITE_RSA)) return 'certificate does not fit the suite';
    const signed = Buffer.concat([this.#localRandom, this.#remoteRandom, exchange.params]);
    if (!verifySignature(exchange.scheme, signed, this.#remoteKey!, exchange.signature)) {
      return 'peer does not own its certificate';
    }
    this.#keyShare = createKeyShare(exchange.group);
    this.#remotePublicKey = Buffer.from(exchange.publicKey);
    this.#transcript.push(message.bytes);
    this.#expected = messages.CERTIFICATE_REQUEST;
    return undefined;
  }

  #onServerHelloDone(message: HandshakeMessage): string | undefined {
    const secret = sharedSecret(this.#keyShare!, this.#remotePublicKey);
    if (!secret) return 'bad key exchange';
    this.#transcript.push(message.bytes);
    this.#beginFlight();
    if (this.#certificateRequested) {
      this.#addMessage(messages.CERTIFICATE, messages.buildCertificate(this.#certificate.der));
    }
    this.#addMessage(messages.CLIENT_KEY_EXCHANGE, messages.buildClientKeyExchange(this.#keyShare!.publicKey));
    this.#installKeys(secret);
    if (this.#certificateRequested) {
      const signature = this.#sign(Buffer.concat(this.#transcript));
      this.#addMessage(messages.CERTIFICATE_VERIFY, messages.buildCertificateVerify(SIGNATURE_ECDSA_SHA256, signature));
    }
    this.#addFinished();
    this.#expected = messages.FINISHED;
    this.#sendFlight(true);
    this.#replayEarly();
    return undefined;
  }

  // —— both ——

  #onCertificate(message: HandshakeMessage): string | undefined {
    const der = messages.parseCertificate(message.body);
    if (!der) return 'no certificate';
    if (!matchesFingerprint(der, this.#fingerprints)) {
      this.#fail('fingerprint-mismatch', 'certificate is not the one announced');
      return undefined;
    }
    try {
      this.#remoteKey = new X509Certificate(der).publicKey;
    } catch {
      return 'broken certificate';
    }
    this.#transcript.push(message.bytes);
    this.#expected = this.#role === 'server' ? messages.CLIENT_KEY_EXCHANGE : messages.SERVER_KEY_EXCHANGE;
    return undefined;
  }

  /** The transcript must end with ClientKeyExchange: that is what the extended master secret binds (RFC 7627 §4). */
  #installKeys(preMasterSecret: Buffer): void {
    const sessionHash = sha256(Buffer.concat(this.#transcript));
    this.#masterSecret = prf(preMasterSecret, 'extended master secret', sessionHash, 48);
    const block = prf(this.#masterSecret, 'key expansion', Buffer.concat([this.#serverRandom, this.#clientRandom]), 40);
    const client = { key: block.subarray(0, 16), nonce: block.subarray(32, 36) };
    const server = { key: block.subarray(16, 32), nonce: block.subarray(36, 40) };
    const [local, remote] = this.#role === 'client' ? [client, server] : [server, client];
    this.#writer.setKeys(local.key, local.nonce);
    this.#reader = new RecordReader(remote.key, remote.nonce);
  }

  get #clientRandom(): Buffer {
    return this.#role === 'client' ? this.#localRandom : this.#remoteRandom;
  }

  get #serverRandom(): Buffer {
    return this.#role === 'client' ? this.#remoteRandom : this.#localRandom;
  }

  #verifyData(role: 'client' | 'server'): Buffer {
    const hash = sha256(Buffer.concat(this.#transcript));
    return prf(this.#masterSecret, `${role} finished`, hash, VERIFY_DATA_BYTES);
  }

  /** Proves that nobody changed a byte of the handshake, offers of weaker choices included. */
  #onFinished(message: HandshakeMessage): string | undefined {
    const expected = this.#verifyData(this.#role === 'client' ? 'server' : 'client');
    if (message.body.length !== expected.length || !timingSafeEqual(message.body, expected)) {
      return 'handshake was tampered with';
    }
    this.#transcript.push(message.bytes);
    if (this.#role === 'server') {
      this.#beginFlight();
      this.#addFinished();
      this.#sendFlight(false);
    } else {
      // The server has our last flight: it need never be sent again.
      this.#flight = [];
    }
    this.#awaitingAnswer = false;
    this.#stopTimer();
    this.#state = 'connected';
    this.#transcript = [];
    this.#expected = -1;
    this.#events.onConnected(this.#exportSrtpKeys());
    this.#replayEarly();
    return undefined;
  }

  /** RFC 5764 §4.2. */
  #exportSrtpKeys(): SrtpKeys {
    const { keyBytes, saltBytes } = srtpKeyLengths(this.#srtpProfile);
    const seed = Buffer.concat([this.#clientRandom, this.#serverRandom]);
    const material = prf(this.#masterSecret, 'EXTRACTOR-dtls_srtp', seed, 2 * (keyBytes + saltBytes));
    const salts = 2 * keyBytes;
    const client = { key: material.subarray(0, keyBytes), salt: material.subarray(salts, salts + saltBytes) };
    const server = { key: material.subarray(keyBytes, salts), salt: material.subarray(salts + saltBytes) };
    const [local, remote] = this.#role === 'client' ? [client, server] : [server, client];
    return { profile: this.#srtpProfile, local, remote };
  }

  #sign(data: Buffer): Buffer {
    return sign('sha256', data, this.#certificate.privateKey);
  }

  #replayEarly(): void {
    const records = this.#early;
    this.#early = [];
    for (const record of records) this.#onProtectedRecord(record);
  }

  #beginFlight(): void {
    this.#flight = [];
  }

  #addMessage(type: number, body: Buffer): void {
    const bytes = buildHandshake(type, this.#sendSequence++, body);
    this.#transcript.push(bytes);
    this.#flight.push({ type: CONTENT_HANDSHAKE, fragment: bytes, isProtected: false });
  }

  #addFinished(): void {
    const body = this.#verifyData(this.#role);
    const bytes = buildHandshake(messages.FINISHED, this.#sendSequence++, body);
    this.#transcript.push(bytes);
    this.#flight.push(
      { type: CONTENT_CHANGE_CIPHER_SPEC, fragment: Buffer.from([1]), isProtected: false },
      { type: CONTENT_HANDSHAKE, fragment: bytes, isProtected: true },
    );
  }

  #sendFlight(awaitingAnswer: boolean): void {
    this.#awaitingAnswer = awaitingAnswer;
    this.#retransmitMs = FIRST_RETRANSMIT_MS;
    this.#transmit();
    this.#arm();
  }

  /** Records keep their message numbers but get new record numbers each time (RFC 6347 §4.2.4). */
  #transmit(): void {
    this.#lastFlightMs = performance.now();
    let datagram: Buffer[] = [];
    let bytes = 0;
    for (const item of this.#flight) {
      const record = item.isProtected
        ? this.#writer.protect(item.type, item.fragment)
        : this.#writer.plain(item.type, item.fragment);
      if (bytes > 0 && bytes + record.length > MAX_DATAGRAM_BYTES) {
        this.#events.send(Buffer.concat(datagram));
        datagram = [];
        bytes = 0;
      }
      datagram.push(record);
      bytes += record.length;
    }
    if (bytes > 0) this.#events.send(Buffer.concat(datagram));
  }

  #arm(): void {
    this.#stopTimer();
    if (!this.#awaitingAnswer) return;
    this.#timer = setTimeout(() => {
      this.#retransmitMs = Math.min(this.#retransmitMs * 2, MAX_RETRANSMIT_MS);
      this.#transmit();
      this.#arm();
    }, this.#retransmitMs);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #sendAlert(level: number, description: number): void {
    const alert = Buffer.from([level, description]);
    const isProtected = this.#state === 'connected';
    this.#events.send(
      isProtected ? this.#writer.protect(CONTENT_ALERT, alert) : this.#writer.plain(CONTENT_ALERT, alert),
    );
  }

  #fail(failure: 'fingerprint-mismatch' | 'dtls-failed', detail: string): void {
    if (this.#state !== 'handshake') return;
    this.#sendAlert(2, failure === 'fingerprint-mismatch' ? ALERT.badCertificate : ALERT.handshakeFailure);
    this.#state = 'failed';
    this.#stopTimer();
    this.#early = [];
    this.#events.onFailed(failure, detail);
  }
}
