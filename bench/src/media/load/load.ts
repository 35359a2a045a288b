import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { ParticipantSpec } from './participant.ts';

/** By what protocol a server's rooms are entered, and where. */
export type DoorSpec =
  | { kind: 'livekit'; url: string; keys: { key: string; secret: string } }
  | { kind: 'janus'; url: string };

/** What the process of the people is told. */
export type LoadOrder = { id: number } & (
  | { do: 'enter'; door: DoorSpec; people: ParticipantSpec[]; atOnce: number }
  | { do: 'scale'; scale: number }
  | { do: 'count' }
  | { do: 'leave' }
);

/** Media packets so far, of all of them together. */
export type LoadAnswer = { sent: number; received: number };

/** People made up, in a process of their own: they enter, send and receive until they leave. */
export class Load {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(answer: LoadAnswer): void; reject(error: Error): void }>();
  #lastId = 0;

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'load-process.ts'));
    this.#child.on('message', (message: LoadAnswer & { id: number; failed?: string }) => {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.failed === undefined) waiting?.resolve({ sent: message.sent, received: message.received });
      else waiting?.reject(new Error(message.failed));
    });
    this.#child.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the load generator ended'));
      this.#waiting.clear();
    });
  }

  #ask(
    order: Omit<Extract<LoadOrder, { do: 'enter' }>, 'id'> | Omit<Exclude<LoadOrder, { do: 'enter' }>, 'id'>,
  ): Promise<LoadAnswer> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ ...order, id });
    });
  }

  /** Resolves when everybody's media path is up. @param atOnce how many enter side by side */
  async enter(door: DoorSpec, people: ParticipantSpec[], atOnce = 8): Promise<void> {
    await this.#ask({ do: 'enter', door, people, atOnce });
  }

  /** Makes video frames larger or smaller. @param scale times the packets of a frame */
  async setScale(scale: number): Promise<void> {
    await this.#ask({ do: 'scale', scale } as never);
  }

  count(): Promise<LoadAnswer> {
    return this.#ask({ do: 'count' });
  }

  async leave(): Promise<void> {
    await this.#ask({ do: 'leave' });
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const ended = new Promise((done) => this.#child.once('exit', done));
    this.#child.disconnect();
    await ended;
  }
}
