import type { Candidate, SessionEvent } from './model/events.ts';
import type { ConnectionField, TrackField } from './model/fields.ts';
import type { Session, Track } from './model/session.ts';
import { SessionBuilder } from './model/session-builder.ts';

/** When the calls of tests begin. */
export const T0 = Date.UTC(2026, 4, 14, 2);

type Rows<F extends string> = (Partial<Record<F, number | null>> | null)[];
type TestTrack = Partial<Pick<Track, 'direction' | 'kind' | 'source'>> & { rows: Rows<TrackField> };

/** What a call of a test is made of. */
export type TestCall = {
  connection?: Rows<ConnectionField>;
  tracks?: TestTrack[];
  events?: (Record<string, unknown> & { type: SessionEvent['type']; second: number })[];
};

/** A rule by its id, a call that has the fault, and one just short of it. */
export type RuleCase = [rule: string, faulty: TestCall, borderline: TestCall];

/**
 * A call of one person on one connection, a sample a second from `T0` on.
 * @param parts.tracks rows of samples; null leaves a second out
 */
export function callOf(parts: TestCall): Session {
  const builder = new SessionBuilder('live');
  const connection = builder.connection('c', 'p');
  parts.connection?.forEach((row, second) => {
    if (row) connection.samples.append(T0 + second * 1_000, row);
  });
  parts.tracks?.forEach(({ direction = 'receive', kind = 'video', source = 'camera', rows }, index) => {
    const track = builder.track({ id: `t${index}`, connectionId: 'c', participantId: 'p', direction, kind });
    track.source = source;
    rows.forEach((row, second) => {
      if (row) track.samples.append(T0 + second * 1_000, row);
    });
  });
  for (const { second, ...event } of parts.events ?? [])
    builder.event({ participantId: 'p', connectionId: 'c', atMs: T0 + second * 1_000, ...event } as SessionEvent);
  return builder.build();
}

/** The same sample for so many seconds. */
export const seconds = <T>(count: number, row: T): T[] => Array.from({ length: count }, () => row);

/** A document in pieces, as it comes from a file or a network. */
export async function* pieces(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A call of one picture. */
export const videoCall = (
  rows: Rows<TrackField>,
  direction: 'send' | 'receive' = 'receive',
  source: 'camera' | 'screen' = 'camera',
): TestCall => ({ tracks: [{ kind: 'video', direction, source, rows }] });

/** A call of one microphone's sound. */
export const audioCall = (rows: Rows<TrackField>, direction: 'send' | 'receive' = 'receive'): TestCall => ({
  tracks: [{ kind: 'audio', source: 'microphone', direction, rows }],
});

/** One end of a pair, over a relay unless told otherwise. */
export const candidate = (more: Partial<Candidate> = {}): Candidate => ({
  type: 'relay',
  protocol: 'udp',
  relayProtocol: null,
  address: null,
  port: null,
  url: null,
  networkType: null,
  ...more,
});
