import { CLOSE } from '@alongside/contracts';
import type { Caller } from '../http/caller.ts';
import type { Log } from '../log/logger.ts';
import type { Connection } from './connection.ts';
import type { FeedRow } from './feed-reader.ts';
import type { PlacedFrame, SubscribeFrame, Topic } from './topics.ts';

/** Rows that wait for one subscription; more means its frames cannot be made as fast as things happen. */
const WAITING_MAX = 10_000;

/**
 * One subscription of one connection: first what was missed, then what happens, each once and in order.
 * It listens before it reads, so that nothing falls between; what comes twice is recognised by its cursor.
 */
export class Subscription {
  readonly connection: Connection;
  readonly topic: Topic;
  readonly reader: Caller;
  readonly place: string;
  /** Before that it only collects rows: nobody may see the reader here, nor they what is not kept. */
  isAdmitted = false;
  readonly #frame: SubscribeFrame;
  readonly #log: Log;
  readonly #waiting: FeedRow[] = [];
  #cursor: number;
  #busy = true;
  #ended = false;

  constructor(connection: Connection, reader: Caller, topic: Topic, frame: SubscribeFrame, log: Log) {
    this.connection = connection;
    this.reader = reader;
    this.topic = topic;
    this.place = topic.placeOf(frame, reader);
    this.#frame = frame;
    this.#log = log;
    this.#cursor = frame.since;
  }

  /**
   * Sends what was missed and goes live. Rows pushed meanwhile wait.
   * @param position the feed's position when this subscription began to get rows
   * @throws AppError when the reader may not subscribe
   */
  async begin(position: number): Promise<void> {
    const { topic, reader } = this;
    await topic.authorise(reader, this.#frame);
    this.isAdmitted = true;
    const missed = await topic.replay(reader, this.#frame, position);
    if (this.#ended) return;
    if ('reset' in missed) {
      this.#cursor = missed.upTo;
      this.connection.send({ t: 'reset', id: this.#frame.id, upTo: missed.upTo });
    } else {
      for (const placed of missed.frames) this.#send(placed);
      this.#cursor = Math.max(this.#cursor, missed.upTo);
      this.connection.send({ t: 'live', id: this.#frame.id, upTo: this.#cursor });
    }
    await this.#work();
  }

  push(row: FeedRow): void {
    if (this.#ended) return;
    this.#waiting.push(row);
    if (this.#waiting.length > WAITING_MAX) this.connection.close(CLOSE.tooSlow, 'too much to catch up with');
    else if (!this.#busy) void this.#work();
  }

  end(): void {
    this.#ended = true;
    this.#waiting.length = 0;
  }

  async #work(): Promise<void> {
    this.#busy = true;
    try {
      for (let row = this.#waiting.shift(); row !== undefined; row = this.#waiting.shift()) {
        const placed = await this.topic.present(row, this.reader, this.#frame);
        if (placed && !this.#ended) this.#send(placed);
      }
    } catch (error) {
      // A frame left out would be a hole the client cannot see; closed, it resumes and reads it from the database.
      this.#log.error({ err: error, topic: this.topic.name }, 'a live frame could not be made');
      this.connection.close(CLOSE.restarting, 'resume');
    } finally {
      this.#busy = false;
    }
  }

  #send({ cursor, frame }: PlacedFrame): void {
    if (cursor <= this.#cursor) return;
    this.#cursor = cursor;
    this.connection.send({ ...frame, id: this.#frame.id });
  }
}
