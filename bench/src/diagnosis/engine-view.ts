import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { encodeRows, type SampleRows } from '@alongside/diagnosis';
import type { RoomView } from '@alongside/sfu';
import { EngineRows } from '../../../apps/server/src/diagnosis/engine-rows.ts';

/** Under this name the engine's view stands beside those of the people, as on the server. */
export const ENGINE = 'media-engine';

/** What the media engine tells of its rooms. */
export type EngineViews = {
  /** Hands over what is seen of a room from now on, as rows of the wire. @returns ends it */
  follow(room: string, take: (rows: SampleRows) => void): () => void;
};

/** @param output of `engine-process.ts` */
export function readEngineViews(output: Readable): EngineViews {
  const followers = new Map<string, (view: RoomView) => void>();
  createInterface({ input: output }).on('line', (line) => {
    const { room, view } = JSON.parse(line) as { room: string; view: RoomView };
    followers.get(room)?.(view);
  });
  return {
    follow(room, take) {
      const rows = new EngineRows((identity) => ({ id: identity }));
      let afterMs = Number.NEGATIVE_INFINITY;
      followers.set(room, (view) => {
        rows.add(view);
        const encoded = encodeRows(rows.builder.build(), ENGINE, afterMs);
        if (!encoded) return;
        afterMs = encoded.upToMs;
        take(encoded.rows);
      });
      return () => followers.delete(room);
    },
  };
}
