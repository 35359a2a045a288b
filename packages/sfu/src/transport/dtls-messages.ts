/** Handshake messages of DTLS 1.2 (RFC 5246 §7.4, RFC 6347 §4.2) as far as WebRTC needs them. */
export const CLIENT_HELLO = 1;
export const SERVER_HELLO = 2;
export const HELLO_VERIFY_REQUEST = 3;
export const CERTIFICATE = 11;
export const SERVER_KEY_EXCHANGE = 12;
export const CERTIFICATE_REQUEST = 13;
export const SERVER_HELLO_DONE = 14;
export const CERTIFICATE_VERIFY = 15;
export const CLIENT_KEY_EXCHANGE = 16;
export const FINISHED = 20;

const EXTENSION_SUPPORTED_GROUPS = 10;
const EXTENSION_POINT_FORMATS = 11;
const EXTENSION_SIGNATURES = 13;
const EXTENSION_USE_SRTP = 14;
const EXTENSION_EXTENDED_MASTER_SECRET = 23;
const EXTENSION_RENEGOTIATION_INFO = 0xff01;
const RENEGOTIATION_SCSV = 0x00ff;

/** A cursor that never leaves its bytes: the first read beyond the end marks it broken and every read gives nothing. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  broken = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.broken ? 0 : this.#bytes.length - this.#at;
  }

  number(sizeBytes: number): number {
    if (!this.#has(sizeBytes)) return 0;
    this.#at += sizeBytes;
    return this.#bytes.readUIntBE(this.#at - sizeBytes, sizeBytes);
  }

  take(sizeBytes: number): Buffer {
    if (!this.#has(sizeBytes)) return Buffer.alloc(0);
    this.#at += sizeBytes;
    return this.#bytes.subarray(this.#at - sizeBytes, this.#at);
  }

  /** A vector with a length of `lengthBytes` bytes before it. */
  vector(lengthBytes: number): Buffer {
    return this.take(this.number(lengthBytes));
  }

  #has(sizeBytes: number): boolean {
    if (!this.broken && this.#at + sizeBytes <= this.#bytes.length) return true;
    this.broken = true;
    return false;
  }
}

function vector(lengthBytes: number, content: Buffer): Buffer {
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(content.length, 0, lengthBytes);
  return Buffer.concat([length, content]);
}

function numbers(sizeBytes: number, values: readonly number[]): Buffer {
  const out = Buffer.alloc(sizeBytes * values.length);
  values.forEach((value, i) => {
    out.writeUIntBE(value, i * sizeBytes, sizeBytes);
  });
  return out;
}

function readNumbers(bytes: Buffer, sizeBytes: number): number[] {
  const values: number[] = [];
  for (let at = 0; at + sizeBytes <= bytes.length; at += sizeBytes) values.push(bytes.readUIntBE(at, sizeBytes));
  return values;
}

function readExtensions(reader: Reader): Map<number, Buffer> | undefined {
  const extensions = new Map<number, Buffer>();
  if (reader.remaining === 0) return extensions;
  const list = new Reader(reader.vector(2));
  while (list.remaining > 0) {
    const type = list.number(2);
    const data = list.vector(2);
    // RFC 5246 §7.4.1.4: no extension twice.
    if (extensions.has(type)) return undefined;
    extensions.set(type, data);
  }
  return list.broken ? undefined : extensions;
}

function extension(type: number, data: Buffer): Buffer {
  return Buffer.concat([numbers(2, [type]), vector(2, data)]);
}

/** What of `use_srtp` (RFC 5764 §4.1.1) matters: the profiles. A master key identifier is never used. */
function readSrtpProfiles(data: Buffer | undefined): number[] {
  return data ? readNumbers(new Reader(data).vector(2), 2) : [];
}

function srtpExtension(profiles: readonly number[]): Buffer {
  return extension(EXTENSION_USE_SRTP, Buffer.concat([vector(2, numbers(2, profiles)), Buffer.from([0])]));
}

export interface ClientHello {
  version: number;
  random: Buffer;
  cookie: Buffer;
  cipherSuites: number[];
  groups: number[];
  signatures: number[];
  srtpProfiles: number[];
  extendedMasterSecret: boolean;
  pointFormats: boolean;
  secureRenegotiation: boolean;
}

export function parseClientHello(body: Buffer): ClientHello | undefined {
  const reader = new Reader(body);
  const version = reader.number(2);
  const random = reader.take(32);
  reader.vector(1);
  const cookie = reader.vector(1);
  const cipherSuites = readNumbers(reader.vector(2), 2);
  const compressions = reader.vector(1);
  const extensions = readExtensions(reader);
  if (reader.broken || !extensions || !compressions.includes(0)) return undefined;
  const list = (type: number): number[] => {
    const data = extensions.get(type);
    return data ? readNumbers(new Reader(data).vector(2), 2) : [];
  };
  return {
    version,
    random,
    cookie,
    cipherSuites,
    groups: list(EXTENSION_SUPPORTED_GROUPS),
    signatures: list(EXTENSION_SIGNATURES),
    srtpProfiles: readSrtpProfiles(extensions.get(EXTENSION_USE_SRTP)),
    extendedMasterSecret: extensions.has(EXTENSION_EXTENDED_MASTER_SECRET),
    pointFormats: extensions.has(EXTENSION_POINT_FORMATS),
    secureRenegotiation: extensions.has(EXTENSION_RENEGOTIATION_INFO) || cipherSuites.includes(RENEGOTIATION_SCSV),
  };
}

export interface ClientHelloOffer {
  version: number;
  random: Buffer;
  cookie: Buffer;
  cipherSuites: readonly number[];
  groups: readonly number[];
  signatures: readonly number[];
  srtpProfiles: readonly number[];
}

