import type { ClientFrame, ServerFrame } from '@alongside/contracts';
import type { Caller } from '../http/caller.ts';
import type { FeedRow } from './feed-reader.ts';

export type SubscribeFrame = Extract<ClientFrame, { t: 'subscribe' }>;
export type TopicName = SubscribeFrame['topic'];
export type SubscribeTo<N extends TopicName> = Extract<SubscribeFrame, { topic: N }>;

/** A frame for one subscription. `id` is filled in by the connection. */
export type TopicFrame = DistributiveOmit<Extract<ServerFrame, { t: 'event' | 'inbox' | 'gone' }>, 'id'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A frame and where it stands in what the client counts (its sequence number, or a feed position). */
export type PlacedFrame = { cursor: number; frame: TopicFrame };

/** What a resuming subscriber missed; `reset` when that is too much or gone. */
export type Replay = { frames: PlacedFrame[]; upTo: number } | { reset: true; upTo: number };

/** Something a client can subscribe to; the feature that owns it supplies the functions. */
export type Topic<N extends TopicName = TopicName> = {
  name: N;
  /** Where the subscription listens, e.g. the ticket's id. Many narrow places are cheaper than one that everybody hears. */
  placeOf(frame: SubscribeTo<N>, reader: Caller): string;
  /** The places a feed row concerns; none for rows of others. */
  placesOf(row: FeedRow): readonly string[];
  /** @throws AppError when this reader may not subscribe */
  authorise(reader: Caller, frame: SubscribeTo<N>): Promise<void>;
  /**
   * What this reader missed since `frame.since`, from the database. May hold more than `position` has handed out:
   * what comes again live is recognised by its cursor.
   * @param position the feed's position when the subscription began to listen
   */
  replay(reader: Caller, frame: SubscribeTo<N>, position: number): Promise<Replay>;
  /** The row as this reader receives it; null when it is not for them. */
  present(row: FeedRow, reader: Caller, frame: SubscribeTo<N>): Promise<PlacedFrame | null>;
  /** The readers at a place changed: presence. */
  onReadersChanged?(place: string): void;
};
