import type { Connection } from './connection.ts';
import type { TrackSpec } from './track.ts';

/** Who is made up: where they go, what they send, how many streams of others they can take. */
export interface ParticipantSpec {
  room: string;
  identity: string;
  publish: TrackSpec[];
  receive: { audio: number; video: number };
}

/** Somebody in a room. */
export interface LoadParticipant {
  readonly connections: readonly Connection[];
  leave(): void;
}

/** How somebody enters the rooms of one server. */
export interface LoadDoor {
  enter(spec: ParticipantSpec): Promise<LoadParticipant>;
  /** Called when all are in: where one has to ask for the others' media. */
  subscribe(): Promise<void>;
}