export function buildClientHello(offer: ClientHelloOffer): Buffer {
  const extensions = Buffer.concat([
    extension(EXTENSION_RENEGOTIATION_INFO, Buffer.from([0])),
    extension(EXTENSION_EXTENDED_MASTER_SECRET, Buffer.alloc(0)),
    extension(EXTENSION_SUPPORTED_GROUPS, vector(2, numbers(2, offer.groups))),
    extension(EXTENSION_POINT_FORMATS, Buffer.from([1, 0])),
    extension(EXTENSION_SIGNATURES, vector(2, numbers(2, offer.signatures))),
    srtpExtension(offer.srtpProfiles),
  ]);
  return Buffer.concat([
    numbers(2, [offer.version]),
    offer.random,
    Buffer.from([0]),
    vector(1, offer.cookie),
    vector(2, numbers(2, offer.cipherSuites)),
    Buffer.from([1, 0]),
    vector(2, extensions),
  ]);
}

/** The cookie of a HelloVerifyRequest (RFC 6347 §4.2.1). */
export function parseHelloVerifyRequest(body: Buffer): Buffer | undefined {
  const reader = new Reader(body);
  reader.number(2);
  const cookie = reader.vector(1);
  return reader.broken ? undefined : cookie;
}

export interface ServerHello {
  version: number;
  random: Buffer;
  cipherSuite: number;
  srtpProfile: number | undefined;
  extendedMasterSecret: boolean;
}

export function parseServerHello(body: Buffer): ServerHello | undefined {
  const reader = new Reader(body);
  const version = reader.number(2);
  const random = reader.take(32);
  reader.vector(1);
  const cipherSuite = reader.number(2);
  const compression = reader.number(1);
  const extensions = readExtensions(reader);
  if (reader.broken || !extensions || compression !== 0) return undefined;
  return {
    version,
    random,
    cipherSuite,
    srtpProfile: readSrtpProfiles(extensions.get(EXTENSION_USE_SRTP))[0],
    extendedMasterSecret: extensions.has(EXTENSION_EXTENDED_MASTER_SECRET),
  };
}

/** Answers a hello, with only those extensions the client showed. */
export function buildServerHello(
  hello: ClientHello,
  choice: { version: number; random: Buffer; cipherSuite: number; srtpProfile: number },
): Buffer {
  const extensions = [
    extension(EXTENSION_EXTENDED_MASTER_SECRET, Buffer.alloc(0)),
    srtpExtension([choice.srtpProfile]),
  ];
  if (hello.secureRenegotiation) extensions.push(extension(EXTENSION_RENEGOTIATION_INFO, Buffer.from([0])));
  if (hello.pointFormats) extensions.push(extension(EXTENSION_POINT_FORMATS, Buffer.from([1, 0])));
  return Buffer.concat([
    numbers(2, [choice.version]),
    choice.random,
    Buffer.from([0]),
    numbers(2, [choice.cipherSuite]),
    Buffer.from([0]),
    vector(2, Buffer.concat(extensions)),
  ]);
}

/** The end-entity certificate; undefined when there is none or the list is broken. */
export function parseCertificate(body: Buffer): Buffer | undefined {
  const outer = new Reader(body);
  const list = new Reader(outer.vector(3));
  const der = list.vector(3);
  return outer.broken || list.broken || der.length === 0 ? undefined : der;
}

export function buildCertificate(der: Buffer): Buffer {
  return vector(3, vector(3, der));
}

export interface ServerKeyExchange {
  group: number;
  publicKey: Buffer;
  scheme: number;
  signature: Buffer;
  /** The part that is signed together with both randoms. */
  params: Buffer;
}

export function parseServerKeyExchange(body: Buffer): ServerKeyExchange | undefined {
  const reader = new Reader(body);
  const curveType = reader.number(1);
  const group = reader.number(2);
  const publicKey = reader.vector(1);
  const scheme = reader.number(2);
  const signature = reader.vector(2);
  if (reader.broken || reader.remaining !== 0 || curveType !== 3) return undefined;
  return { group, publicKey, scheme, signature, params: body.subarray(0, 4 + publicKey.length) };
}

/** ServerECDHParams (RFC 8422 §5.4). */
export function buildKeyExchangeParams(group: number, publicKey: Buffer): Buffer {
  return Buffer.concat([Buffer.from([3]), numbers(2, [group]), vector(1, publicKey)]);
}

export function buildServerKeyExchange(params: Buffer, scheme: number, signature: Buffer): Buffer {
  return Buffer.concat([params, numbers(2, [scheme]), vector(2, signature)]);
}

/** Certificate types ecdsa_sign and rsa_sign, any authority. */
export function buildCertificateRequest(signatures: readonly number[]): Buffer {
  return Buffer.concat([vector(1, Buffer.from([64, 1])), vector(2, numbers(2, signatures)), Buffer.from([0, 0])]);
}

/** The client's public key (RFC 8422 §5.7). */
export function parseClientKeyExchange(body: Buffer): Buffer | undefined {
  const reader = new Reader(body);
  const publicKey = reader.vector(1);
  return reader.broken || reader.remaining !== 0 ? undefined : publicKey;
}

export function buildClientKeyExchange(publicKey: Buffer): Buffer {
  return vector(1, publicKey);
}

export function parseCertificateVerify(body: Buffer): { scheme: number; signature: Buffer } | undefined {
  const reader = new Reader(body);
  const scheme = reader.number(2);
  const signature = reader.vector(2);
  return reader.broken || reader.remaining !== 0 ? undefined : { scheme, signature };
}

export function buildCertificateVerify(scheme: number, signature: Buffer): Buffer {
  return Buffer.concat([numbers(2, [scheme]), vector(2, signature)]);
}
