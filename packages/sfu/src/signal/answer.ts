import {
  EXTENSION_URI,
  emptySdpMedia,
  type SdpCodec,
  type SdpExtension,
  type SdpMedia,
  type SdpSession,
  sdpDirection,
  sdpParameter,
  sdpReceives,
  sdpSends,
  writeSdp,
} from '@alongside/rtp';
import { type CodecName, codecNameOf, h264Profile, type PeerCodec } from '../media/codecs.ts';
import type { PipeLocal } from '../transport/pipe.ts';

/** SCTP messages above this are not accepted by the pipe. */
export const MAX_MESSAGE_SIZE_BYTES = 65_535;

/** What we send on a section. */
export interface SectionSend {
  streamId: string;
  trackId: string;
  cname: string;
  ssrc: number;
  /** 0 for none. */
  rtxSsrc: number;
}

/** How we receive on a section. */
export interface SectionReceive {
  /** The codec the client should send, when it told us. */
  preferred: CodecName | undefined;
  red: boolean;
}

export interface AnswerInput {
  offer: SdpSession;
  local: PipeLocal;
  /** Text after `a=`. */
  candidates: readonly string[];
  setup: 'active' | 'passive';
  sessionId: string;
  sessionVersion: number;
  sends: ReadonlyMap<string, SectionSend>;
  receive(section: SdpMedia): SectionReceive;
  /** One choice for all Opus sections: payload types of a bundle must agree in their parameters. */
  opus: { dtx: boolean; stereo: boolean };
}

/** One RTP section as settled. */
export interface NegotiatedSection {
  mid: string;
  kind: 'audio' | 'video';
  clientSends: boolean;
  weSend: boolean;
  codecs: PeerCodec[];
  /** Layer index by rid, lowest first; empty without simulcast. */
  layerByRid: Map<string, number>;
  ssrcs: number[];
  repairs: Map<number, number>;
  extensions: readonly SdpExtension[];
  /** Packets may have extensions of either form (RFC 8285 §6). */
  allowMixed: boolean;
}

export interface Answer {
  sdp: string;
  sections: NegotiatedSection[];
}

/**
 * The same in both directions: Chromium offers later sections only extensions that earlier ones settled, so a section
 * answered without rid makes every later simulcast offer fail.
 */
export const EXTENSIONS: Readonly<Record<'audio' | 'video', readonly string[]>> = {
  audio: [EXTENSION_URI.audioLevel, EXTENSION_URI.transportSequence, EXTENSION_URI.mid],
  video: [
    EXTENSION_URI.transportSequence,
    EXTENSION_URI.mid,
    EXTENSION_URI.rid,
    EXTENSION_URI.repairedRid,
    EXTENSION_URI.videoOrientation,
    EXTENSION_URI.dependencyDescriptor,
    EXTENSION_URI.playoutDelay,
  ],
};

/**
 * Answers a client's offer (RFC 8829 §5.3): same sections in the same order; what the client sends is received, what it
 * can receive is used when `sends` has something for it and stays inactive otherwise (never port 0, so that it can be
 * used later). Sections we cannot serve (no common codec, unknown kind, stopped ones) are rejected.
 */
export function buildAnswer(input: AnswerInput): Answer {
  const { offer, local } = input;
  const sections: NegotiatedSection[] = [];
  const media: SdpMedia[] = [];
  for (const section of offer.media) media.push(answerSection(section, input, sections));
  // Candidates once: everything is bundled on the first accepted section's transport.
  const first = media.find((section) => section.port !== 0);
  if (first) {
    first.candidates = [...input.candidates];
    first.endOfCandidates = true;
  }
  const sdp = writeSdp({
    sessionId: input.sessionId,
    sessionVersion: input.sessionVersion,
    iceLite: local.iceLite,
    extmapAllowMixed: offer.extmapAllowMixed,
    bundle: media.filter((section) => section.port !== 0).map((section) => section.mid),
    media,
  });
  return { sdp, sections };
}

