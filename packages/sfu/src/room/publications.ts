import {
  type AddTrackRequest,
  MuteTrackRequest,
  RequestResponse,
  RequestResponse_Reason,
  SignalResponse,
  TrackPublishedResponse,
  TrackType,
  TrackUnpublishedResponse,
  VideoQuality,
} from '@livekit/protocol';
import type { CodecName } from '../media/codecs.ts';
import type { MediaSource } from '../media/media-source.ts';
import type { SectionReceive } from '../signal/answer.ts';
import type { Dynacast } from './dynacast.ts';
import type { Participant } from './participant.ts';
import { mayPublish } from './permissions.ts';
import { Publication } from './publication.ts';
import { excessOf } from './track-request.ts';

/** What one participant publishes, and what it announced and has not sent yet. */
export class Publications {
  readonly #participant: Participant;
  readonly #pending: Publication[] = [];
  readonly #published = new Map<string, Publication>();

  constructor(participant: Participant) {
    this.#participant = participant;
  }

  get published(): IterableIterator<Publication> {
    return this.#published.values();
  }

  get count(): number {
    return this.#published.size;
  }

  get(sid: string): Publication | undefined {
    return this.#published.get(sid) ?? this.#pending.find((publication) => publication.sid === sid);
  }

  /** Takes an announcement; the client waits for the answer before it goes on publishing. */
  add(request: AddTrackRequest): void {
    const participant = this.#participant;
    const excess = excessOf(request);
    if (excess !== undefined) {
      this.#refuse(request, RequestResponse_Reason.LIMIT_EXCEEDED, excess);
      return;
    }
    const known = this.get(request.sid) ?? this.#pending.find(({ cid }) => cid === request.cid);
    if (known) {
      this.#confirm(request.cid, known);
      // A second announcement of a known track is its backup codec's.
      if (known.backupCodec && request.cid !== '' && request.cid !== known.cid) {
        known.backupCid = request.cid;
        this.bind();
      }
      return;
    }
    // A track already published under this name is about to be taken back: clients announce first, and offer once what was
    // unpublished and published in one go. Each keeps its own section, and the new one takes the old one's place.
    const replaced = [...this.#published.values()].some(({ cid }) => cid === request.cid) ? 1 : 0;
    const limit = participant.room.host.limits.maxTracksPerParticipant;
    const full = this.#published.size + this.#pending.length - replaced >= limit;
    if (full || request.cid === '' || !mayPublish(participant.permission, request.source)) {
      if (full) this.#refuse(request, RequestResponse_Reason.LIMIT_EXCEEDED, `no more than ${limit} tracks`);
      else this.#refuse(request, RequestResponse_Reason.NOT_ALLOWED, 'not allowed to publish this source');
      return;
    }
    const publication = new Publication(participant, request);
    this.#pending.push(publication);
    this.#confirm(request.cid, publication);
    this.bind();
  }

  #refuse(addTrack: AddTrackRequest, reason: RequestResponse_Reason, message: string): void {
    const value = new RequestResponse({ reason, message, request: { case: 'addTrack', value: addTrack } });
    this.#participant.send(new SignalResponse({ message: { case: 'requestResponse', value } }));
  }

