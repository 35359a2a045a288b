import { CreateRoomRequest, Room, RoomAgentDispatch, type WebhookEvent } from '@livekit/protocol';
import type { EngineLimits, LogFields, LogLevel } from '../engine/messages.ts';
import type { TwirpService } from '../service/methods.ts';
import { verifyToken } from '../service/tokens.ts';
import { agentDispatchService } from './dispatch-service.ts';
import { AgentDispatches } from './dispatches.ts';
import { type Upgrade, WorkerConnections } from './worker-connections.ts';
import { WorkerPool } from './worker-pool.ts';

export interface AgentsOptions {
  keys: Readonly<Record<string, string>>;
  limits: EngineLimits;
  log(level: LogLevel, message: string, fields: LogFields): void;
  /** `CreateRoom` in the engine the room belongs to. */
  createRoom(name: string, request: Uint8Array): Promise<unknown>;
}

export interface AgentFigures {
  workers: number;
  runningJobs: number;
}

/** Programs that take part in rooms: their workers' connections and what is dispatched to them. */
export class Agents {
  readonly service: TwirpService;
  readonly #keys: Readonly<Record<string, string>>;
  readonly #pool = new WorkerPool();
  readonly #dispatches: AgentDispatches;
  readonly #connections: WorkerConnections;

  constructor({ keys, limits, log, createRoom }: AgentsOptions) {
    this.#keys = keys;
    this.#dispatches = new AgentDispatches({ keys, workers: this.#pool, log });
    this.#connections = new WorkerConnections(this.#pool, {
      onJobUpdate: (worker, update) => this.#dispatches.onJobUpdate(worker, update),
      onMigrate: (worker, jobIds) => this.#dispatches.onMigrate(worker, jobIds),
      onSimulate: (worker, request) => this.#dispatches.onSimulate(worker, request),
    });
    this.service = agentDispatchService(this.#dispatches, limits, async (name) => {
      await createRoom(name, new CreateRoomRequest({ name }).toBinary());
    });
  }

  get figures(): AgentFigures {
    return { workers: this.#pool.size, runningJobs: this.#dispatches.runningJobs };
  }

  /** A worker's upgrade request; its token needs the `agent` grant. */
  connect(upgrade: Upgrade, token: string): void {
    void this.#connections.open(upgrade, () => verifyToken(token, this.#keys));
  }

  /** @param room `livekit.Room` @param agents each a `livekit.RoomAgentDispatch` */
  onRoomOpened(room: Uint8Array, agents: readonly Uint8Array[]): void {
    const wanted = agents.map((agent) => RoomAgentDispatch.fromBinary(agent));
    this.#dispatches.onRoomOpened(Room.fromBinary(room), wanted);
  }

  onEvent(event: WebhookEvent): void {
    this.#dispatches.onEvent(event);
  }

  onRoomsLost(isLost: (roomName: string) => boolean): void {
    this.#dispatches.onRoomsLost(isLost);
  }

  close(): void {
    this.#connections.close();
  }
}
