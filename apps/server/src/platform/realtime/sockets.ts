import { AppError, CLOSE, type ClientFrame, type Me, type ServerFrame, SOCKET_SILENCE_MS } from '@alongside/contracts';
import type { Caller, Credentials } from '../http/caller.ts';
import { networkOf } from '../http/rate-limits.ts';
import type { Log } from '../log/logger.ts';
import { Connection, type Origin, type Wire } from './connection.ts';
import type { FeedRow } from './feed-reader.ts';
import type { Hub } from './hub.ts';
import { Subscription } from './subscription.ts';
import type { SubscribeFrame, Topic, TopicName } from './topics.ts';

/** Finds the person behind credentials; supplied by the people feature. */
export type Identify = (credentials: Credentials) => Promise<{ caller: Caller; me: Me } | null>;

/** Client frames that features handle; the others are the platform's. */
export type HandledFrame = Extract<ClientFrame, { t: 'typing' | 'mark' }>;
export type FrameHandler<T extends HandledFrame['t']> = (
  reader: Caller,
  frame: Extract<HandledFrame, { t: T }>,
) => Promise<void> | void;

/** All live connections of this process. */
export type Sockets = {
  identifyBy(identify: Identify): void;
  registerTopic<N extends TopicName>(topic: Topic<N>): void;
  /** What a handler throws is logged and not answered: these frames are hints. */
  handle<T extends HandledFrame['t']>(type: T, handler: FrameHandler<T>): void;
  /**
   * Sends something that is not kept (typing, presence, marks) to everybody subscribed at a place, once per connection.
   * @param frameFor the frame for one reader; null leaves them out
   */
  publish(topic: TopicName, place: string, frameFor: (reader: Caller) => ServerFrame | null): void;
  /** Sends something that is not kept to every connection of the readers it applies to, subscribed or not. */
  tell(applies: (reader: Caller) => boolean, frame: ServerFrame): void;
  /** Who is subscribed at a place; a person with several windows appears once. */
  readersAt(topic: TopicName, place: string): Caller[];
  /** The sessions that have a connection here. */
  sessionIds(): string[];
  /** Ends connections, e.g. of a session that was signed out; those being greeted are identified again. */
  closeWhere(applies: (reader: Caller) => boolean, code?: number): void;
  /** Takes a new wire; the returned functions are called with what arrives on it. */
  open(wire: Wire, from: Origin): { receive(text: string): void; closed(): void };
  count(): number;
  /** Tells every client to come back later, and takes no more. */
  stop(): void;
};

const HELLO_WITHIN_MS = 10_000;
const SWEEP_MS = 5_000;
const SUBSCRIPTIONS_MAX = 200;
const CONNECTIONS_PER_PERSON_MAX = 50;
const CONNECTIONS_MAX = 20_000;
/** Connections of one network that have not said who they are: whoever never says it must not fill the house. */
const STRANGERS_PER_NETWORK_MAX = 100;

type Client = {
  connection: Connection;
  subscriptions: Map<number, Subscription>;
  openedAt: number;
  /** It is a stranger no more: greeted, or gone. */
  settle(): void;
};

/**
 * @param scale multiplies what one network may take of those who have not said who they are; 0 turns the limit off
 * @param now milliseconds of a clock that does not step; for tests
 */
