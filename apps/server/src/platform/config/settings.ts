import { isIP } from 'node:net';
import { z } from 'zod';
import { addressRanges } from '../http/public-address.ts';

/** One variable of the environment the server understands. */
export type Setting = {
  /** Name of the environment variable. */
  env: string;
  /** Parses the variable's text. */
  schema: z.ZodType<unknown, string>;
  /** Text used when the variable is absent or empty; `null` = the setting is then off (`undefined` in the configuration). */
  fallback: string | null;
  /** What it is for, one or two sentences. */
  about: string;
  /** Never printed, never logged. */
  secret?: boolean;
};

const integer = (from: number, to: number) =>
  z
    .string()
    .regex(/^-?\d+$/, `must be a whole number from ${from} to ${to}`)
    .transform(Number)
    .refine((n) => n >= from && n <= to, `must be a whole number from ${from} to ${to}`);

const port = integer(0, 65_535);

const SIZE_UNITS: Record<string, number> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
const sizeBytes = z
  .string()
  .regex(/^\d+ ?([kmgt]i?b?)?$/i, 'must be a number of bytes, or one with a unit such as 500M or 2G')
  .transform((text) => Number.parseInt(text, 10) * SIZE_UNITS[text.replace(/[\d ]/g, '').charAt(0).toLowerCase()]!);

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

const url = (...protocols: string[]) =>
  z.string().refine(
    (text) => {
      const parsed = URL.parse(text);
      return parsed !== null && protocols.includes(parsed.protocol.slice(0, -1));
    },
    `must be an address that starts with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`,
  );

