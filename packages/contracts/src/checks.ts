import { z } from 'zod';
import { Id, Instant } from './actors.ts';
import { MediaAddressState } from './calls.ts';

/** A check room ends so long after it was made, ms. */
export const CHECK_ROOM_MS = 60_000;
/** Most one end of a check room may send, bit/s: enough to know that a call has room, too little to be worth misusing. */
export const CHECK_MAX_BPS = 3_000_000;

const Ratio = z.number().min(0).max(1);
const Milliseconds = z.number().min(0).max(600_000);
const BitsPerSecond = z.number().min(0).max(10_000_000_000);
const Pixels = z.number().int().min(0).max(20_000);

/** The rows of a check, in the order in which they are shown. */
export const CheckStepId = z.enum([
  'browser',
  'microphone',
  'camera',
  'speaker',
  'addresses',
  'media',
  'bandwidth',
  'quality',
]);
export type CheckStepId = z.infer<typeof CheckStepId>;

/** Why a device could not be had (Media Capture and Streams, section 10.2.6, in terms a person can act upon). */
export const CheckDeviceProblem = z.enum([
  'blocked',
  'system-blocked',
  'no-device',
  'in-use',
  'insecure-context',
  'unsupported',
  'cancelled',
  'unknown',
]);
export type CheckDeviceProblem = z.infer<typeof CheckDeviceProblem>;

/**
 * A host, with its port where it is none that goes without saying. Public IP addresses are masked before they are sent
 * (`203.0.*.*`): what is not masked is refused. Loopback is nobody's.
 */
export const CheckHost = z
  .string()
  .max(255)
  .regex(/^[\w.:*[\]-]*$/)
  .refine((host) => maskHost(host) === host, 'an IP address must be masked');

/** A host with the second half of an IP address masked. */
export function maskHost(host: string): string {
  const [, first, second, port = ''] = /^(\d{1,3})\.(\d{1,3})\.[\d*]{1,3}\.[\d*]{1,3}(:\d+)?$/.exec(host) ?? [];
  if (first !== undefined) return first === '127' ? host : `${first}.${second}.*.*${port}`;
  const [, groups, port6 = ''] = /^\[([\da-f:*]+)\](:\d+)?$/i.exec(host) ?? [];
  if (groups === undefined || groups === '::1') return host;
  return `[${groups.split(':', 2).join(':')}:*]${port6}`;
}

export const CheckBrowser = z.strictObject({
  /** As people know it, e.g. “Chrome 141.0”. */
  label: z.string().max(60),
  platform: z.string().max(60),
  name: z.enum(['chrome', 'edge', 'firefox', 'safari', 'other']),
  /** What a call needs and this browser or page has not. */
  lacks: z.array(z.enum(['secure_context', 'media_devices', 'peer_connection', 'web_socket', 'web_audio'])).max(5),
});
export type CheckBrowser = z.infer<typeof CheckBrowser>;

export const CheckMicrophone = z.strictObject({
  problem: CheckDeviceProblem.nullable(),
  /** Root mean square of each stretch, 0 to 1 of full scale, oldest first. */
  levels: z.array(Ratio).max(100),
  /** The loudest sample, 0 to 1 of full scale; null where nothing was measured. */
  peak: Ratio.nullable(),
});
export type CheckMicrophone = z.infer<typeof CheckMicrophone>;

export const CheckCamera = z.strictObject({
  problem: CheckDeviceProblem.nullable(),
  widthPx: Pixels.nullable(),
  heightPx: Pixels.nullable(),
  /** How bright the picture was, 0 (black) to 1, oldest first. */
  lumas: z.array(Ratio).max(100),
  /** The most that changed from one look to the next, 0 to 1: a sensor's noise alone is more than nothing. */
  change: Ratio.nullable(),
});
export type CheckCamera = z.infer<typeof CheckCamera>;

/** What the person said of the sound that was played; `unplayable`: the browser did not play it. */
export const CheckSpeaker = z.enum(['heard', 'not_heard', 'skipped', 'unplayable']);
export type CheckSpeaker = z.infer<typeof CheckSpeaker>;