export function createSockets(
  hub: Pick<Hub, 'onEvent' | 'position'>,
  log: Log,
  { scale, now = () => performance.now() }: { scale: number; now?: () => number },
): Sockets {
  const strangersMax =
    scale === 0 ? Number.POSITIVE_INFINITY : Math.max(1, Math.round(STRANGERS_PER_NETWORK_MAX * scale));
  const strangers = new Map<string, number>();
  const clients = new Set<Client>();
  const topics = new Map<TopicName, Topic>();
  const places = new Map<string, Set<Subscription>>();
  const handlers = new Map<string, (reader: Caller, frame: never) => Promise<void> | void>();
  let identify: Identify = async () => null;
  let stopped = false;
  /** How often sessions ended so far. */
  let endings = 0;

  const unlisten = hub.onEvent((row) => spread(row));
  const sweep = setInterval(endSilent, SWEEP_MS);

  function spread(row: FeedRow): void {
    for (const topic of topics.values())
      for (const place of topic.placesOf(row))
        for (const subscription of places.get(placeKey(topic.name, place)) ?? []) subscription.push(row);
  }

  function endSilent(): void {
    for (const { connection, openedAt } of clients) {
      if (now() - connection.heardAt > SOCKET_SILENCE_MS) connection.terminate();
      else if (connection.reader === null && now() - openedAt > HELLO_WITHIN_MS)
        connection.close(CLOSE.unauthenticated, 'no hello');
    }
  }

  async function act(client: Client, frame: ClientFrame): Promise<void> {
    const { connection } = client;
    if (frame.t === 'hello') return greet(client, frame);
    if (frame.t === 'ping')
      return connection.send({ t: 'pong', sentAt: frame.sentAt, serverTime: new Date().toISOString() });
    if (connection.reader === null) return connection.close(CLOSE.unauthenticated, 'hello comes first');
    if (frame.t === 'subscribe') return subscribe(client, connection.reader, frame);
    if (frame.t === 'unsubscribe') return unsubscribe(client, frame.id);
    try {
      await handlers.get(frame.t)?.(connection.reader, frame as never);
    } catch (error) {
      if (!(error instanceof AppError))
        log.error({ err: error, frame: frame.t }, 'a client frame could not be handled');
    }
  }

  async function greet(client: Client, frame: Extract<ClientFrame, { t: 'hello' }>): Promise<void> {
    const { connection } = client;
    if (connection.reader !== null) return connection.close(CLOSE.badFrame, 'second hello');
    connection.locale = frame.locale;
    const { cookies, bearer, side } = connection.from;
    let found: Awaited<ReturnType<Identify>>;
    let before: number;
    do {
      before = endings;
      found = await identify({ cookies, bearer: frame.token ?? bearer, side });
      // What ended meanwhile was looked for among those with a reader: this one may be of an ended session.
    } while (before !== endings && !connection.closed);
    if (connection.closed || connection.reader !== null) return;
    if (found === null) {
      connection.refuse(new AppError('unauthenticated'));
      return connection.close(CLOSE.unauthenticated, 'unauthenticated');
    }
    const open = [...clients].filter(({ connection: other }) => other.reader?.id === found.caller.id).length;
    if (open >= CONNECTIONS_PER_PERSON_MAX) {
      connection.refuse(new AppError('too_many_connections'));
      return connection.close(CLOSE.tooMany, 'too many connections');
    }
    connection.reader = found.caller;
    client.settle();
    connection.send({ t: 'welcome', me: found.me, serverTime: new Date().toISOString() });
  }

  async function subscribe(client: Client, reader: Caller, frame: SubscribeFrame): Promise<void> {
    const { connection, subscriptions } = client;
    const topic = topics.get(frame.topic);
    if (!topic) return connection.refuse(new AppError('not_found'), frame.id);
    if (subscriptions.has(frame.id)) return connection.close(CLOSE.badFrame, 'subscription number in use');
    if (subscriptions.size >= SUBSCRIPTIONS_MAX)
      return connection.refuse(new AppError('too_many_connections'), frame.id);
    const subscription = new Subscription(connection, reader, topic, frame, log);
    subscriptions.set(frame.id, subscription);
    const key = placeKey(topic.name, subscription.place);
    const there = places.get(key) ?? new Set();
    places.set(key, there.add(subscription));
    try {
      await subscription.begin(hub.position());
      if (there.has(subscription)) topic.onReadersChanged?.(subscription.place);
    } catch (error) {
      unsubscribe(client, frame.id);
      if (!(error instanceof AppError)) log.error({ err: error, topic: topic.name }, 'a subscription failed');
      connection.refuse(error, frame.id);
    }
  }

  function unsubscribe(client: Client, id: number): void {
    const subscription = client.subscriptions.get(id);
    if (!subscription) return;
    client.subscriptions.delete(id);
    subscription.end();
    const key = placeKey(subscription.topic.name, subscription.place);
    const there = places.get(key);
    there?.delete(subscription);
    if (there?.size === 0) places.delete(key);
    if (subscription.isAdmitted) subscription.topic.onReadersChanged?.(subscription.place);
  }

  return {
    identifyBy: (given) => {
      identify = given;
    },
    registerTopic: (topic) => void topics.set(topic.name, topic as unknown as Topic),
    handle: (type, handler) => void handlers.set(type, handler as never),
    publish(topic, place, frameFor) {
      const done = new Set<Connection>();
      for (const { connection, reader, isAdmitted } of places.get(placeKey(topic, place)) ?? []) {
        if (!isAdmitted || done.has(connection)) continue;
        done.add(connection);
        const frame = frameFor(reader);
        if (frame) connection.send(frame);
      }
    },
    tell(applies, frame) {
      for (const { connection } of clients) if (connection.reader && applies(connection.reader)) connection.send(frame);
    },
    readersAt(topic, place) {
      const readers = new Map<string, Caller>();
      for (const { reader, isAdmitted } of places.get(placeKey(topic, place)) ?? [])
        if (isAdmitted) readers.set(reader.id, reader);
      return [...readers.values()];
    },
    sessionIds: () => [...new Set([...clients].flatMap(({ connection }) => connection.reader?.sessionId ?? []))],
    closeWhere(applies, code = CLOSE.unauthenticated) {
      endings += 1;
      for (const { connection } of clients)
        if (connection.reader && applies(connection.reader)) connection.close(code, 'session ended');
    },
    open(wire, from) {
      const connection = new Connection(wire, from, now());
      const client = { connection, subscriptions: new Map(), openedAt: now(), settle: admitStranger(from.address) };
      clients.add(client);
      if (stopped) connection.close(CLOSE.restarting, 'restarting');
      else if (clients.size > CONNECTIONS_MAX || strangersFrom(from.address) > strangersMax)
        connection.close(CLOSE.tooMany, 'too many connections');
      // Frames of one client are acted on one after the other: a subscribe must not overtake its hello.
      let turn = Promise.resolve();
      return {
        receive(text) {
          if (connection.closed) return;
          try {
            const frame = connection.receive(text, now());
            if (frame === null) return;
            turn = turn
              .then(() => (connection.closed ? undefined : act(client, frame)))
              .catch((error) => failed(client, error));
          } catch (error) {
            failed(client, error);
          }
        },
        closed() {
          connection.closed = true;
          client.settle();
          clients.delete(client);
          for (const id of [...client.subscriptions.keys()]) unsubscribe(client, id);
        },
      };
    },
    count: () => clients.size,
    stop() {
      stopped = true;
      unlisten();
      clearInterval(sweep);
      for (const { connection } of clients) connection.close(CLOSE.restarting, 'restarting');
    },
  };

  function strangersFrom(address: string): number {
    return strangers.get(networkOf(address)) ?? 0;
  }

  /** Counts somebody of whom nothing is known yet. @returns ends that, once */
  function admitStranger(address: string): () => void {
    const network = networkOf(address);
    strangers.set(network, strangersFrom(address) + 1);
    let isCounted = true;
    return () => {
      if (!isCounted) return;
      isCounted = false;
      const left = strangersFrom(address) - 1;
      if (left > 0) strangers.set(network, left);
      else strangers.delete(network);
    };
  }

  function failed(client: Client, error: unknown): void {
    log.error({ err: error }, 'a socket frame failed');
    client.connection.close(CLOSE.restarting, 'resume');
  }
}

function placeKey(topic: TopicName, place: string): string {
  return `${topic} ${place}`;
}
