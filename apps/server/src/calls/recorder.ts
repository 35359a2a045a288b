import type { MediaServer } from '@alongside/sfu';

/** What the engine tells of recordings. */
type EngineEvent = { event: string; egressInfo?: { egressId: string; details: string } | undefined };

/** Records calls where the media server is our own. */
export type Recorder = {
  /** Each recording has a folder of its own in it, with its id for a name. */
  folder: string;
  /** @throws when there is no such room, or the disk refuses */
  start(recordingId: string, callId: string): Promise<void>;
  /** Resolves when its files are whole. One that is not running stays as it is. @throws while they are still written */
  stop(recordingId: string): Promise<void>;
  /** Told of every end; `failure` is the engine's word for why it was not meant. One listener. */
  onEnded: ((recordingId: string, failure: string | null) => void) | null;
};

/** @returns the recorder, and `onEvent` which it hears of the media server by */
export function createRecorder(
  server: Pick<MediaServer, 'startRecording' | 'stopRecording'>,
  folder: string,
): Recorder & { onEvent(event: EngineEvent): void } {
  const recorder = {
    folder,
    onEnded: null as Recorder['onEnded'],
    start: (recordingId: string, callId: string) => server.startRecording(recordingId, callId, recordingId),
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
