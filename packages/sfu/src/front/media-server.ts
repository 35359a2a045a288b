import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebhookEvent } from '@livekit/protocol';
import { Agents } from '../agents/agents.ts';
import { DEFAULT_LIMITS, type EngineStats, type FromEngine, type PeerConnections } from '../engine/messages.ts';
import type { RoomView } from '../metrics/room-view.ts';
import { ServerMetrics } from '../metrics/server-metrics.ts';
import { RunningRecordings } from '../recording/running-recordings.ts';
import { INCLUDE_PEOPLE, type IncludedPeople, RECORD_ROOM, type RoomRecordingOrder } from '../service/egress.ts';
import { egressService, stopEgress } from '../service/egress-api.ts';
import type { TwirpService } from '../service/methods.ts';
import { type RoomEngines, roomService } from '../service/room-api.ts';
import { serveTwirp } from '../service/twirp.ts';
import { Webhooks } from '../service/webhooks.ts';
import type { TurnAccess } from '../transport/ice-servers.ts';
import { type MediaAddresses, mediaAddresses } from '../transport/media-addresses.ts';
import { Admission, asRefusal, Refusal } from './admission.ts';
import { EngineThread } from './engine-thread.ts';
import { askEvery } from './every-thread.ts';
import { bearerToken, refuseUpgrade, replyText, requestUrl, setCors } from './http.ts';
import type { MediaServerOptions } from './media-server-options.ts';
import { SignalConnections } from './signal-connections.ts';
import { TurnThread } from './turn-thread.ts';

/** Where clients connect for signalling, and with how many peer connections they mean to. */
const SIGNAL_PATHS: Readonly<Record<string, PeerConnections>> = { '/rtc/v1': 'single', '/rtc': 'dual' };
const VALIDATE_PATHS = new Set(Object.keys(SIGNAL_PATHS).map((path) => `${path}/validate`));

const DRAIN_POLL_MS = 250;
/** Between attempts to start a media thread again, growing. */
const RESTART_MIN_MS = 100;
const RESTART_MAX_MS = 10_000;

export interface MediaServerStats extends EngineStats {
  workers: number;
  signalConnections: number;
}

export interface MediaServer {
  /** One per media thread. */
  readonly udpPorts: readonly (number | undefined)[];
  readonly tcpPorts: readonly (number | undefined)[];
  /** Takes WebSocket upgrades under `/rtc` and of `/agent`; false: not ours. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /** Takes a TURN connection that came to a port of the application's; see `EmbeddedTurnOptions.handedOverPort`. */
  handleTurn(stream: Duplex): void;
  /** Takes requests under `/rtc` and `/twirp/`; false: not ours. */
  handleRequest(request: IncomingMessage, response: ServerResponse): boolean;
  stats(): Promise<MediaServerStats>;
  /** Everything an operator watches, in Prometheus' text format (content type `EXPOSITION_TYPE`). */
  metrics(): Promise<string>;
  /**
   * What the engine sees of each participant's streams in a room now: loss and jitter on their way here, loss on the way
   * to them, what that way carries, which layer they get. Undefined where there is no such room.
   * @throws ServiceError when its thread does not answer
   */
  roomView(roomName: string): Promise<RoomView | undefined>;
  /**
   * Records what these people publish in a room: one file for each track, without transcoding, and a manifest
   * (`recording.json`), into the folder `path` below the recordings' folder. `onEvent` tells when it ends.
   * @param whose beginnings of identities: whoever else is in the room is in no file; left out: everybody is
   * @throws ServiceError such as `not_found` when there is no such room
   */
  startRecording(id: string, roomName: string, path: string, whose?: readonly string[]): Promise<void>;
  /** From now on these people are recorded, too. @throws ServiceError `not_found` when it is not there */
  includeInRecording(id: string, roomName: string, whose: readonly string[]): Promise<void>;
  /** Resolves when its files are whole and on the disk. @throws ServiceError `not_found` when it is not running */
  stopRecording(id: string): Promise<void>;
  /** Tells every client to leave, delivers what webhooks wait, frees everything. */
  close(): Promise<void>;
  /**
   * Goes out of service for a while (an update, a restart): lets nobody new in, waits until the rooms are empty, but
   * not longer than `timeoutMs`, tells whoever is still there to come back, and closes.
   */
  drain(timeoutMs: number): Promise<void>;
}

