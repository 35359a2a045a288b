import { emptySdpMedia, type SdpCodec, type SdpDirection, SdpError, type SdpMedia, type SdpSession } from './sdp.ts';

/** A browser in a call of a hundred tracks writes about 300 KB. */
const MAX_CHARACTERS = 1_000_000;
const MAX_SECTIONS = 300;
const MAX_LINE = 8_192;
/** Per section: more than any client writes, few enough that hostile lists stay cheap to search. */
const MAX_LIST = 128;

const DIRECTIONS: ReadonlySet<string> = new Set(['sendrecv', 'sendonly', 'recvonly', 'inactive']);

/**
 * Parses a session description (RFC 8866 with the WebRTC attributes of RFC 8829). Unknown lines and attributes are
 * skipped, broken ones too when the rest can be used; lists are cut at fixed bounds. The result quotes the text's
 * tokens, none of which can hold a line break.
 * @throws SdpError when it is no session description, too large, or two sections share a mid.
 */
export function parseSdp(text: string): SdpSession {
  if (text.length > MAX_CHARACTERS) throw new SdpError('session description too large');
  if (!text.startsWith('v=0')) throw new SdpError('session description does not start with v=0');
  const session: SdpSession = {
    sessionId: '0',
    sessionVersion: 0,
    iceLite: false,
    extmapAllowMixed: false,
    bundle: [],
    media: [],
  };
  // Attributes before the first section are what every section starts from.
  const common = emptySdpMedia('', '', '');
  common.direction = 'sendrecv';
  common.rtcpMux = false;
  let current: SdpMedia | undefined;
  let mids: Set<string> | undefined;
  for (const line of text.split('\n')) {
    const end = line.endsWith('\r') ? line.length - 1 : line.length;
    if (end < 2 || end > MAX_LINE || line[1] !== '=') continue;
    const value = line.slice(2, end);
    switch (line[0]) {
      case 'm':
        if (session.media.length >= MAX_SECTIONS) throw new SdpError('too many media sections');
        current = startSection(value, common);
        session.media.push(current);
        break;
      case 'o':
        readOrigin(value, session);
        break;
      case 'a': {
        const colon = value.indexOf(':');
        const name = colon < 0 ? value : value.slice(0, colon);
        const rest = colon < 0 ? '' : value.slice(colon + 1);
        if (!current && readSessionAttribute(name, rest, session)) break;
        readAttribute(name, rest, current ?? common);
        break;
      }
      default:
        break;
    }
  }
  for (const section of session.media) {
    finishSection(section);
    mids ??= new Set();
    if (mids.has(section.mid)) throw new SdpError('two media sections with one mid');
    mids.add(section.mid);
  }
  return session;
}

function startSection(value: string, common: SdpMedia): SdpMedia {
  const [kind = '', port = '', protocol = '', ...formats] = tokens(value);
  const portNumber = whole(port.split('/')[0] ?? '', 0xffff);
  if (kind === '' || portNumber < 0 || protocol === '') throw new SdpError('broken media line');
  const section = emptySdpMedia(kind, '', protocol);
  section.port = portNumber;
  section.formats = formats.slice(0, MAX_LIST);
  section.direction = common.direction;
  section.iceUfrag = common.iceUfrag;
  section.icePwd = common.icePwd;
  section.setup = common.setup;
  section.fingerprints = [...common.fingerprints];
  section.extensions = [...common.extensions];
  section.rtcpMux = common.rtcpMux;
  section.rtcpReducedSize = common.rtcpReducedSize;
  return section;
}

function readOrigin(value: string, session: SdpSession): void {
  const parts = tokens(value);
  if (parts[1] !== undefined && /^\d{1,20}$/.test(parts[1])) session.sessionId = parts[1];
  const version = whole(parts[2] ?? '', Number.MAX_SAFE_INTEGER);
  if (version >= 0) session.sessionVersion = version;
}

