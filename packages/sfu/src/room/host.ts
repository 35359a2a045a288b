import type { WebhookEvent } from '@livekit/protocol';
import type { EngineLimits, LogFields, LogLevel } from '../engine/messages.ts';
import type { MediaScratch } from '../media/scratch.ts';
import type { EngineCounters } from '../metrics/engine-counters.ts';
import type { PipeFactory } from '../transport/pipe.ts';
import type { Room } from './room.ts';

/** What rooms need of the engine they live in. */
export interface RoomHost {
  readonly transport: PipeFactory;
  readonly scratch: MediaScratch;
  readonly limits: EngineLimits;
  readonly counters: EngineCounters;
  /** Monotonic, the clock of packet arrivals. */
  nowMs(): number;
  /** Unix time. */
  wallMs(): number;
  log(level: LogLevel, message: string, fields?: LogFields): void;
  emit(event: WebhookEvent): void;
  /** To be called in the midst of long work: sound that has arrived need not wait for its end. */
  letUrgentThrough(): void;
  /** The room has ended and must not be handed out any more. */
  onRoomEnded(room: Room): void;
}
