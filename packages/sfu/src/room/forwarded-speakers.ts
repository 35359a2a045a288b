import { TrackSource } from '@livekit/protocol';
import type { MediaSource } from '../media/media-source.ts';
import { TopSpeakers } from '../media/top-speakers.ts';
import type { Publication } from './publication.ts';

/** A room with more microphones than this is one of many, … */
const MANY_MICROPHONES = 16;
/** … until it has no more than this. */
const FEW_MICROPHONES = 12;
/** Nobody follows more voices than this at once. */
const DEFAULT_PLACES = 6;

/**
 * How many microphones of a room are forwarded at once: in rooms of many the top speakers alone, whoever else is
 * subscribed to. What a screen sounds like, and tracks that do not tell their level, always are.
 */
export class ForwardedSpeakers {
  /** 0: everybody; undefined: everybody, unless there are many. */
  readonly #places: number | undefined;
  #top: TopSpeakers<MediaSource> | undefined;

  constructor(places: number | undefined) {
    this.#places = places;
  }

  /** A few times a second: takes in who has come and gone. */
  update(publications: Iterable<Publication>): void {
    if (this.#places === 0) return;
    const microphones = new Set<MediaSource>();
    for (const { source, info } of publications) {
      if (source?.kind === 'audio' && info.source !== TrackSource.SCREEN_SHARE_AUDIO) microphones.add(source);
    }
    const many = microphones.size > (this.#top ? FEW_MICROPHONES : MANY_MICROPHONES);
    if (this.#places === undefined && !many) this.#top = undefined;
    else this.#top ??= new TopSpeakers<MediaSource>(this.#places ?? DEFAULT_PLACES);
    for (const source of microphones) source.gate = this.#top;
    this.#top?.retain(microphones);
  }
}