function readSessionAttribute(name: string, rest: string, session: SdpSession): boolean {
  switch (name) {
    case 'ice-lite':
      session.iceLite = true;
      return true;
    case 'extmap-allow-mixed':
      session.extmapAllowMixed = true;
      return true;
    case 'group': {
      const [semantics, ...mids] = tokens(rest);
      if (semantics === 'BUNDLE' && session.bundle.length === 0) session.bundle = mids.slice(0, MAX_SECTIONS);
      return true;
    }
    default:
      return false;
  }
}

function readAttribute(name: string, rest: string, section: SdpMedia): void {
  switch (name) {
    case 'mid':
      section.mid = token(rest, 64);
      return;
    case 'rtpmap':
      readRtpmap(rest, section);
      return;
    case 'fmtp': {
      const [payloadType, parameters] = numbered(rest);
      const codec = payloadType < 0 ? undefined : codecOf(section, payloadType);
      if (codec) codec.parameters = parameters;
      return;
    }
    case 'rtcp-fb':
      readFeedback(rest, section);
      return;
    case 'extmap': {
      // `id[/direction] uri [attributes]`
      const [idPart = '', uri = ''] = tokens(rest);
      const id = whole(idPart.split('/')[0] ?? '', 255);
      if (id > 0 && uri !== '' && section.extensions.length < MAX_LIST) section.extensions.push({ id, uri });
      return;
    }
    case 'ice-ufrag':
      section.iceUfrag = token(rest, 256);
      return;
    case 'ice-pwd':
      section.icePwd = token(rest, 256);
      return;
    case 'fingerprint': {
      const [algorithm = '', value = ''] = tokens(rest);
      if (value !== '' && section.fingerprints.length < 8) {
        section.fingerprints.push({ algorithm: algorithm.toLowerCase(), value: value.toUpperCase() });
      }
      return;
    }
    case 'setup':
      section.setup = token(rest, 16);
      return;
    case 'rid': {
      const [id = '', direction = ''] = tokens(rest);
      if (id !== '' && (direction === 'send' || direction === 'recv') && section.rids.length < 16) {
        section.rids.push({ id, direction });
      }
      return;
    }
    case 'simulcast':
      readSimulcast(rest, section);
      return;
    case 'ssrc':
      readSsrc(rest, section);
      return;
    case 'ssrc-group': {
      const [semantics = '', ...rest2] = tokens(rest);
      const ssrcs = rest2.slice(0, 16).map((text) => whole(text, 0xffffffff));
      if (semantics !== '' && ssrcs.every((ssrc) => ssrc >= 0) && section.ssrcGroups.length < MAX_LIST) {
        section.ssrcGroups.push({ semantics, ssrcs });
      }
      return;
    }
    case 'msid': {
      const [streamId = '', trackId = ''] = tokens(rest);
      if (streamId !== '' && streamId.length <= 256 && trackId.length <= 256) section.msid ??= { streamId, trackId };
      return;
    }
    case 'rtcp-mux':
      section.rtcpMux = true;
      return;
    case 'rtcp-rsize':
      section.rtcpReducedSize = true;
      return;
    case 'bundle-only':
      section.bundleOnly = true;
      return;
    case 'sctp-port':
      section.sctpPort = Math.max(0, whole(rest, 0xffff));
      return;
    case 'max-message-size':
      section.maxMessageSizeBytes = Math.max(0, whole(rest, Number.MAX_SAFE_INTEGER));
      return;
    case 'candidate':
      if (section.candidates.length < MAX_LIST) section.candidates.push(`candidate:${rest}`);
      return;
    case 'end-of-candidates':
      section.endOfCandidates = true;
      return;
    default:
      if (rest === '' && DIRECTIONS.has(name)) section.direction = name as SdpDirection;
  }
}