/** Starts the media threads. @throws when a port is taken or no key is given. */
export async function createMediaServer(options: MediaServerOptions): Promise<MediaServer> {
  const [apiKey] = Object.keys(options.keys);
  if (apiKey === undefined) throw new RangeError('at least one API key is needed');
  const log = options.log ?? ((): void => {});
  const front = new Front(options, log);
  const workers = Math.max(1, Math.floor(options.workers ?? 1));
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  try {
    const turn = await front.startTurn();
    for (let i = 0; i < workers; i++) {
      await front.startThread({
        limits,
        recordingFolder: options.recordingFolder,
        transportModule: options.transportModule,
        transport: {
          udpPort: options.udpPort ? options.udpPort + i : 0,
          tcpPort: options.tcpPort === undefined ? undefined : options.tcpPort === 0 ? 0 : options.tcpPort + i,
          listenAddresses: options.listenAddresses,
          announcedAddresses: options.announcedAddresses,
          turn,
        },
      });
    }
  } catch (error) {
    await front.close();
    throw error;
  }
  return front;
}

class Front implements MediaServer {
  readonly #options: MediaServerOptions;
  readonly #log: NonNullable<MediaServerOptions['log']>;
  readonly #threads: EngineThread[] = [];
  readonly #admission: Admission;
  readonly #connections: SignalConnections;
  readonly #webhooks: Webhooks;
  readonly #agents: Agents;
  readonly #recordings = new RunningRecordings();
  readonly #services: Readonly<Record<string, TwirpService>>;
  readonly #threadData: Parameters<typeof EngineThread.start>[0][] = [];
  readonly #metrics: ServerMetrics;
  #workerRestarts = 0;
  #turn: TurnThread | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: MediaServerOptions, log: NonNullable<MediaServerOptions['log']>) {
    this.#options = options;
    this.#log = log;
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#connections = new SignalConnections(options.keys, limits.maxSignalMessagesPerS);
    this.#admission = new Admission(options.keys, limits, options.addressOf);
    const [apiKey, secret] = Object.entries(options.keys)[0]!;
    this.#webhooks = new Webhooks({ urls: options.webhookUrls ?? [], apiKey, secret, log });
    this.#agents = new Agents({
      keys: options.keys,
      limits,
      log,
      createRoom: (name, request) => this.#threadOf(name).service('CreateRoom', request),
    });
    this.#metrics = new ServerMetrics(
      () => this.#threads,
      () => ({
        signalConnections: this.#connections.count,
        webhooksQueued: this.#webhooks.queued,
        webhooksDelivered: this.#webhooks.delivered,
        webhooksDropped: this.#webhooks.dropped,
        agentWorkers: this.#agents.figures.workers,
        agentJobs: this.#agents.figures.runningJobs,
        workerRestarts: this.#workerRestarts,
        joinsRefused: this.#admission.limiter.refused,
      }),
    );
    const engines: RoomEngines = {
      call: (room, method, bytes, timeoutMs) => this.#threadOf(room).service(method, bytes, timeoutMs),
      callAll: (method, bytes) => askEvery(this.#threads, (thread) => thread.service(method, bytes)),
      callAnswering: (method, bytes) =>
        askEvery(
          this.#threads,
          (thread) => thread.service(method, bytes),
          (thread) => this.#log('warn', 'media thread does not answer', { thread, method }),
        ),
    };
    this.#services = {
      'livekit.Egress': egressService(engines),
      'livekit.AgentDispatchService': this.#agents.service,
      'livekit.RoomService': roomService(engines),
    };
  }

  get udpPorts(): readonly (number | undefined)[] {
    return this.#threads.map((thread) => thread.udpPort);
  }

  get tcpPorts(): readonly (number | undefined)[] {
    return this.#threads.map((thread) => thread.tcpPort);
  }

  /** Starts the TURN server where one is wanted, before the media threads: they tell clients of it. */
  async startTurn(): Promise<TurnAccess[]> {
    const { turn, turnElsewhere = [] } = this.#options;
    if (!turn) return [...turnElsewhere];
    this.#turn = await TurnThread.start(turn, this.#addresses().listen, (error) =>
      this.#log('error', 'the TURN server crashed', { error: error.message }),
    );
    return [this.#turn.access, ...turnElsewhere];
  }

  /** The TURN server relays to our media sockets and to nothing else. */
  #tellTurn(): void {
    this.#turn?.setPeers(this.#addresses(), this.udpPorts);
  }

  #addresses(): MediaAddresses {
    const { listenAddresses: listen, announcedAddresses: announced } = this.#options;
    return mediaAddresses({ listen, announced });
  }

  handleTurn(stream: Duplex): void {
    if (this.#turn) this.#turn.handOver(stream);
    else stream.destroy();
  }

  async startThread(data: Parameters<typeof EngineThread.start>[0]): Promise<void> {
    const index = this.#threads.length;
    this.#threadData.push(data);
    this.#threads.push(await this.#start(index));
    this.#tellTurn();
  }

  async #start(index: number): Promise<EngineThread> {
    const thread: EngineThread = await EngineThread.start(this.#threadData[index]!, {
      onMessage: (message) => this.#onEngineMessage(message),
      onCrash: (error) => {
        this.#log('error', 'media thread crashed', { error: error.message });
        this.#connections.dropThread(thread);
        const isLost = (name: string): boolean => this.#threadOf(name) === thread;
        this.#agents.onRoomsLost(isLost);
        for (const event of this.#recordings.takeLost(isLost)) this.#tell(event);
        this.#workerRestarts++;
        void this.#restart(index);
      },
    });
    return thread;
  }

  /** Clients find their room gone and start over in a new one: seconds of silence instead of a dead server. */
  async #restart(index: number): Promise<void> {
    for (let waitMs = RESTART_MIN_MS; !this.#closing; waitMs = Math.min(waitMs * 2, RESTART_MAX_MS)) {
      try {
        const thread = await this.#start(index);
        this.#threads[index] = thread;
        if (this.#closing) await thread.close();
        else this.#tellTurn();
        return;
      } catch (error) {
        this.#log('error', 'media thread cannot be started again', { error: String(error) });
        await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
      }
    }
  }

  #onEngineMessage(message: FromEngine): void {
    if (message.type === 'log') this.#log(message.level, message.message, message.fields);
    else if (message.type === 'room-opened') this.#agents.onRoomOpened(message.room, message.agents);
    else if (message.type === 'event') this.#tell(WebhookEvent.fromBinary(message.data));
    else this.#connections.onEngineMessage(message);
  }

  #tell(event: WebhookEvent): void {
    this.#webhooks.enqueue(event);
    this.#agents.onEvent(event);
    this.#recordings.onEvent(event);
    this.#options.onEvent?.(event);
  }

  /** FNV-1a: the same room always goes to the same thread. */
  #threadOf(roomName: string): EngineThread {
    let hash = 0x811c9dc5;
    for (let i = 0; i < roomName.length; i++) hash = Math.imul(hash ^ roomName.charCodeAt(i), 0x01000193);
    return this.#threads[(hash >>> 0) % this.#threads.length]!;
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    const url = requestUrl(request);
    const isAgent = url?.pathname === '/agent';
    if (!url || (!isAgent && !isUnder(url.pathname, '/rtc'))) return false;
    // Until `ws` takes over nobody else listens, and an unheard 'error' would end the process.
    socket.on('error', () => {});
    if (isAgent) {
      if (this.#closing) refuseUpgrade(socket, 503, 'server is closing');
      else if (!this.#admission.mayKnock(request)) refuseUpgrade(socket, 429, 'too many connections of this address');
      else this.#agents.connect({ request, socket, head }, bearerToken(request, url));
      return true;
    }
    if (!(url.pathname in SIGNAL_PATHS)) {
      refuseUpgrade(socket, 404, 'not found');
      return true;
    }
    void this.#connect(request, url, { request, socket, head });
    return true;
  }

  async #connect(
    request: IncomingMessage,
    url: URL,
    upgrade: { request: IncomingMessage; socket: Duplex; head: Buffer },
  ): Promise<void> {
    try {
      const { claims, roomName, joinRequest } = await this.#admission.admit(request, url, true);
      const peerConnections = SIGNAL_PATHS[url.pathname] ?? 'single';
      if (this.#closing) throw new Refusal(503, 'server is closing');
      this.#connections.open(upgrade, this.#threadOf(roomName), roomName, claims, peerConnections, joinRequest);
    } catch (error) {
      const refusal = asRefusal(error);
      refuseUpgrade(upgrade.socket, refusal.status, refusal.message);
    }
  }

  handleRequest(request: IncomingMessage, response: ServerResponse): boolean {
    const url = requestUrl(request);
    if (!url) return false;
    const twirp = isUnder(url.pathname, '/twirp');
    if (!twirp && !isUnder(url.pathname, '/rtc')) return false;
    setCors(request, response);
    if (request.method === 'OPTIONS') {
      response.statusCode = 204;
      response.end();
    } else if (twirp) {
      void serveTwirp(request, response, url, {
        keys: this.#options.keys,
        services: this.#services,
      });
    } else if (VALIDATE_PATHS.has(url.pathname)) void this.#validate(request, response, url);
    else replyText(response, 404, 'not found');
    return true;
  }

  async #validate(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    try {
      await this.#admission.admit(request, url, false);
      replyText(response, 200, 'success');
    } catch (error) {
      const refusal = asRefusal(error);
      replyText(response, refusal.status, refusal.message);
    }
  }

  metrics(): Promise<string> {
    return this.#metrics.text();
  }

  roomView(roomName: string): Promise<RoomView | undefined> {
    return this.#threadOf(roomName).roomView(roomName);
  }

  async stats(): Promise<MediaServerStats> {
    // A thread that does not answer has nobody to count.
    const each = await Promise.all(this.#threads.map((thread) => thread.stats().catch(() => [])));
    const all = each.flat();
    const sum = (key: keyof EngineStats): number => all.reduce((total, stats) => total + stats[key], 0);
    return {
      workers: this.#threads.length,
      signalConnections: this.#connections.count,
      rooms: sum('rooms'),
      participants: sum('participants'),
      publications: sum('publications'),
      subscriptions: sum('subscriptions'),
      packetsReceived: sum('packetsReceived'),
      packetsSent: sum('packetsSent'),
      bytesReceived: sum('bytesReceived'),
      bytesSent: sum('bytesSent'),
    };
  }

  async startRecording(id: string, roomName: string, path: string, whose?: readonly string[]): Promise<void> {
    await this.#record(RECORD_ROOM, roomName, { id, roomName, path, whose });
  }

  async includeInRecording(id: string, roomName: string, whose: readonly string[]): Promise<void> {
    await this.#record(INCLUDE_PEOPLE, roomName, { id, whose });
  }

  async #record(method: string, roomName: string, order: RoomRecordingOrder | IncludedPeople): Promise<void> {
    await this.#threadOf(roomName).service(method, Buffer.from(JSON.stringify(order)));
  }

  async stopRecording(id: string): Promise<void> {
    await stopEgress((method, bytes) => askEvery(this.#threads, (thread) => thread.service(method, bytes)), id);
  }

  async drain(timeoutMs: number): Promise<void> {
    for (const thread of this.#threads) thread.post({ type: 'drain' });
    const deadlineMs = performance.now() + timeoutMs;
    while (!this.#closing && performance.now() < deadlineMs) {
      const { participants } = await this.stats();
      if (participants === 0) break;
      await new Promise((resolve) => setTimeout(resolve, Math.min(DRAIN_POLL_MS, timeoutMs)));
    }
    await this.#close(true);
  }

  close(): Promise<void> {
    return this.#close(false);
  }

  #close(returning: boolean): Promise<void> {
    this.#closing ??= (async () => {
      // The threads' last messages (leave, webhooks) pass through us before they end.
      await Promise.all(this.#threads.map((thread) => thread.close(returning)));
      await this.#turn?.close();
      this.#connections.close();
      this.#agents.close();
      await this.#webhooks.close();
    })();
    return this.#closing;
  }
}

function isUnder(pathname: string, prefix: string): boolean {
  return pathname === prefix || pathname.startsWith(`${prefix}/`);
}
