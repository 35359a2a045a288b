import { type KeyObject, randomBytes, sign, timingSafeEqual, X509Certificate } from 'node:crypto';
import { type DtlsCertificate, matchesFingerprint } from './certificate.ts';
import {
  createKeyShare,
  type KeyShare,
  SIGNATURE_ECDSA_SHA256,
  SUPPORTED_GROUPS,
  SUPPORTED_SIGNATURES,
  sharedSecret,
  verifySignature,
} from './dtls-crypto.ts';
import { DtlsFlight } from './dtls-flight.ts';
import { type DtlsRole, DtlsSecrets } from './dtls-keys.ts';
import * as messages from './dtls-messages.ts';
import { buildHandshake, type HandshakeMessage, HandshakeReassembly } from './dtls-reassembly.ts';
import {
  CONTENT_CHANGE_CIPHER_SPEC,
  CONTENT_HANDSHAKE,
  DTLS_1_2,
  RecordReader,
  type RecordWriter,
} from './dtls-record.ts';
import type { DtlsFingerprint } from './pipe.ts';
import { SRTP_PROFILES, type SrtpKeys, type SrtpProfile } from './srtp-keys.ts';

/** ECDHE with a signature by an ECDSA or RSA certificate; AES-128-GCM and SHA-256 in both. */
const SUITE_ECDSA = 0xc02b;
const SUITE_RSA = 0xc02f;

export type DtlsFailure = 'fingerprint-mismatch' | 'dtls-failed';

export interface DtlsOptions {
  role: DtlsRole;
  certificate: DtlsCertificate;
  /** Of the peer, from SDP. */
  fingerprints: readonly DtlsFingerprint[];
  /** Offered and accepted, best first. Default: all we know. */
  srtpProfiles?: readonly SrtpProfile[];
}

export interface HandshakeEvents {
  send(datagram: Buffer): void;
  /** Protected records of the peer can be read from now on. */
  onReader(reader: RecordReader): void;
  /** Only the owner of the announced certificate can know these; `onDone` may still be one round trip away. */
  onKeys(keys: SrtpKeys): void;
  /** The peer saw the same handshake as we did. */
  onDone(): void;
  onFailed(failure: DtlsFailure, detail: string): void;
}

/** The handshake of one association: the messages of both roles in their only allowed order, sent until answered. */
export class DtlsHandshake {
  readonly #role: DtlsRole;
  readonly #certificate: DtlsCertificate;
  readonly #fingerprints: readonly DtlsFingerprint[];
  readonly #srtpProfiles: readonly SrtpProfile[];
  readonly #events: HandshakeEvents;
  readonly #writer: RecordWriter;
  readonly #flight: DtlsFlight;
  readonly #reassembly = new HandshakeReassembly();
  #isOver = false;
  /** The only message type that may come next. */
  #expected: number;

  #localRandom: Buffer = randomBytes(32);
  #remoteRandom: Buffer = Buffer.alloc(0);
  #transcript: Buffer[] = [];
  #sendSequence = 0;
  #keyShare: KeyShare | undefined;
  #remotePublicKey: Buffer = Buffer.alloc(0);
  #remoteKey: KeyObject | undefined;
  #secrets: DtlsSecrets | undefined;
  #cipherSuite = SUITE_ECDSA;
  #srtpProfile: SrtpProfile = SRTP_PROFILES[0]!;
  #certificateRequested = false;

  constructor(options: DtlsOptions, writer: RecordWriter, events: HandshakeEvents) {
    this.#writer = writer;
    this.#events = events;
    this.#role = options.role;
    this.#certificate = options.certificate;
    this.#fingerprints = options.fingerprints;
    this.#srtpProfiles = options.srtpProfiles ?? SRTP_PROFILES;
    this.#flight = new DtlsFlight(writer, (datagram) => events.send(datagram));
    this.#expected = options.role === 'server' ? messages.CLIENT_HELLO : messages.SERVER_HELLO;
  }

