import {
  EXTENSION_URI,
  emptySdpMedia,
  type SdpCodec,
  type SdpExtension,
  type SdpMedia,
  type SdpSession,
  sdpReceives,
  writeSdp,
} from '@alongside/rtp';
import { type CodecName, codecNameOf } from '../media/codecs.ts';
import type { PipeLocal } from '../transport/pipe.ts';
import { EXTENSIONS, MAX_MESSAGE_SIZE_BYTES, type NegotiatedSection, peerCodecs, type SectionSend } from './answer.ts';

/** The section of the data channels comes first and never goes, so the bundle always has its transport. */
const DATA_MID = '0';

const VIDEO_FEEDBACK = ['transport-cc', 'ccm fir', 'nack', 'nack pli'];

/** What we offer to send; the numbers are those browsers use themselves. */
const CODECS: Readonly<Record<'audio' | 'video', readonly SdpCodec[]>> = {
  audio: [
    codec(63, 'red', 48_000, '111/111', ['transport-cc'], 2),
    // Clients take the nack of an offer for their answer, and then ask for lost sound.
    codec(111, 'opus', 48_000, 'minptime=10;useinbandfec=1', ['transport-cc', 'nack'], 2),
  ],
  video: [
    ...withRepair(codec(96, 'VP8', 90_000, '', VIDEO_FEEDBACK), 97),
    ...withRepair(
      codec(
        102,
        'H264',
        90_000,
        'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
        VIDEO_FEEDBACK,
      ),
      103,
    ),
    ...withRepair(
      codec(
        104,
        'H264',
        90_000,
        'level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f',
        VIDEO_FEEDBACK,
      ),
      105,
    ),
    ...withRepair(codec(98, 'VP9', 90_000, 'profile-id=0', VIDEO_FEEDBACK), 99),
    ...withRepair(codec(45, 'AV1', 90_000, '', VIDEO_FEEDBACK), 46),
  ],
};

/** One id for each extension we know: they must be the same all over a bundle. */
const EXTENSION_IDS = new Map(Object.values(EXTENSION_URI).map((uri, index) => [uri as string, index + 1]));

/** One section for media of our own offer. */
export interface OfferedSection {
  mid: string;
  kind: 'audio' | 'video';
  /** Undefined: kept for later, inactive now. */
  send: SectionSend | undefined;
  /** The codec its track comes in. */
  preferred: CodecName | undefined;
  stereo: boolean;
}

export interface OfferInput {
  local: PipeLocal;
  /** Text after `a=`. */
  candidates: readonly string[];
  sessionId: string;
  sessionVersion: number;
  /** In the order they were first offered. */
  sections: readonly OfferedSection[];
}

/** Writes our offer for what a client receives (RFC 8829 §5.2): data first, then sections, which only become more. */
export function buildOffer(input: OfferInput): string {
  const data = emptySdpMedia('application', DATA_MID, 'UDP/DTLS/SCTP');
  data.formats = ['webrtc-datachannel'];
  data.sctpPort = 5_000;
  data.maxMessageSizeBytes = MAX_MESSAGE_SIZE_BYTES;
  data.candidates = [...input.candidates];
  data.endOfCandidates = true;
  const media = [data, ...input.sections.map(offerSection)];
  for (const section of media) {
    section.iceUfrag = input.local.iceUfrag;
    section.icePwd = input.local.icePwd;
    section.fingerprints = [input.local.fingerprint];
    // Also when the roles are settled: an offer never says which (RFC 8842 §5.2).
    section.setup = 'actpass';
  }
  return writeSdp({
    sessionId: input.sessionId,
    sessionVersion: input.sessionVersion,
    iceLite: input.local.iceLite,
    extmapAllowMixed: true,
    bundle: media.map((section) => section.mid),
    media,
  });
}

function offerSection(section: OfferedSection): SdpMedia {
  const { kind, send } = section;
  const out = emptySdpMedia(kind, section.mid, 'UDP/TLS/RTP/SAVPF');
  out.rtcpMux = true;
  out.rtcpReducedSize = true;
  out.direction = send ? 'sendonly' : 'inactive';
  // Only what is forwarded; the track's own codec first.
  const groups = CODECS[kind].filter((entry) => codecNameOf(entry) !== undefined);
  const preferred = groups.filter((entry) => codecNameOf(entry) === section.preferred);
  const ordered = [...preferred, ...groups.filter((entry) => !preferred.includes(entry))];
  out.codecs = ordered.flatMap((entry) => {
    const own = section.stereo && entry.name === 'opus' ? stereo(entry) : entry;
    const repair = CODECS[kind].find((other) => other.parameters === `apt=${entry.payloadType}`);
    return repair ? [own, repair] : [own];
  });
  out.formats = out.codecs.map((entry) => String(entry.payloadType));
  out.extensions = EXTENSIONS[kind].map((uri): SdpExtension => ({ id: EXTENSION_IDS.get(uri) ?? 0, uri }));
  if (send) {
    out.msid = { streamId: send.streamId, trackId: send.trackId };
    out.ssrcs = [{ ssrc: send.ssrc, cname: send.cname }];
    if (send.rtxSsrc !== 0) {
      out.ssrcs.push({ ssrc: send.rtxSsrc, cname: send.cname });
      out.ssrcGroups = [{ semantics: 'FID', ssrcs: [send.ssrc, send.rtxSsrc] }];
    }
  }
  return out;
}

/** What an answer to our offer settles: sections the client refused or does not receive on are left out. */
export function settledByAnswer(answer: SdpSession, offered: readonly OfferedSection[]): NegotiatedSection[] {
  const settled: NegotiatedSection[] = [];
  for (const { mid, kind, send } of offered) {
    const section = answer.media.find((media) => media.mid === mid && media.kind === kind);
    if (!section || section.port === 0) continue;
    settled.push({
      mid,
      kind,
      clientSends: false,
      weSend: send !== undefined && sdpReceives(section.direction),
      codecs: peerCodecs(section.codecs),
      layerByRid: new Map(),
      ssrcs: [],
      repairs: new Map(),
      extensions: section.extensions,
      allowMixed: answer.extmapAllowMixed,
    });
  }
  return settled;
}

function codec(
  payloadType: number,
  name: string,
  clockRate: number,
  parameters: string,
  feedback: string[],
  channels = 0,
): SdpCodec {
  return { payloadType, name, clockRate, channels, parameters, feedback };
}

function withRepair(entry: SdpCodec, repairPayloadType: number): SdpCodec[] {
  return [entry, codec(repairPayloadType, 'rtx', entry.clockRate, `apt=${entry.payloadType}`, [])];
}

/** Clients take this for their answer, and then decode both channels. */
function stereo(entry: SdpCodec): SdpCodec {
  return { ...entry, parameters: `${entry.parameters};sprop-stereo=1` };
}
