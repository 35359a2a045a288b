import type { Candidate, SessionEvent } from './model/events.ts';
import type { ConnectionField, DeviceField, TrackField } from './model/fields.ts';
import type { Session, Track } from './model/session.ts';
import { SessionBuilder } from './model/session-builder.ts';

/** When the calls of tests begin. */
export const T0 = Date.UTC(2026, 4, 14, 2);

type Rows<F extends string> = (Partial<Record<F, number | null>> | null)[];
type TestTrack = Partial<Pick<Track, 'direction' | 'kind' | 'source' | 'ssrc' | 'mid'>> & { rows: Rows<TrackField> };

/** What a call of a test is made of. */
export type TestCall = {
  connection?: Rows<ConnectionField>;
  /** The participant's device. */
  device?: Rows<DeviceField>;
  tracks?: TestTrack[];
  events?: (Record<string, unknown> & { type: SessionEvent['type']; second: number })[];
  /** Of a server: the participant its connection leads to. */
  peer?: string;
  /** Addresses of STUN and TURN servers the connection was given. */
  iceServers?: string[];
  transportPolicy?: 'all' | 'relay';
  /** Lines of the client's log. */
  logs?: { second: number; text: string }[];
  /** What the others of the call measured: participants `p1`, `p2`, … on connections `c1`, `c2`, … */
  others?: TestCall[];
};

/** A rule by its id, a call that has the fault, and one just short of it. */
export type RuleCase = [rule: string, faulty: TestCall, borderline: TestCall];

/**
 * A call of one person on one connection, a sample a second from `T0` on.
 * @param parts.tracks rows of samples; null leaves a second out
 */
export function callOf(parts: TestCall): Session {
  const builder = new SessionBuilder('live');
  for (const [index, part] of [parts, ...(parts.others ?? [])].entries())
    addPart(builder, part, index === 0 ? '' : String(index));
  return builder.build();
}

function addPart(builder: SessionBuilder, parts: TestCall, suffix: string): void {
  const participantId = `p${suffix}`;
  const connectionId = `c${suffix}`;
  const connection = builder.connection(connectionId, participantId);
  connection.iceServers = parts.iceServers ?? [];
  connection.peerId = parts.peer ?? null;
  connection.transportPolicy = parts.transportPolicy ?? 'all';
  parts.device?.forEach((row, second) => {
    if (row) builder.participant(participantId).device.append(T0 + second * 1_000, row);
  });
  parts.connection?.forEach((row, second) => {
    if (row) connection.samples.append(T0 + second * 1_000, row);
  });
  parts.tracks?.forEach(
    ({ direction = 'receive', kind = 'video', source = 'camera', ssrc = null, mid = null, rows }, index) => {
      const track = builder.track({ id: `t${suffix}${index}`, connectionId, participantId, direction, kind });
      track.source = source;
      track.ssrc = ssrc;
      track.mid = mid;
      rows.forEach((row, second) => {
        if (row) track.samples.append(T0 + second * 1_000, row);
      });
    },
  );
  for (const { second, ...event } of parts.events ?? [])
    builder.event({ participantId, connectionId, atMs: T0 + second * 1_000, ...event } as SessionEvent);
  for (const { second, text } of parts.logs ?? [])
    builder.log({ atMs: T0 + second * 1_000, participantId, level: null, text });
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