  #confirm(cid: string, publication: Publication): void {
    this.#participant.send(
      new SignalResponse({
        message: { case: 'trackPublished', value: new TrackPublishedResponse({ cid, track: publication.info }) },
      }),
    );
  }

  /** How to receive the section that carries the client's track `cid`. */
  receivePolicy(cid: string): SectionReceive {
    const publication = this.#find(cid);
    const isBackup = publication !== undefined && publication.cid !== cid;
    const preferred = isBackup ? publication.backupCodec : publication?.preferredCodec;
    return { preferred, red: !publication?.info.disableRed };
  }

  #find(cid: string): Publication | undefined {
    const isNamed = (publication: Publication): boolean =>
      publication.cid === cid || (cid !== '' && publication.backupCid === cid);
    return this.#pending.find(isNamed) ?? [...this.#published.values()].find(isNamed);
  }

  /** Whether a track of this client's name was announced. */
  isAnnounced(cid: string): boolean {
    return this.#find(cid) !== undefined;
  }

  /** How many are announced and not sent yet. */
  pendingCount(kind: 'audio' | 'video'): number {
    return this.#pending.filter((publication) => publication.kind === kind).length;
  }

  opusPolicy(): { dtx: boolean; stereo: boolean } {
    const audio = [...this.#published.values(), ...this.#pending].filter((publication) => publication.kind === 'audio');
    return {
      dtx: !audio.some((publication) => publication.info.disableDtx),
      stereo: audio.some((publication) => publication.info.stereo),
    };
  }

  /** Ties announced tracks to the sections that carry them; announcement and offer come in any order. */
  bind(): void {
    const { negotiation } = this.#participant;
    const bound: Publication[] = [];
    for (const publication of [...this.#pending]) {
      const named = negotiation.sectionOfTrack(publication.cid);
      const section =
        named ??
        negotiation
          .unnamedSections()
          .find((candidate) => candidate.kind === publication.kind && !this.isTaken(negotiation.source(candidate.mid)));
      const source = section && negotiation.source(section.mid);
      if (!section || !source || this.isTaken(source)) continue;
      this.#pending.splice(this.#pending.indexOf(publication), 1);
      publication.bind(section, source);
      this.#published.set(publication.sid, publication);
      bound.push(publication);
    }
    if (bound.length > 0) this.#participant.room.onPublished(this.#participant, bound);
    for (const publication of this.#published.values()) this.#bindBackup(publication);
  }

  #bindBackup(publication: Publication): void {
    const { negotiation, room } = this.#participant;
    if (publication.backupCid === '' || publication.backup) return;
    const section = negotiation.sectionOfTrack(publication.backupCid);
    const source = section && negotiation.source(section.mid);
    if (!section || !source || this.isTaken(source)) return;
    publication.bindBackup(section, source);
    this.#participant.changed();
    for (const other of room.participants) other.subscriptions.begin(publication.sid);
  }

  /** What subscribers show of a track may have changed: its publisher is told what to send. */
  onDemand(publication: Publication): void {
    const { room } = this.#participant;
    const { dynacast } = publication;
    if (!dynacast || this.#published.get(publication.sid) !== publication) return;
    // What is said now is not heard; it is said when the client is back.
    if (!this.#participant.signalConnected) return;
    const wanted = (codec: CodecName) => wantedQuality(room.participants, publication, codec);
    if (!dynacast.update(wanted, room.host.nowMs(), allStandBy(room.participants, publication))) return;
    this.#tellDemand(publication, dynacast);
  }

  #tellDemand({ sid }: Publication, dynacast: Dynacast): void {
    const value = dynacast.message(sid);
    this.#participant.send(new SignalResponse({ message: { case: 'subscribedQualityUpdate', value } }));
  }

  /** The signal connection is a new one: what was said last on the old one may not have arrived. */
  onResumed(): void {
    for (const publication of this.#published.values()) {
      // Its client sees the difference and takes the mute back: it is asked again, after that.
      if (publication.muteOwed) this.#tellMuted(publication.sid, true);
      if (publication.dynacast?.hasTold) this.#tellDemand(publication, publication.dynacast);
    }
  }

  /** About once a second. */
  tick(): void {
    for (const publication of this.#published.values()) this.onDemand(publication);
  }

  /** Whether a track is published from this source. */
  isTaken(source: MediaSource | undefined): boolean {
    return (
      source !== undefined &&
      [...this.#published.values()].some(
        (publication) => publication.source === source || publication.backup === source,
      )
    );
  }

  /** The client stopped sending on a section. */
  onSourceGone(source: MediaSource): void {
    for (const publication of [...this.#published.values()]) {
      if (publication.source === source) this.#unpublish(publication);
      if (publication.backup !== source) continue;
      publication.unbindBackup();
      this.#participant.changed();
      for (const other of this.#participant.room.participants) other.subscriptions.begin(publication.sid);
    }
  }

  #unpublish(publication: Publication): void {
    this.#published.delete(publication.sid);
    // The client may go on sending on the section it was published from.
    publication.endRecording();
    this.#participant.room.onUnpublished(publication);
  }

  /** The publisher muted or unmuted itself, or (with `tellPublisher`) somebody did it. */
  setMuted(sid: string, muted: boolean, tellPublisher: boolean): Publication | undefined {
    const publication = this.get(sid);
    if (!publication) return undefined;
    publication.muteOwed = tellPublisher && muted;
    if (tellPublisher) this.#tellMuted(sid, muted);
    if (publication.info.muted === muted) return publication;
    publication.info.muted = muted;
    if (!muted) {
      const nowMs = this.#participant.room.host.nowMs();
      publication.source?.requestKeyFrames(nowMs);
      publication.backup?.requestKeyFrames(nowMs);
    }
    if (publication.published) this.#participant.changed();
    return publication;
  }

  #tellMuted(sid: string, muted: boolean): void {
    const value = new MuteTrackRequest({ sid, muted });
    this.#participant.send(new SignalResponse({ message: { case: 'mute', value } }));
  }

  /** Takes back what the permission does not allow any more. */
  enforcePermission(): void {
    const participant = this.#participant;
    for (const publication of [...this.#published.values(), ...this.#pending]) {
      if (mayPublish(participant.permission, publication.info.source)) continue;
      const waiting = this.#pending.indexOf(publication);
      if (waiting >= 0) this.#pending.splice(waiting, 1);
      else this.#unpublish(publication);
      participant.send(
        new SignalResponse({
          message: { case: 'trackUnpublished', value: new TrackUnpublishedResponse({ trackSid: publication.sid }) },
        }),
      );
    }
    // At once, not with the recorder's next look: nothing said while hidden may be in a file.
    if (participant.hidden) for (const publication of this.#published.values()) publication.endRecording();
  }

  /** Takes one track back from its publisher, who is told. */
  withdraw(publication: Publication): void {
    if (this.#published.get(publication.sid) !== publication) return;
    this.#unpublish(publication);
    this.#participant.send(
      new SignalResponse({
        message: { case: 'trackUnpublished', value: new TrackUnpublishedResponse({ trackSid: publication.sid }) },
      }),
    );
  }

  /** Whether every track the client believes to publish is known here. */
  knows(sids: readonly string[]): boolean {
    return sids.every((sid) => this.get(sid) !== undefined);
  }

  /** The participant is gone: nothing of it is published any more. Returns what was. */
  clear(): Publication[] {
    const all = [...this.#published.values()];
    this.#published.clear();
    this.#pending.length = 0;
    return all;
  }

  /** Loudest audio level of the interval, 0 to 1. */
  takeAudioLevel(intervalMs: number): number {
    let level = 0;
    for (const publication of this.#published.values()) {
      if (publication.info.type !== TrackType.AUDIO) continue;
      const own = publication.source?.meter.take(intervalMs) ?? 0;
      if (!publication.info.muted) level = Math.max(level, own);
    }
    return level;
  }
}

/** The highest quality anybody wants of a track in this codec, −1 when nobody wants it. */
function wantedQuality(participants: Iterable<Participant>, publication: Publication, codec: CodecName): number {
  const isBackup = codec === publication.backupCodec && codec !== publication.codec;
  const recorded = (publication.source?.taps.length ?? 0) > 0;
  // An encoder that was turned off while its sender waited would begin late, the moment it is wanted.
  const kept = publication.participant.waits ? VideoQuality.LOW : -1;
  let wanted: number = isBackup ? -1 : recorded ? VideoQuality.HIGH : kept;
  for (const { subscriptions, peer } of participants) {
    const subscription = subscriptions.get(publication.sid);
    if (!subscription || publication.needsBackup(peer?.downlink.codecs ?? []) !== isBackup) continue;
    wanted = Math.max(wanted, subscription.wantedSpatial);
  }
  return wanted;
}

/** Whether all there is of a track's publisher and subscribers stands by: the lowest layer is what they begin with. */
function allStandBy(participants: Iterable<Participant>, publication: Publication): boolean {
  if (publication.participant.waits) return true;
  const subscriptions = [...participants].flatMap((one) => one.subscriptions.get(publication.sid) ?? []);
  return subscriptions.length > 0 && subscriptions.every(({ held }) => held);
}