/** One way by which sound and picture may reach the media server. */
export const CheckPath = z.strictObject({
  kind: z.enum(['udp', 'tcp', 'relay_udp', 'relay_tcp', 'relay_tls']),
  /** The relay's host; null for a direct way. */
  relay: CheckHost.nullable(),
  state: z.enum(['ok', 'failed', 'not_offered', 'skipped']),
  /** Until it stood. */
  tookMs: Milliseconds.nullable(),
  error: z
    .enum([
      'timeout',
      /** The relay refuses the credentials (STUN error 401, 403, 438, 441). */
      'unauthorised',
      /** The relay has no more room for this user (STUN error 486, 508). */
      'quota',
      /** No answer of the relay (701), or a name nobody knows. */
      'unreachable',
      /** Packets get through, and no key exchange. */
      'dtls',
      'other',
    ])
    .nullable(),
  /** As the browser or the relay gave it. */
  code: z.number().int().min(0).max(999).nullable(),
});
export type CheckPath = z.infer<typeof CheckPath>;

/** How one address of the media server answered. */
export const CheckAddress = z.strictObject({
  host: CheckHost,
  role: z.enum(['primary', 'backup']),
  signal: z.strictObject({
    state: z.enum([
      'ok',
      /** No connection: a browser does not tell an unknown name, a refusal and a bad certificate apart. */
      'unreachable',
      'timeout',
      /** It answered with an error of HTTP, see `status`. */
      'status',
      /** It answers requests, but no WebSocket: something on the way does not let them through. */
      'no_web_socket',
    ]),
    status: z.number().int().min(100).max(599).nullable(),
    /** From asking to the media server's first word. */
    tookMs: Milliseconds.nullable(),
  }),
  /** What our server sees of the same address; null where it was not asked. */
  server: MediaAddressState.nullable(),
  paths: z.array(CheckPath).max(20),
});
export type CheckAddress = z.infer<typeof CheckAddress>;

/** Whether there is somewhere to go when the first address fails. */
export const CheckBackups = z.enum(['missing', 'same_place', 'distinct']);
export type CheckBackups = z.infer<typeof CheckBackups>;

/** A fault the diagnosis found in the round trip, as `packages/diagnosis` words it. */
export const CheckFinding = z.strictObject({
  rule: z.string().regex(/^[a-z0-9-]{1,60}$/),
  severity: z.enum(['minor', 'major', 'critical']),
  direction: z.enum(['send', 'receive']).nullable(),
  kind: z.enum(['audio', 'video']).nullable(),
});
export type CheckFinding = z.infer<typeof CheckFinding>;

/** What ten seconds of sound and picture through the media server and back showed. */
export const CheckRoundTrip = z.strictObject({
  /** Null when it came about. */
  failure: z.enum(['no_address', 'signal', 'media', 'nothing_received', 'cancelled']).nullable(),
  protocol: z.enum(['udp', 'tcp']).nullable(),
  relayed: z.boolean(),
  measuredMs: Milliseconds,
  /** Means, of the way to the media server and back. */
  rttMs: Milliseconds.nullable(),
  jitterMs: Milliseconds.nullable(),
  /** Worst of both directions. */
  lossRatio: Ratio.nullable(),
  concealedRatio: Ratio.nullable(),
  freezeMs: Milliseconds.nullable(),
  /** What got through at most over two seconds; as much as was sent is no more than a lower bound. */
  upBps: BitsPerSecond.nullable(),
  downBps: BitsPerSecond.nullable(),
  /** Second by second, oldest first. */
  upSeriesBps: z.array(BitsPerSecond).max(60),
  downSeriesBps: z.array(BitsPerSecond).max(60),
  findings: z.array(CheckFinding).max(30),
});
export type CheckRoundTrip = z.infer<typeof CheckRoundTrip>;

