import { randomInt, randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { Connection } from './connection.ts';
import { describe, type Section } from './description.ts';
import type { LoadDoor, LoadParticipant, ParticipantSpec } from './participant.ts';
import { Track } from './track.ts';

type Message = Record<string, unknown> & {
  janus: string;
  transaction?: string;
  sender?: number;
  jsep?: { type: string; sdp: string };
  plugindata?: { data: Record<string, unknown> };
  data?: { id: number };
  candidate?: { candidate?: string };
};

/** Enters the rooms of Janus's VideoRoom plugin: one connection to send on, one for all that is received. */
export class JanusDoor implements LoadDoor {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, (message: Message) => void>();
  /** What is answered by no more than that. */
  readonly #acknowledged = new Set<string>();
  readonly #rooms = new Map<string, Promise<number>>();
  readonly #people: JanusParticipant[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (text) => {
      const message = JSON.parse(String(text)) as Message;
      if (message.transaction === undefined) return;
      // Work for a plugin is acknowledged first and answered later, under the same name.
      if (message.janus === 'ack' && !this.#acknowledged.delete(message.transaction)) return;
      this.#waiting.get(message.transaction)?.(message);
      this.#waiting.delete(message.transaction);
    });
  }

  static async open(url: string): Promise<JanusDoor> {
    const socket = new WebSocket(url, 'janus-protocol');
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return new JanusDoor(socket);
  }

  /** Asks, and waits for the answer. @throws Error with Janus's reason */
  async ask(request: Record<string, unknown>): Promise<Message> {
    const transaction = randomUUID();
    const answer = new Promise<Message>((resolve) => this.#waiting.set(transaction, resolve));
    if (request.janus === 'trickle' || request.janus === 'keepalive') this.#acknowledged.add(transaction);
    this.#socket.send(JSON.stringify({ ...request, transaction }));
    const message = await answer;
    const failed = message.janus === 'error' || message.plugindata?.data.error !== undefined;
    if (failed) throw new Error(`Janus refuses: ${JSON.stringify(message)}`);
    return message;
  }

  async handle(): Promise<{ session_id: number; handle_id: number }> {
    const session = (await this.ask({ janus: 'create' })).data!.id;
    const attached = await this.ask({ janus: 'attach', session_id: session, plugin: 'janus.plugin.videoroom' });
    return { session_id: session, handle_id: attached.data!.id };
  }

  async #room(name: string): Promise<number> {
    const room = randomInt(1, 2 ** 40);
    await this.ask({
      janus: 'message',
      ...(await this.handle()),
      body: { request: 'create', room, description: name, publishers: 1_000, audiocodec: 'opus', videocodec: 'vp8' },
    });
    return room;
  }

  async enter(spec: ParticipantSpec): Promise<LoadParticipant> {
    const room = this.#rooms.get(spec.room) ?? this.#room(spec.room);
    this.#rooms.set(spec.room, room);
    const participant = new JanusParticipant(this, spec, await room);
    this.#people.push(participant);
    await participant.publish();
    return participant;
  }

  async subscribe(): Promise<void> {
    for (const person of this.#people) {
      await person.subscribe(this.#people.filter((other) => other !== person && other.room === person.room));
    }
  }
}

class JanusParticipant implements LoadParticipant {
  readonly connections: Connection[] = [];
  readonly room: number;
  /** 0 while nothing is published. */
  feed = 0;
  readonly #door: JanusDoor;
  readonly #spec: ParticipantSpec;
  readonly #handles: { session_id: number; handle_id: number }[] = [];
  #keepAlive: NodeJS.Timeout | undefined;

  constructor(door: JanusDoor, spec: ParticipantSpec, room: number) {
    this.#door = door;
    this.#spec = spec;
    this.room = room;
  }

  async publish(): Promise<void> {
    this.#keepAlive = setInterval(() => {
      for (const { session_id } of this.#handles) {
        void this.#door.ask({ janus: 'keepalive', session_id }).catch(() => {});
      }
    }, 20_000);
    if (this.#spec.publish.length === 0) return;
    const handle = await this.#door.handle();
    this.#handles.push(handle);
    const joined = await this.#door.ask({
      janus: 'message',
      ...handle,
      body: { request: 'join', ptype: 'publisher', room: this.room, display: this.#spec.identity },
    });
    this.feed = joined.plugindata!.data.id as number;
    const connection = await Connection.open();
    const sections: Section[] = this.#spec.publish.map((spec, index) => {
      const track = new Track(spec, `${this.#spec.identity}-${spec.kind}`, performance.now());
      track.mid = String(index);
      connection.tracks.push(track);
      return { kind: spec.kind, mid: track.mid, track, direction: 'sendonly' };
    });
    const answered = await this.#door.ask({
      janus: 'message',
      ...handle,
      body: { request: 'configure' },
      jsep: { type: 'offer', sdp: describe(connection, sections, 'actpass') },
    });
    await this.#connect(connection, handle, answered.jsep!.sdp);
  }

  async subscribe(others: JanusParticipant[]): Promise<void> {
    const streams = others.filter(({ feed }) => feed !== 0).map(({ feed }) => ({ feed }));
    if (streams.length === 0) return;
    const handle = await this.#door.handle();
    this.#handles.push(handle);
    const offered = await this.#door.ask({
      janus: 'message',
      ...handle,
      body: { request: 'join', ptype: 'subscriber', room: this.room, streams },
    });
    const connection = await Connection.open();
    const offer = offered.jsep!.sdp;
    const sections: Section[] = [...offer.matchAll(/^m=(audio|video)[\s\S]*?^a=mid:(\S+)/gm)].map(([, kind, mid]) => ({
      kind: kind as Section['kind'],
      mid: mid!,
      direction: 'recvonly',
    }));
    await this.#door.ask({
      janus: 'message',
      ...handle,
      body: { request: 'start' },
      jsep: { type: 'answer', sdp: describe(connection, sections, 'active') },
    });
    await this.#connect(connection, handle, offer);
  }

  async #connect(connection: Connection, handle: object, sdp: string): Promise<void> {
    this.connections.push(connection);
    await this.#door.ask({ janus: 'trickle', ...handle, candidate: { completed: true } });
    connection.connect(sdp);
    const giveUpMs = performance.now() + 30_000;
    while (!connection.connected) {
      if (performance.now() > giveUpMs) throw new Error('no media path after thirty seconds');
      connection.peer.check(true);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  leave(): void {
    clearInterval(this.#keepAlive);
    for (const { session_id } of this.#handles) void this.#door.ask({ janus: 'destroy', session_id }).catch(() => {});
    for (const connection of this.connections) connection.close();
  }
}
