import type { ParticipantSpec } from '../load/participant.ts';
import type { TrackSpec } from '../load/track.ts';

/** What goes on in the rooms while the processor is watched. */
export interface Scene {
  name: string;
  people: ParticipantSpec[];
}

const VOICE: TrackSpec = { kind: 'audio' };
/** About 1 Mbit/s. */
const CAMERA: TrackSpec = { kind: 'video', framesPerSecond: 30, packetsPerFrame: 4 };
/** What a grid shows of each: the lowest layer. */
const TILE: TrackSpec = { kind: 'video', framesPerSecond: 15, packetsPerFrame: 2 };

/** @param rooms how many @param size people in each, all of whom send and receive everything */
function everybody(rooms: number, size: number, publish: TrackSpec[]): ParticipantSpec[] {
  const count = (kind: TrackSpec['kind']) => publish.filter((track) => track.kind === kind).length * (size - 1);
  return Array.from({ length: rooms * size }, (_, i) => ({
    room: `room-${Math.floor(i / size)}`,
    identity: `person-${i}`,
    publish,
    receive: { audio: count('audio'), video: count('video') },
  }));
}

/** One who speaks and shows, and those who listen. */
export function oneToMany(listeners: number): ParticipantSpec[] {
  return [
    { room: 'hall', identity: 'speaker', publish: [VOICE, CAMERA], receive: { audio: 0, video: 0 } },
    ...Array.from({ length: listeners }, (_, i) => ({
      room: 'hall',
      identity: `listener-${i}`,
      publish: [],
      receive: { audio: 1, video: 1 },
    })),
  ];
}

export const GRID: Scene = { name: '12-party grid', people: everybody(1, 12, [VOICE, TILE]) };

export const SCENES: readonly Scene[] = [
  { name: 'audio rooms, 8 of 6', people: everybody(8, 6, [VOICE]) },
  { name: '1:1 calls, 12', people: everybody(12, 2, [VOICE, CAMERA]) },
  GRID,
  { name: 'one to many, 60 listeners', people: oneToMany(60) },
];