const origin = url('http', 'https').transform((text) => new URL(text).origin);
const origins = list.pipe(z.array(z.string())).superRefine((values, context) => {
  for (const value of values) {
    if (!/^https?:\/\/[^/\s;,']+$/.test(value))
      context.addIssue(`“${value}” is not an origin such as https://www.example.com`);
  }
});

const ranges = list.pipe(z.array(z.string())).superRefine((values, context) => {
  for (const value of values) {
    try {
      addressRanges([value]);
    } catch (error) {
      context.addIssue((error as RangeError).message);
    }
  }
});

const proxies = list.pipe(z.array(z.string())).superRefine((values, context) => {
  for (const value of values) {
    const [address = '', bits] = value.split('/');
    const isRange =
      isIP(address) !== 0 &&
      (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (isIP(address) === 6 ? 128 : 32)));
    if (!isRange && !/^(loopback|linklocal|uniquelocal)$/.test(value))
      context.addIssue(
        `“${value}” is no address, no range such as 10.0.0.0/8, and none of loopback, linklocal, uniquelocal`,
      );
  }
});

const flag = z
  .string()
  .regex(/^(true|false|1|0|yes|no|on|off)$/i, 'must be true or false')
  .transform((text) => /^(true|1|yes|on)$/i.test(text));

const text = z.string();

const addresses = list.pipe(z.array(z.string())).superRefine((values, context) => {
  for (const value of values) if (isIP(value) === 0) context.addIssue(`“${value}” is no IP address`);
});

const mediaUrls = list.pipe(z.array(z.string())).superRefine((values, context) => {
  for (const value of values) {
    const parsed = URL.parse(value);
    // It becomes part of the pages’ security policy as well.
    if (
      !parsed ||
      !/^(wss?|https?):$/.test(parsed.protocol) ||
      /[\s;,']/.test(value) ||
      parsed.username ||
      parsed.search
    )
      context.addIssue(`“${value}” is not an address such as wss://media.example.com`);
  }
});

const stunUrls = list.pipe(z.array(z.string())).superRefine((values, context) => {
  for (const value of values) {
    if (!/^stun:(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(value))
      context.addIssue(`“${value}” is not an address such as stun:stun.example.com:3478`);
  }
});

const turnUrls = list.pipe(z.array(z.string())).superRefine((values, context) => {
  for (const value of values) {
    if (!/^turns?:(\[[\da-f:.]+\]|[\w.-]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/i.test(value))
      context.addIssue(`“${value}” is not an address such as turns:turn.example.com:443?transport=tcp`);
  }
});

/** Every setting, by its name in the program. docs/generated/config.md is made from this table. */
export const SETTINGS = {
  port: s('PORT', port, '7700', 'Port for pages, API and sockets. 0 takes any free one.'),
  host: s('HOST', text, '0.0.0.0', 'Address to listen on.'),
  publicUrl: s(
    'PUBLIC_URL',
    origin,
    null,
    'Address people reach this server under, such as https://support.example.com; used in e-mails and to recognise our own pages. Needed with SMTP_URL; otherwise, without it, the address of each request is believed.',
  ),
  trustedProxies: s(
    'TRUSTED_PROXIES',
    proxies,
    'loopback',
    'Proxies whose X-Forwarded-* headers are believed: addresses, CIDR ranges, or loopback, linklocal, uniquelocal; separated by commas.',
  ),
  tlsCertFile: s('TLS_CERT_FILE', text, null, 'Certificate chain (PEM), to serve HTTPS without a proxy in front.'),
  tlsKeyFile: s('TLS_KEY_FILE', text, null, 'Private key (PEM) of the certificate.'),
  dataDir: s(
    'ALONGSIDE_DATA',
    text,
    './data',
    'Folder of everything that must survive: the embedded database, files, keys.',
  ),
  empty: s(
    'ALONGSIDE_EMPTY',
    flag,
    'false',
    'Whether the first start leaves out the demo company, like the argument `--empty`.',
  ),
  databaseUrl: s(
    'DATABASE_URL',
    url('postgres', 'postgresql'),
    null,
    'A PostgreSQL (15 or newer) to use instead of the embedded one.',
    true,
  ),
  databaseConnections: s('DATABASE_CONNECTIONS', integer(2, 200), '12', 'Most connections the server’s pool opens.'),
  databaseTimeoutMs: s(
    'DATABASE_TIMEOUT_SECONDS',
    integer(1, 3_600).transform((seconds) => seconds * 1_000),
    '15',
    'Longest a statement of a request may take; the caller is then told to try again. Migrations, backups and nightly jobs take as long as they need.',
  ),
  livekitUrl: s(
    'LIVEKIT_URL',
    url('ws', 'wss', 'http', 'https'),
    null,
    'A LiveKit server or cluster to use instead of the embedded media server, such as wss://media.example.com.',
  ),
  livekitApiKey: s(
    'LIVEKIT_API_KEY',
    text,
    null,
    'Key of the media server. Without LIVEKIT_URL: the key the embedded one accepts; made at first start when absent.',
  ),
  livekitApiSecret: s('LIVEKIT_API_SECRET', text, null, 'Secret belonging to LIVEKIT_API_KEY.', true),
  mediaUdpPort: s(
    'MEDIA_UDP_PORT',
    port,
    '7710',
    'First UDP port of the embedded media server; each worker takes the next one. 0 takes any free ones.',
  ),
  mediaTcpPort: s(
    'MEDIA_TCP_PORT',
    port,
    '7710',
    'First TCP port for media where UDP is blocked; each worker takes the next one. 0 takes any free ones.',
  ),
  mediaAddresses: s(
    'MEDIA_ADDRESSES',
    addresses,
    null,
    'IP addresses announced to callers, IPv4 and IPv6, best first, separated by commas. Without it those of this machine; needed behind NAT.',
  ),
  mediaBackupUrls: s(
    'MEDIA_BACKUP_URLS',
    mediaUrls,
    null,
    'Further addresses the media server (the embedded one, or the cluster of LIVEKIT_URL) is reached under, separated by commas, such as wss://media2.example.com. Browsers try them in a race behind the first.',
  ),
  mediaDirect: s(
    'MEDIA_DIRECT',
    flag,
    'false',
    'Whether two people alone in a call may send sound and picture to each other, past the media server, where their networks let them. Each then learns the other’s IP address.',
  ),
  stunUrls: s(
    'STUN_URLS',
    stunUrls,
    null,
    'STUN servers that tell both ends of a direct path their address from outside, such as stun:stun.example.com:3478, separated by commas. TURN servers named here or inside do so as well.',
  ),
  turnUdpPort: s('TURN_UDP_PORT', port, null, 'UDP port of the TURN server inside, usually 3478. Off without it.'),
  turnTcpPort: s('TURN_TCP_PORT', port, null, 'TCP port of the TURN server inside. Off without it.'),
  turnTlsPort: s(
    'TURN_TLS_PORT',
    port,
    null,
    'TLS port of the TURN server inside, best 443, for networks that let only HTTPS through; needs a certificate. It may be the same as PORT where this server has TLS_CERT_FILE. Off without it.',
  ),
  turnHost: s(
    'TURN_HOST',
    z.string().regex(/^([\w.-]+|[\da-f:.]+)$/i, 'must be a host name or an IP address'),
    null,
    'What callers know the TURN server by. Without it the host of PUBLIC_URL, else the first of MEDIA_ADDRESSES; for TLS it must be a name the certificate is for.',
  ),
  turnCertFile: s('TURN_CERT_FILE', text, null, 'Certificate chain (PEM) for TURN_TLS_PORT. Without it TLS_CERT_FILE.'),
  turnKeyFile: s('TURN_KEY_FILE', text, null, 'Private key (PEM) of TURN_CERT_FILE. Without it TLS_KEY_FILE.'),
  turnUrls: s(
    'TURN_URLS',
    turnUrls,
    null,
    'TURN servers elsewhere, such as turns:turn.example.com:443?transport=tcp, separated by commas; each must share TURN_SECRET (coturn: use-auth-secret).',
  ),
  turnSecret: s('TURN_SECRET', text, null, 'Secret shared with the servers of TURN_URLS.', true),
  mediaWorkers: s(
    'MEDIA_WORKERS',
    integer(0, 64),
    '0',
    'Worker threads of the embedded media server. 0 means one fewer than processors, at least one.',
  ),
  mediaMaxRooms: s('MEDIA_MAX_ROOMS', integer(1, 100_000), '10000', 'Most calls at once in one media worker.'),
  mediaMaxParticipants: s('MEDIA_MAX_PARTICIPANTS', integer(2, 10_000), '500', 'Most people in one call.'),
  mediaMaxTracks: s('MEDIA_MAX_TRACKS', integer(1, 1_000), '50', 'Most tracks one participant may publish.'),
  mediaMaxPublishKbps: s(
    'MEDIA_MAX_PUBLISH_KBPS',
    integer(0, 1_000_000),
    '20000',
    'Most kbit/s of media one participant may send. Who goes on beyond it loses the heaviest track. 0 means no limit.',
  ),
  mediaMaxSignalRate: s(
    'MEDIA_MAX_SIGNAL_RATE',
    integer(0, 100_000),
    '100',
    'Signalling messages of one connection to the media server a second, five times as many at once; who goes on beyond is put out. 0 means no limit.',
  ),
  mediaMaxDataRate: s(
    'MEDIA_MAX_DATA_RATE',
    integer(0, 100_000),
    '5000',
    'Data packets of one participant a second, four times as many at once; what is beyond is dropped, and the sender is told. 0 means no limit.',
  ),
  mediaMaxJoinRate: s(
    'MEDIA_MAX_JOIN_RATE',
    integer(0, 100_000),
    '100',
    'Joins to the media server from one address a second, four times as many at once; beyond, they are refused with 429. RATE_LIMIT_SCALE multiplies it. 0 means no limit.',
  ),
  metricsToken: s(
    'METRICS_TOKEN',
    z.string().regex(/^[\w.~+/=-]{16,}$/, 'must be at least 16 letters, digits or . _ ~ + / = -'),
    null,
    'Whoever shows it as `Authorization: Bearer …` reads the media server’s figures at /metrics (Prometheus). Without it there is no such path.',
    true,
  ),
  s3Endpoint: s('S3_ENDPOINT', url('http', 'https'), null, 'Address of an S3 service other than Amazon’s.'),
  s3Bucket: s('S3_BUCKET', text, null, 'Bucket to keep files in. Without it they are kept in the data folder.'),
  s3Region: s('S3_REGION', text, 'us-east-1', 'Region of the bucket.'),
  s3AccessKey: s('S3_ACCESS_KEY_ID', text, null, 'Access key of the bucket.'),
  s3SecretKey: s('S3_SECRET_ACCESS_KEY', text, null, 'Secret key of the bucket.', true),
  s3PathStyle: s(
    'S3_PATH_STYLE',
    flag,
    'true',
    'Whether the bucket stands in the path (MinIO, Ceph) and not in the host name.',
  ),
  uploadMaxBytes: s('UPLOAD_MAX_BYTES', sizeBytes, '10G', 'Largest file that may be uploaded.'),
  uploadQuotaVisitorBytes: s(
    'UPLOAD_QUOTA_VISITOR_BYTES',
    sizeBytes,
    '10G',
    'All files of one anonymous visitor together. 0 means no limit.',
  ),
  uploadQuotaCustomerBytes: s(
    'UPLOAD_QUOTA_CUSTOMER_BYTES',
    sizeBytes,
    '100G',
    'All files of one known person of a customer together. 0 means no limit.',
  ),
  uploadTypesRefused: s(
    'UPLOAD_TYPES_REFUSED',
    list,
    null,
    'Media types never accepted as uploads, separated by commas, such as application/x-msdownload.',
  ),
  bodyMaxBytes: s('BODY_MAX_BYTES', sizeBytes, '1M', 'Largest JSON body of a request.'),
  smtpUrl: s(
    'SMTP_URL',
    url('smtp', 'smtps'),
    null,
    'Mail server, such as smtps://user:password@mail.example.com; needs PUBLIC_URL. Without it mails are kept readable in the console.',
    true,
  ),
  mailFrom: s('MAIL_FROM', text, 'Alongside <alongside@localhost>', 'Sender of our mails.'),
  outgoingPrivateRanges: s(
    'OUTGOING_PRIVATE_RANGES',
    ranges,
    null,
    'Private addresses and ranges that webhooks, feeds and push services may lead to, separated by commas, such as 10.1.0.0/16. Without it only the public internet.',
  ),
  widgetOrigins: s(
    'WIDGET_ORIGINS',
    origins,
    null,
    'Sites that may embed the widget, separated by commas, such as https://app.example.com, on top of the list in the console (Settings → Widget). This server’s own pages, the demo among them, always may; as long as both lists are empty nobody else does.',
  ),
  rateLimitScale: s(
    'RATE_LIMIT_SCALE',
    z
      .string()
      .regex(/^\d+(\.\d+)?$/, 'must be a number such as 1 or 2.5')
      .transform(Number),
    '1',
    'Multiplies every rate limit; 0 turns them off.',
  ),
  logLevel: s(
    'LOG_LEVEL',
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
    'info',
    'Least level of log lines that are written.',
  ),
  logFormat: s(
    'LOG_FORMAT',
    z.enum(['auto', 'json', 'text']),
    'auto',
    'json for machines, text for people; auto is text on a terminal.',
  ),
} as const satisfies Record<string, Setting>;

function s<const T extends z.ZodType<unknown, string>, const F extends string | null>(
  env: string,
  schema: T,
  fallback: F,
  about: string,
  secret = false,
): { env: string; schema: T; fallback: F; about: string; secret: boolean } {
  return { env, schema, fallback, about, secret };
}

type Settings = typeof SETTINGS;

/** The validated configuration. Settings without a fallback are `undefined` when not given. */
export type Config = {
  readonly [K in keyof Settings]: Settings[K]['fallback'] extends null
    ? z.output<Settings[K]['schema']> | undefined
    : z.output<Settings[K]['schema']>;
};
