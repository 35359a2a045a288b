import type { MediaServer } from '@alongside/sfu';
import { identityOf, type MediaPerson } from './media.ts';

/** What the engine tells of recordings. */
type EngineEvent = { event: string; egressInfo?: { egressId: string; details: string } | undefined };

/** Records calls where the media server is our own. */
export type Recorder = {
  /** Each recording has a folder of its own in it, with its id for a name. */
  folder: string;
  /**
   * @param people who is to be in its files; whoever else is in the call is not
   * @throws when there is no such room, or the disk refuses
   */
  start(recordingId: string, callId: string, people: readonly MediaPerson[]): Promise<void>;
  /** These people are recorded from now on, too. One that is not running stays as it is. @throws when the engine does not answer */
  include(recordingId: string, callId: string, people: readonly MediaPerson[]): Promise<void>;
  /** Resolves when its files are whole. One that is not running stays as it is. @throws while they are still written */
  stop(recordingId: string): Promise<void>;
  /** Told of every end; `failure` is the engine's word for why it was not meant. One listener. */
  onEnded: ((recordingId: string, failure: string | null) => void) | null;
};

/** @returns the recorder, and `onEvent` which it hears of the media server by */
export function createRecorder(
  server: Pick<MediaServer, 'startRecording' | 'includeInRecording' | 'stopRecording'>,
  folder: string,
): Recorder & { onEvent(event: EngineEvent): void } {
  const recorder = {
    folder,
    onEnded: null as Recorder['onEnded'],
    start: (recordingId: string, callId: string, people: readonly MediaPerson[]) =>
      server.startRecording(recordingId, callId, recordingId, identitiesOf(people)),
    async include(recordingId: string, callId: string, people: readonly MediaPerson[]) {
      await server.includeInRecording(recordingId, callId, identitiesOf(people)).catch((error: { code?: string }) => {
        if (error.code !== 'not_found') throw error;
      });
    },
    async stop(recordingId: string) {
      await server.stopRecording(recordingId).catch((error: { code?: string }) => {
        // Its thread has not answered yet: what is on the disk may grow, and is not to be read or put in order.
        if (error.code === 'deadline_exceeded') throw error;
        // Not known there, or not running any more: it has ended by itself.
      });
    },
    onEvent({ event, egressInfo }: EngineEvent) {
      if (event === 'egress_ended' && egressInfo) recorder.onEnded?.(egressInfo.egressId, egressInfo.details || null);
    },
  };
  return recorder;
}

/** Whoever stood by has a longer identity, which begins the same. */
const identitiesOf = (people: readonly MediaPerson[]) => people.map((person) => identityOf(person));
