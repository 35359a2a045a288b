/** Which way media flows, from the describing side's point of view (RFC 8866 §6.7). */
export type SdpDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** One payload type of a section: its rtpmap, fmtp and rtcp-fb lines together. */
export interface SdpCodec {
  payloadType: number;
  /** Encoding name as written: `opus`, `VP8`, `rtx`. Compare without case. */
  name: string;
  clockRate: number;
  /** 0 when the rtpmap does not tell. */
  channels: number;
  /** The text after `a=fmtp:<pt> `, empty when there is none. */
  parameters: string;
  /** `nack`, `nack pli`, `transport-cc` … */
  feedback: string[];
}

export interface SdpExtension {
  id: number;
  uri: string;
}

export interface SdpFingerprint {
  algorithm: string;
  value: string;
}

export interface SdpSsrcGroup {
  semantics: string;
  ssrcs: number[];
}

/** One `m=` section. Session-level ICE, DTLS and direction attributes are already inherited. */
export interface SdpMedia {
  kind: string;
  port: number;
  protocol: string;
  formats: string[];
  mid: string;
  direction: SdpDirection;
  bundleOnly: boolean;
  codecs: SdpCodec[];
  extensions: SdpExtension[];
  iceUfrag: string;
  icePwd: string;
  fingerprints: SdpFingerprint[];
  /** `actpass`, `active`, `passive`, `holdconn`, or empty. */
  setup: string;
  rids: { id: string; direction: 'send' | 'recv' }[];
  /** Rids of `a=simulcast`, in order, without alternatives and the "paused" tilde. */
  simulcastSend: string[];
  simulcastRecv: string[];
  ssrcs: { ssrc: number; cname: string }[];
  ssrcGroups: SdpSsrcGroup[];
  msid: { streamId: string; trackId: string } | undefined;
  rtcpMux: boolean;
  rtcpReducedSize: boolean;
  /** 0 when absent. */
  sctpPort: number;
  /** Bytes; 0 when absent (RFC 8841: then 64 K). */
  maxMessageSizeBytes: number;
  /** Text after `a=`, e.g. `candidate:1 1 udp …`. */
  candidates: string[];
  endOfCandidates: boolean;
}

export interface SdpSession {
  sessionId: string;
  sessionVersion: number;
  iceLite: boolean;
  extmapAllowMixed: boolean;
  /** Mids of the first BUNDLE group. */
  bundle: string[];
  media: SdpMedia[];
}

/** The description cannot be used; `message` says why without quoting more than a few characters of it. */
export class SdpError extends Error {
  override name = 'SdpError';
}

/** An empty section to fill in. */
export function emptySdpMedia(kind: string, mid: string, protocol: string): SdpMedia {
  return {
    kind,
    port: 9,
    protocol,
    formats: [],
    mid,
    direction: 'inactive',
    bundleOnly: false,
    codecs: [],
    extensions: [],
    iceUfrag: '',
    icePwd: '',
    fingerprints: [],
    setup: '',
    rids: [],
    simulcastSend: [],
    simulcastRecv: [],
    ssrcs: [],
    ssrcGroups: [],
    msid: undefined,
    rtcpMux: true,
    rtcpReducedSize: false,
    sctpPort: 0,
    maxMessageSizeBytes: 0,
    candidates: [],
    endOfCandidates: false,
  };
}

/** The value of one fmtp parameter (`apt`, `profile-level-id`), undefined when absent. Names compare without case. */
export function sdpParameter(parameters: string, name: string): string | undefined {
  for (const part of parameters.split(';')) {
    const equals = part.indexOf('=');
    const key = (equals < 0 ? part : part.slice(0, equals)).trim();
    if (key.toLowerCase() === name.toLowerCase()) return equals < 0 ? '' : part.slice(equals + 1).trim();
  }
  return undefined;
}

/** Whether the describing side wants to send on this section. */
export function sdpSends(direction: SdpDirection): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

/** Whether the describing side wants to receive on this section. */
export function sdpReceives(direction: SdpDirection): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}

/** The direction with these two halves. */
export function sdpDirection(sends: boolean, receives: boolean): SdpDirection {
  if (sends) return receives ? 'sendrecv' : 'sendonly';
  return receives ? 'recvonly' : 'inactive';
}