function answerSection(section: SdpMedia, input: AnswerInput, settled: NegotiatedSection[]): SdpMedia {
  const out = emptySdpMedia(section.kind, section.mid, section.protocol);
  // Firefox offers bundled sections as port 0 with bundle-only: no rejection.
  const stopped = section.port === 0 && !section.bundleOnly;
  if (section.kind === 'application' && section.protocol.includes('SCTP') && !stopped) {
    out.formats = section.formats;
    out.sctpPort = 5_000;
    out.maxMessageSizeBytes = MAX_MESSAGE_SIZE_BYTES;
    writeTransport(out, input);
    return out;
  }
  const kind = section.kind;
  const isMedia = kind === 'audio' || kind === 'video';
  if (!isMedia || stopped || !section.rtcpMux || section.mid === '') return rejected(out, section);
  const clientSends = sdpSends(section.direction);
  const send = sdpReceives(section.direction) ? input.sends.get(section.mid) : undefined;
  const chosen = chooseCodecs(section, clientSends ? input.receive(section) : { preferred: undefined, red: true });
  if (chosen.length === 0) return rejected(out, section);

  writeTransport(out, input);
  out.rtcpMux = true;
  out.rtcpReducedSize = section.rtcpReducedSize;
  out.direction = sdpDirection(send !== undefined, clientSends);
  out.codecs = chosen.map((codec) => answerCodec(codec, input.opus));
  out.formats = out.codecs.map((codec) => String(codec.payloadType));
  const sent = clientSends ? codecNameOf(chosen[0]!) : undefined;
  out.extensions = section.extensions.filter(({ uri }) => EXTENSIONS[kind].includes(uri) && isUseful(uri, sent));
  const rids = clientSends ? section.simulcastSend.filter((rid) => section.rids.some((known) => known.id === rid)) : [];
  if (rids.length > 0) {
    out.rids = rids.map((id) => ({ id, direction: 'recv' }));
    out.simulcastRecv = rids;
  }
  if (send) {
    out.msid = { streamId: send.streamId, trackId: send.trackId };
    out.ssrcs = [{ ssrc: send.ssrc, cname: send.cname }];
    if (send.rtxSsrc !== 0) {
      out.ssrcs.push({ ssrc: send.rtxSsrc, cname: send.cname });
      out.ssrcGroups = [{ semantics: 'FID', ssrcs: [send.ssrc, send.rtxSsrc] }];
    }
  }
  const repairs = new Map<number, number>();
  for (const group of section.ssrcGroups) {
    if (group.semantics === 'FID' && group.ssrcs.length === 2) repairs.set(group.ssrcs[1]!, group.ssrcs[0]!);
  }
  settled.push({
    mid: section.mid,
    kind,
    clientSends,
    weSend: send !== undefined,
    codecs: peerCodecs(chosen),
    layerByRid: layersByRid(rids),
    ssrcs: section.ssrcs.map((entry) => entry.ssrc),
    repairs,
    extensions: out.extensions,
    allowMixed: input.offer.extmapAllowMixed,
  });
  return out;
}

/**
 * Chromium leaves picture ids and temporal layers out of VP8 as soon as it may send a dependency descriptor: only AV1
 * shall. Where nothing is sent it is only received.
 */
function isUseful(uri: string, sent: CodecName | undefined): boolean {
  return uri !== EXTENSION_URI.dependencyDescriptor || sent === undefined || sent === 'av1';
}

function rejected(out: SdpMedia, section: SdpMedia): SdpMedia {
  out.port = 0;
  out.formats = section.formats.length > 0 ? [section.formats[0]!] : ['0'];
  return out;
}

function writeTransport(out: SdpMedia, input: AnswerInput): void {
  out.iceUfrag = input.local.iceUfrag;
  out.icePwd = input.local.icePwd;
  out.fingerprints = [input.local.fingerprint];
  out.setup = input.setup;
}

