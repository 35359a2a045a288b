import type { SessionEvent } from '../model/events.ts';
import type { Session } from '../model/session.ts';
import { columnsOf } from './columns.ts';
import { EVENT_SHAPES } from './event-shapes.ts';
import {
  ROWS_LIMITS,
  type SampleRows,
  TEXT_MAX,
  type WireConnection,
  type WireEvent,
  type WireTrack,
} from './sample-rows.ts';
import { CONNECTION_DIGITS, DEVICE_DIGITS, TRACK_DIGITS } from './steps.ts';

/** Rows for one batch, and up to when they tell everything: the next batch begins after that. */
export type EncodedRows = { rows: SampleRows; upToMs: number };

/**
 * Writes what one participant measured in a stretch of time as a batch. Samples of several connections should be taken at
 * one instant (`StatsIngest.report` with the same `atMs`): an instant of its own costs a place in every column.
 * @param afterMs `upToMs` of the batch before; what is later is written
 * @returns at most so much as a batch holds; call again while `upToMs` lies before the session's end. Null: nothing new.
 */
export function encodeRows(session: Session, participantId: string, afterMs: number): EncodedRows | null {
  const isTheirs = (one: { participantId: string }) => one.participantId === participantId;
  const connections = session.connections.filter(isTheirs).slice(0, ROWS_LIMITS.connections);
  const known = new Set(connections.map(({ id }) => id));
  const tracks = session.tracks
    .filter((track) => isTheirs(track) && known.has(track.connectionId))
    .slice(-ROWS_LIMITS.tracks);
  const device = session.participants.find(({ id }) => id === participantId)?.device;
  const seen = new Set<number>();
  for (const series of [
    device,
    ...connections.map(({ samples }) => samples),
    ...tracks.map(({ samples }) => samples),
  ]) {
    if (!series) continue;
    for (let index = series.indexAt(afterMs); index < series.length; index++)
      if (series.atMs(index) > afterMs) seen.add(series.atMs(index));
  }
  const all = [...seen].sort((a, b) => a - b);
  const happened = session.events.filter((event) => isTheirs(event) && event.atMs > afterMs);
  if (all.length === 0 && happened.length === 0) return null;
  const isCut = all.length > ROWS_LIMITS.instants || happened.length > ROWS_LIMITS.events;
  const instants = all.slice(0, ROWS_LIMITS.instants);
  const upToMs = isCut
    ? Math.min(
        all.length > ROWS_LIMITS.instants ? instants.at(-1)! : Number.POSITIVE_INFINITY,
        happened.length > ROWS_LIMITS.events ? happened[ROWS_LIMITS.events - 1]!.atMs : Number.POSITIVE_INFINITY,
      )
    : Math.max(all.at(-1) ?? Number.NEGATIVE_INFINITY, happened.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY);
  const within = instants.filter((atMs) => atMs <= upToMs);
  const events = happened.filter(({ atMs }) => atMs <= upToMs).slice(0, ROWS_LIMITS.events);
  const fromMs = Math.floor(within[0] ?? events[0]!.atMs);
  const steps = instantSteps(within, fromMs);
  return {
    upToMs,
    rows: {
      fromMs,
      instants: steps,
      connections: connections.flatMap((connection) => {
        const columns = columnsOf(connection.samples, CONNECTION_DIGITS, within);
        const isTold = Object.keys(columns).length > 0 || tracks.some((track) => track.connectionId === connection.id);
        if (!isTold && !events.some((event) => 'connectionId' in event && event.connectionId === connection.id))
          return [];
        const written: WireConnection = { id: cut(connection.id, TEXT_MAX.id), columns };
        if (connection.url !== null) written.url = cut(connection.url, TEXT_MAX.url);
        if (connection.iceServers.length > 0)
          written.iceServers = connection.iceServers.slice(0, 20).map((url) => cut(url, TEXT_MAX.server));
        if (connection.transportPolicy === 'relay') written.relayOnly = true;
        if (connection.peerId !== null) written.peer = cut(connection.peerId, TEXT_MAX.id);
        return [written];
      }),
      tracks: tracks.flatMap((track) => {
        const columns = columnsOf(track.samples, TRACK_DIGITS, within);
        if (Object.keys(columns).length === 0) return [];
        const { direction, kind, source, ssrc, mid, rid, mimeType, implementation } = track;
        const sender = track.senderId;
        const written: WireTrack = {
          id: cut(track.id, TEXT_MAX.id),
          connection: cut(track.connectionId, TEXT_MAX.id),
          direction,
          kind,
          columns,
        };
        if (source !== 'unknown') written.source = source;
        if (sender) written.sender = cut(sender, TEXT_MAX.id);
        if (ssrc !== null && Number.isInteger(ssrc) && ssrc >= 0 && ssrc <= 0xffff_ffff) written.ssrc = ssrc;
        for (const [name, text] of Object.entries({ mid, rid, mimeType, implementation }))
          if (text !== null) written[name as 'mid'] = cut(text, TEXT_MAX.word);
        return [written];
      }),
      device: device ? columnsOf(device, DEVICE_DIGITS, within) : {},
      events: events.map((event) => wireEvent(event, fromMs)),
    },
  };
}

/** Whole milliseconds that add up: what is rounded away of one step is not lost for the next. */
function instantSteps(instants: readonly number[], fromMs: number): number[] {
  let last = fromMs;
  return instants.map((atMs) => {
    const step = Math.round(atMs) - last;
    last += step;
    return step;
  });
}

function wireEvent(event: SessionEvent, fromMs: number): WireEvent {
  const written: WireEvent = { type: event.type, at: Math.round(event.atMs - fromMs) };
  for (const member of Object.keys(EVENT_SHAPES[event.type])) {
    const value = (event as unknown as Record<string, unknown>)[member];
    written[member] = typeof value === 'string' ? cut(value, TEXT_MAX.text) : value;
  }
  return written;
}

const cut = (text: string, max: number): string => (text.length > max ? text.slice(0, max) : text);
