import type { Candidate, SessionEvent, SessionEventType } from '../model/events.ts';
import type { SessionBuilder } from '../model/session-builder.ts';
import { samplesOf } from './columns.ts';
import { EVENT_SHAPES } from './event-shapes.ts';
import type { SampleRows } from './sample-rows.ts';
import { CONNECTION_DIGITS, DEVICE_DIGITS, TRACK_DIGITS } from './steps.ts';

export type DecodeOptions = {
  /** Whose samples these are, in the session they go into. */
  participantId: string;
  /** Put before the batch's ids, so that stays and people do not get in each other's way. */
  prefix: string;
  /** Added to the batch's instants, ms: the clock of the session minus that of whoever measured. */
  offsetMs: number;
  /** What lies outside, by the session's clock, is left out. */
  notBeforeMs?: number;
  notAfterMs?: number;
};

/**
 * Adds what a batch tells to a session. Batches of one stay go in in their order: what is not later than what is there
 * already is left out.
 * @param rows as `checkRows` found them in order
 */
export function decodeRows(rows: SampleRows, builder: SessionBuilder, options: DecodeOptions): void {
  const { participantId, prefix, offsetMs } = options;
  const { notBeforeMs = Number.NEGATIVE_INFINITY, notAfterMs = Number.POSITIVE_INFINITY } = options;
  const isWithin = (atMs: number) => atMs >= notBeforeMs && atMs <= notAfterMs;
  let lastMs = rows.fromMs + offsetMs;
  const times = rows.instants.map((step) => {
    lastMs += step;
    return lastMs;
  });
  const participant = builder.participant(participantId);
  const append = <F extends string>(
    series: { append(atMs: number, values: Partial<Record<F, number>>): boolean },
    samples: (Partial<Record<F, number>> | null)[],
  ) => {
    samples.forEach((sample, index) => {
      const atMs = times[index]!;
      if (sample && isWithin(atMs)) series.append(atMs, sample);
    });
  };
  append(participant.device, samplesOf(rows.device, DEVICE_DIGITS, times.length));
  for (const { id, url, iceServers, relayOnly, peer, columns } of rows.connections) {
    const connection = builder.connection(prefix + id, participantId);
    connection.url = url ?? connection.url;
    connection.iceServers = iceServers ?? connection.iceServers;
    if (relayOnly) connection.transportPolicy = 'relay';
    connection.peerId = peer ?? connection.peerId;
    append(connection.samples, samplesOf(columns, CONNECTION_DIGITS, times.length));
  }
  for (const { id, connection, direction, kind, columns, ...about } of rows.tracks) {
    const connectionId = prefix + connection;
    const track = builder.track({ id: prefix + id, connectionId, participantId, direction, kind });
    track.source = about.source ?? track.source;
    track.senderId = about.sender ?? track.senderId;
    track.ssrc = about.ssrc ?? track.ssrc;
    track.mid = about.mid ?? track.mid;
    track.rid = about.rid ?? track.rid;
    track.mimeType = about.mimeType ?? track.mimeType;
    track.implementation = about.implementation ?? track.implementation;
    append(track.samples, samplesOf(columns, TRACK_DIGITS, times.length));
  }
  for (const { type, at, ...members } of rows.events) {
    const atMs = rows.fromMs + at + offsetMs;
    if (!isWithin(atMs)) continue;
    const event: Record<string, unknown> = { ...members, type, atMs, participantId };
    for (const [member, shape] of Object.entries(EVENT_SHAPES[type as SessionEventType]))
      if (shape === 'id') event[member] = prefix + String(members[member]);
    builder.event(event as unknown as SessionEvent);
  }
}

/** IPv4 and IPv6 addresses as they stand in texts of events; three groups and a colon may also be a time of day. */
const ADDRESS =
  /\b(?:\d{1,3}\.){3}\d{1,3}\b|(?<![\w:.])(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b|(?<![\w:.])(?:[0-9a-f]{1,4}:)*[0-9a-f]{0,4}::(?:[0-9a-f]{1,4}:)*[0-9a-f]{1,4}\b/gi;

/** @returns the batch without any participant's address: of candidates, and in the texts of events */
export function withoutAddresses(rows: SampleRows): SampleRows {
  return {
    ...rows,
    events: rows.events.map((event) => {
      const masked = { ...event };
      for (const [member, shape] of Object.entries(EVENT_SHAPES[event.type as SessionEventType])) {
        const value = masked[member];
        if (shape === 'candidate') masked[member] = { ...(value as Candidate), address: null, port: null };
        else if (member === 'text' && typeof value === 'string') masked[member] = value.replace(ADDRESS, '…');
      }
      return masked;
    }),
  };
}