/** Everything one check measured. Nothing in it names a person, a device or a full address. */
export const CheckReport = z.strictObject({
  startedAt: Instant,
  durationMs: z.number().min(0).max(3_600_000),
  browser: CheckBrowser,
  /** Null: not asked for. */
  microphone: CheckMicrophone.nullable(),
  camera: CheckCamera.nullable(),
  speaker: CheckSpeaker,
  /** Null where the server could not even be asked for them. */
  addresses: z.array(CheckAddress).max(11).nullable(),
  backups: CheckBackups.nullable(),
  roundTrip: CheckRoundTrip.nullable(),
  /** The page was in the background for a while: browsers slow it down there. */
  wasHidden: z.boolean(),
});
export type CheckReport = z.infer<typeof CheckReport>;

export const CheckVerdictState = z.enum(['ready', 'degraded', 'blocked']);
export type CheckVerdictState = z.infer<typeof CheckVerdictState>;

/** Everything a check may object to; each has its words and its advice. */
export const CheckReasonCode = z.enum([
  'insecure_page',
  'browser_lacks',
  'page_hidden',
  'microphone_blocked',
  'microphone_system_blocked',
  'microphone_missing',
  'microphone_in_use',
  'microphone_failed',
  'microphone_silent',
  'microphone_quiet',
  'microphone_unmeasured',
  'camera_blocked',
  'camera_system_blocked',
  'camera_missing',
  'camera_in_use',
  'camera_failed',
  'camera_black',
  'camera_frozen',
  'speaker_not_heard',
  'speaker_unplayable',
  'calls_unavailable',
  'no_address',
  'web_socket_blocked',
  'primary_unreachable',
  'backup_unreachable',
  'backup_missing',
  'backup_same_place',
  'no_path',
  'udp_blocked',
  'relay_only',
  'relay_unreachable',
  'relay_refused',
  'relay_missing',
  'round_trip_failed',
  'upload_low',
  'download_low',
  'rtt_high',
  'loss_high',
  'jitter_high',
  'sound_gaps',
  'picture_stands',
  'finding',
]);
export type CheckReasonCode = z.infer<typeof CheckReasonCode>;

/** `blocks`: no call as it is; `degrades`: a call, and not a good one; `note`: worth knowing. */
export const CheckWeight = z.enum(['blocks', 'degrades', 'note']);
export type CheckWeight = z.infer<typeof CheckWeight>;

export const CheckReason = z.strictObject({
  code: CheckReasonCode,
  step: CheckStepId,
  weight: CheckWeight,
  /** The host, the rule or the missing thing it is about; null where the code says it all. */
  about: z.string().max(255).nullable(),
  /** The number it stands on, in the unit of its code: ms, bit/s or a ratio. */
  value: z.number().nullable(),
});
export type CheckReason = z.infer<typeof CheckReason>;

export const CheckStepOutcome = z.enum(['ok', 'note', 'warning', 'failed', 'skipped']);
export type CheckStepOutcome = z.infer<typeof CheckStepOutcome>;

/** Whether a call would go well here, and why not. */
export const CheckVerdict = z.strictObject({
  state: CheckVerdictState,
  /** The heaviest first. */
  reasons: z.array(CheckReason).max(60),
  steps: z.record(CheckStepId, CheckStepOutcome),
});
export type CheckVerdict = z.infer<typeof CheckVerdict>;

/** A check as whoever has its link reads it. */
export const Check = z.strictObject({
  id: Id,
  createdAt: Instant,
  /** When it is forgotten; null while a ticket has it. */
  expiresAt: Instant.nullable(),
  report: CheckReport,
  verdict: CheckVerdict,
  /** It stands in a ticket. Which one is not everybody's business. */
  attached: z.boolean(),
});
export type Check = z.infer<typeof Check>;

/** Where a check measures. */
export const CheckRoom = z.strictObject({
  /** Every address of the media server, in the order in which calls try them. */
  addresses: z
    .array(
      z.strictObject({
        url: z.string(),
        role: z.enum(['primary', 'backup']),
        server: MediaAddressState.nullable(),
      }),
    )
    .min(1),
  backups: CheckBackups,
  /** One sends, one receives; nobody else fits into the room. */
  tokens: z.strictObject({ send: z.string(), receive: z.string() }),
  endsAt: Instant,
});
export type CheckRoom = z.infer<typeof CheckRoom>;