function readRtpmap(rest: string, section: SdpMedia): void {
  const [payloadType, encoding] = numbered(rest);
  if (payloadType < 0 || payloadType > 127) return;
  const [name = '', clock = '', channels = ''] = encoding.split('/');
  const clockRate = whole(clock.trim(), 10_000_000);
  if (name === '' || name.length > 64 || clockRate <= 0) return;
  const codec = codecOf(section, payloadType, true);
  if (!codec) return;
  codec.name = name;
  codec.clockRate = clockRate;
  codec.channels = Math.max(0, whole(channels.trim(), 255));
}

function readFeedback(rest: string, section: SdpMedia): void {
  const space = rest.indexOf(' ');
  if (space < 0) return;
  const feedback = rest.slice(space + 1).trim();
  if (feedback === '' || feedback.length > 64) return;
  if (rest.slice(0, space) === '*') {
    for (const codec of section.codecs) if (codec.feedback.length < 32) codec.feedback.push(feedback);
    return;
  }
  const payloadType = whole(rest.slice(0, space), 127);
  const codec = payloadType < 0 ? undefined : codecOf(section, payloadType);
  if (codec && codec.feedback.length < 32) codec.feedback.push(feedback);
}

function readSimulcast(rest: string, section: SdpMedia): void {
  const parts = tokens(rest);
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const rids = parts[i + 1]!.split(';')
      .slice(0, 16)
      .map((alternatives) => (alternatives.split(',')[0] ?? '').replace(/^~/, ''))
      .filter((rid) => rid !== '');
    if (parts[i] === 'send') section.simulcastSend = rids;
    else if (parts[i] === 'recv') section.simulcastRecv = rids;
  }
}

function readSsrc(rest: string, section: SdpMedia): void {
  const [ssrc, attribute] = numbered(rest);
  if (ssrc < 0 || ssrc > 0xffffffff) return;
  let entry = section.ssrcs.find((known) => known.ssrc === ssrc);
  if (!entry) {
    if (section.ssrcs.length >= MAX_LIST) return;
    entry = { ssrc, cname: '' };
    section.ssrcs.push(entry);
  }
  if (attribute.startsWith('cname:')) entry.cname = attribute.slice(6, 6 + 255);
}

/** Payload types may be described before or without their rtpmap: RFC 3551 numbers need none. */
function codecOf(section: SdpMedia, payloadType: number, create = false): SdpCodec | undefined {
  const known = section.codecs.find((codec) => codec.payloadType === payloadType);
  if (known || (!create && !section.formats.includes(String(payloadType)))) return known;
  if (section.codecs.length >= MAX_LIST) return undefined;
  const codec: SdpCodec = { payloadType, name: '', clockRate: 0, channels: 0, parameters: '', feedback: [] };
  section.codecs.push(codec);
  return codec;
}

/** Codecs in the order of preference the `m=` line gives, nameless ones and those it does not list left out. */
function finishSection(section: SdpMedia): void {
  const order = new Map(section.formats.map((format, index) => [format, index]));
  section.codecs = section.codecs
    .filter((codec) => codec.name !== '' && order.has(String(codec.payloadType)))
    .sort((a, b) => order.get(String(a.payloadType))! - order.get(String(b.payloadType))!);
}

function tokens(text: string): string[] {
  return text.split(' ').filter((part) => part !== '');
}

function token(text: string, maxLength: number): string {
  const trimmed = text.trim();
  return trimmed.length > maxLength || trimmed.includes(' ') ? '' : trimmed;
}

/** `<number> <rest>`; −1 when it does not start with a number. */
function numbered(text: string): [number, string] {
  const space = text.indexOf(' ');
  return space < 0
    ? [whole(text, 0xffffffff), '']
    : [whole(text.slice(0, space), 0xffffffff), text.slice(space + 1).trim()];
}

/** A decimal number of digits only, −1 otherwise or above `max`. */
function whole(text: string, max: number): number {
  if (!/^\d{1,16}$/.test(text)) return -1;
  const value = Number(text);
  return value > max ? -1 : value;
}