/** LiveKit names its layers q, h, f from low to high; other names are taken in the order offered. */
function layersByRid(rids: readonly string[]): Map<string, number> {
  const named = ['q', 'h', 'f'];
  const known = rids.every((rid) => named.includes(rid));
  return new Map(rids.slice(0, 3).map((rid, index) => [rid, known ? named.indexOf(rid) : index]));
}

/** The codecs we forward among the offered, the preferred first, each followed by its retransmission format. */
function chooseCodecs(section: SdpMedia, receive: SectionReceive): SdpCodec[] {
  const usable = section.codecs.filter((codec) => {
    const name = codecNameOf(codec);
    if (!name || (name === 'red' && !receive.red)) return false;
    if ((name === 'opus' || name === 'red') !== (section.kind === 'audio')) return false;
    // High profile sends frames that many hardware decoders of the other side refuse.
    return name !== 'h264' || h264Profile(codec).endsWith('/42');
  });
  usable.sort((a, b) => rank(a, receive) - rank(b, receive));
  return usable.flatMap((codec) => {
    const rtx = rtxOf(section, codec.payloadType);
    return rtx ? [codec, rtx] : [codec];
  });
}

function rank(codec: SdpCodec, receive: SectionReceive): number {
  const name = codecNameOf(codec);
  // The first codec of an answer is the one a browser sends.
  if (name === receive.preferred) return 0;
  if (name === 'red' || name === 'vp8') return 1;
  return name === 'opus' || name === 'h264' ? 2 : 3;
}

function rtxOf(section: SdpMedia, payloadType: number): SdpCodec | undefined {
  return section.codecs.find(
    (codec) => codec.name.toLowerCase() === 'rtx' && sdpParameter(codec.parameters, 'apt') === String(payloadType),
  );
}

function answerCodec(codec: SdpCodec, opus: { dtx: boolean; stereo: boolean }): SdpCodec {
  const name = codecNameOf(codec);
  const offered = (feedback: string): boolean => codec.feedback.includes(feedback);
  if (name === 'opus') {
    const parameters = ['minptime=10', 'useinbandfec=1'];
    if (opus.dtx) parameters.push('usedtx=1');
    if (opus.stereo) parameters.push('stereo=1', 'maxaveragebitrate=510000');
    // Browsers never offer nack for Opus and still honour it in an answer: measured, it halves what loss is heard.
    const feedback = offered('transport-cc') ? ['transport-cc', 'nack'] : ['nack'];
    return { ...codec, parameters: parameters.join(';'), feedback };
  }
  if (name === 'red') return { ...codec, feedback: offered('transport-cc') ? ['transport-cc'] : [] };
  if (name === undefined) return { ...codec, feedback: [] };
  const feedback = ['transport-cc', 'ccm fir', 'nack', 'nack pli'].filter(offered);
  return { ...codec, parameters: withoutVendorParameters(codec.parameters), feedback };
}

/** Clients write `x-google-…` into their own copy of a description; echoing it would make sections disagree. */
function withoutVendorParameters(parameters: string): string {
  return parameters
    .split(';')
    .filter((part) => part.trim() !== '' && !part.trim().startsWith('x-google'))
    .join(';');
}

/** The codecs we forward among these, each with the payload type its retransmissions have. */
export function peerCodecs(codecs: readonly SdpCodec[]): PeerCodec[] {
  const peers: PeerCodec[] = [];
  for (const codec of codecs) {
    const name = codecNameOf(codec);
    if (!name) continue;
    const rtx = codecs.find(
      (other) =>
        other.name.toLowerCase() === 'rtx' && sdpParameter(other.parameters, 'apt') === String(codec.payloadType),
    );
    peers.push({
      name,
      payloadType: codec.payloadType,
      rtxPayloadType: rtx?.payloadType ?? -1,
      profile: name === 'h264' ? h264Profile(codec) : '',
    });
  }
  return peers;
}

/** The id offered for an extension, 0 when the section has none. */
export function extensionId(extensions: readonly SdpExtension[], uri: string): number {
  return extensions.find((extension) => extension.uri === uri)?.id ?? 0;
}
