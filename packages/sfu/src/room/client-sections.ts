import { EXTENSION_URI, type SdpMedia, type SdpSession, sdpSends } from '@alongside/rtp';
import { MediaSource } from '../media/media-source.ts';
import type { UplinkSection } from '../media/uplink.ts';
import { extensionId, type NegotiatedSection } from '../signal/answer.ts';
import type { PipeRemote } from '../transport/pipe.ts';
import type { Participant } from './participant.ts';

/** What a client's offers say it sends: one source for each section, kept over all renegotiations. */
export class ClientSections {
  readonly #participant: Participant;
  /** By the mid the client sends on. */
  readonly #sources = new Map<string, MediaSource>();
  #settled: readonly NegotiatedSection[] = [];
  #offer: SdpSession | undefined;

  constructor(participant: Participant) {
    this.#participant = participant;
  }

  /** Whether the client has offered at all. */
  get offered(): boolean {
    return this.#offer !== undefined;
  }

  source(mid: string): MediaSource | undefined {
    return this.#sources.get(mid);
  }

  sectionOfTrack(cid: string): NegotiatedSection | undefined {
    const media = this.#offer?.media.find(
      (section) => sdpSends(section.direction) && withoutBraces(trackIdOf(section)) === withoutBraces(cid),
    );
    return media && this.#settled.find((section) => section.mid === media.mid && section.clientSends);
  }

  /**
   * The native client names nothing, Firefox names its sections otherwise than its tracks. Where there are more such
   * sections than tracks announced, one would be mistaken for another (a camera that was refused for a screen): then
   * there are none until the client has taken its section back.
   */
  unnamedSections(): NegotiatedSection[] {
    const { publications } = this.#participant;
    const unnamed = this.#settled.filter((section) => {
      const media = this.#offer?.media.find((candidate) => candidate.mid === section.mid);
      const source = this.#sources.get(section.mid);
      if (!section.clientSends || !media || !source || publications.isTaken(source)) return false;
      const name = trackIdOf(media);
      return name === '' || !(publications.isAnnounced(name) || publications.isAnnounced(withoutBraces(name)));
    });
    const count = (kind: 'audio' | 'video') => unnamed.filter((section) => section.kind === kind).length;
    const clear = { audio: false, video: false };
    for (const kind of ['audio', 'video'] as const) clear[kind] = count(kind) <= publications.pendingCount(kind);
    return unnamed.filter((section) => clear[section.kind]);
  }

  /** Makes and drops sources as the new offer has it. */
  take(offer: SdpSession): void {
    this.#offer = offer;
    for (const section of offer.media) {
      const { kind, mid } = section;
      if ((kind !== 'audio' && kind !== 'video') || mid === '') continue;
      const sends = sdpSends(section.direction) && (section.port !== 0 || section.bundleOnly);
      const source = this.#sources.get(mid);
      if (sends && !source) this.#sources.set(mid, new MediaSource(kind));
      else if (!sends && source) this.#drop(mid, source);
    }
    for (const [mid, source] of this.#sources) {
      if (!offer.media.some((section) => section.mid === mid)) this.#drop(mid, source);
    }
  }

  #drop(mid: string, source: MediaSource): void {
    this.#sources.delete(mid);
    source.close();
    this.#participant.publications.onSourceGone(source);
  }

  /** Takes over what the answer settled: from now on packets are received by it. */
  settle(sections: readonly NegotiatedSection[]): void {
    this.#settled = sections;
    const uplink: UplinkSection[] = [];
    const all = sections.flatMap((section) => section.extensions);
    for (const section of sections) {
      const source = this.#sources.get(section.mid);
      if (section.clientSends && source) uplink.push({ ...section, source });
    }
    this.#participant.ensurePeer().uplink.configure(uplink, {
      mid: extensionId(all, EXTENSION_URI.mid),
      rid: extensionId(all, EXTENSION_URI.rid),
      repairedRid: extensionId(all, EXTENSION_URI.repairedRid),
      transportSequence: extensionId(all, EXTENSION_URI.transportSequence),
      audioLevel: extensionId(all, EXTENSION_URI.audioLevel),
      orientation: extensionId(all, EXTENSION_URI.videoOrientation),
      dependencyDescriptor: extensionId(all, EXTENSION_URI.dependencyDescriptor),
    });
  }

  close(): void {
    for (const source of this.#sources.values()) source.close();
    this.#sources.clear();
  }
}

/** The track id of `a=msid`; browsers put the page's track id there, the native client writes `- <cid>`. */
export function trackIdOf(section: SdpMedia): string {
  return section.msid?.trackId ?? '';
}

/** Firefox's track ids are in braces, and some clients announce them without. */
function withoutBraces(trackId: string): string {
  return trackId.replace(/^\{(.*)\}$/, '$1');
}

/**
 * The transport a description names: that of the bundle's first section.
 * @throws RangeError when it names none
 */
export function remoteOf(description: SdpSession): PipeRemote {
  const section =
    description.media.find((media) => media.mid === description.bundle[0] && media.iceUfrag !== '') ??
    description.media.find((media) => media.iceUfrag !== '');
  if (!section) throw new RangeError('the description has no ICE credentials');
  const setup = section.setup === 'active' || section.setup === 'passive' ? section.setup : 'actpass';
  return { iceUfrag: section.iceUfrag, icePwd: section.icePwd, fingerprints: section.fingerprints, setup };
}