  /** The client's first flight; a server waits. */
  start(): void {
    if (this.#role === 'client' && this.#flight.isEmpty && !this.#isOver) this.#sendClientHello(Buffer.alloc(0));
  }

  /** No more repetition: the association ends. */
  stop(): void {
    this.#isOver = true;
    this.#flight.stop();
  }

  /** Takes the content of one handshake record. After the end only the peer's repetitions are answered. */
  receive(fragments: Buffer, isProtected: boolean): void {
    const { messages: complete, repeated } = this.#reassembly.add(fragments, isProtected);
    if (repeated) this.#flight.repeat();
    for (const message of complete) {
      if (this.#isOver) return;
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
    this.#flight.begin();
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
    this.#flight.send(true);
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
    return undefined;
  }

  // —— client ——

  #sendClientHello(cookie: Buffer): void {
    this.#transcript = [];
    this.#flight.begin();
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
    this.#flight.send(true);
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
    this.#flight.begin();
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
    this.#flight.send(true);
    // False start (RFC 7918): media need not wait a round trip for the server's Finished. Its conditions hold for every
    // handshake that comes this far: the server signed its ephemeral key together with our random, its certificate is
    // the one announced, and both suites are AEAD. Beyond them the extended master secret (RFC 7627), which we demand,
    // takes all messages up to ClientKeyExchange into the keys: had anybody changed an offer or an answer, nobody else
    // would have our keys, what we send would be noise to all and what we hear would not authenticate. Finished is
    // verified all the same, and ends the association when it does not fit.
    this.#giveKeys();
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

  /** The transcript must end with ClientKeyExchange. */
  #installKeys(preMasterSecret: Buffer): void {
    const [clientRandom, serverRandom] =
      this.#role === 'client' ? [this.#localRandom, this.#remoteRandom] : [this.#remoteRandom, this.#localRandom];
    const secrets = new DtlsSecrets(preMasterSecret, Buffer.concat(this.#transcript), clientRandom, serverRandom);
    const local = secrets.recordKeys(this.#role);
    const remote = secrets.recordKeys(this.#peerRole);
    this.#writer.setKeys(local.key, local.nonce);
    this.#secrets = secrets;
    this.#events.onReader(new RecordReader(remote.key, remote.nonce));
  }

  get #peerRole(): DtlsRole {
    return this.#role === 'client' ? 'server' : 'client';
  }

  /** Proves that nobody changed a byte of the handshake, offers of weaker choices included. */
  #onFinished(message: HandshakeMessage): string | undefined {
    const expected = this.#secrets!.verifyData(this.#peerRole, Buffer.concat(this.#transcript));
    if (message.body.length !== expected.length || !timingSafeEqual(message.body, expected)) {
      return 'handshake was tampered with';
    }
    this.#transcript.push(message.bytes);
    if (this.#role === 'server') {
      this.#flight.begin();
      this.#addFinished();
      this.#flight.send(false);
    } else {
      // The server has our last flight: it need never be sent again.
      this.#flight.begin();
      this.#flight.stop();
    }
    this.#isOver = true;
    this.#transcript = [];
    if (this.#role === 'server') this.#giveKeys();
    this.#events.onDone();
    return undefined;
  }

  #giveKeys(): void {
    this.#events.onKeys(this.#secrets!.srtpKeys(this.#srtpProfile, this.#role));
  }

  #sign(data: Buffer): Buffer {
    return sign('sha256', data, this.#certificate.privateKey);
  }

  #addMessage(type: number, body: Buffer): void {
    const bytes = buildHandshake(type, this.#sendSequence++, body);
    this.#transcript.push(bytes);
    this.#flight.add(CONTENT_HANDSHAKE, bytes, false);
  }

  #addFinished(): void {
    const body = this.#secrets!.verifyData(this.#role, Buffer.concat(this.#transcript));
    const bytes = buildHandshake(messages.FINISHED, this.#sendSequence++, body);
    this.#transcript.push(bytes);
    this.#flight.add(CONTENT_CHANGE_CIPHER_SPEC, Buffer.from([1]), false);
    this.#flight.add(CONTENT_HANDSHAKE, bytes, true);
  }

  #fail(failure: DtlsFailure, detail: string): void {
    if (this.#isOver) return;
    this.stop();
    this.#events.onFailed(failure, detail);
  }
}
