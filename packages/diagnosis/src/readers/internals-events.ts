import type { Candidate, SessionEvent } from '../model/events.ts';
import { localTimeOf } from './internals-times.ts';
import { isWithoutZone } from './internals-zone.ts';
import type { JsonPrimitive } from './json-walk.ts';

export type Unsigned = SessionEvent extends infer E
  ? E extends SessionEvent
    ? Omit<E, 'participantId'>
    : never
  : never;
export type Fields = Record<string, JsonPrimitive | undefined>;
type Place = { atMs: number; connectionId: string };

/** @returns an instant in ms from what dumps of different ages write: a number, digits, or a date in words */
export function instantOf(value: JsonPrimitive | undefined): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  const atMs = isWithoutZone(value) && !/\dT\d/.test(value) ? localTimeOf(value) : Number.NaN;
  return Number.isFinite(atMs) ? atMs : Date.parse(value);
}

/**
 * One entry of `getUserMedia`: newer Chromium lists screens there too, and what was asked apart from what came of it.
 * @param asked the entry that asked, where what came of it is another one
 */
export function captureEvent(entry: Fields, asked: Fields = entry): Unsigned | null {
  const atMs = instantOf(entry.timestamp);
  if (!Number.isFinite(atMs)) return null;
  const isScreen = String(asked.request_type ?? '').includes('DisplayMedia');
  const what = isScreen
    ? 'screen'
    : asked.video !== undefined
      ? 'camera'
      : asked.audio !== undefined
        ? 'microphone'
        : 'unknown';
  if (typeof entry.error === 'string')
    // Chromium’s own log spells it with a capital C.
    return {
      type: 'capture_failed',
      atMs,
      what,
      name: entry.error.replace('OverConstrained', 'Overconstrained'),
      text: String(entry.error_message ?? ''),
    };
  return typeof entry.stream_id === 'string' ? { type: 'capture_started', atMs, what, label: null } : null;
}

/** When an entry of a connection's `updateLog` was written, as it stands there. */
export const timeOf = (update: Fields): JsonPrimitive | undefined => update.timestamp ?? update.time;

/** @returns what one entry of a connection's `updateLog` tells; nothing where it tells nothing we need */
export function updateEvents(connectionId: string, update: Fields): Unsigned[] {
  const event = updateEvent(connectionId, update);
  return event ? [event] : describedCandidates(connectionId, update);
}

/** More than any end has. */
const MOST_CANDIDATES = 50;

/** Media servers name their addresses in the description, and none afterwards. */
function describedCandidates(connectionId: string, update: Fields): Unsigned[] {
  const atMs = instantOf(timeOf(update));
  if (update.type !== 'setRemoteDescription' || !Number.isFinite(atMs)) return [];
  const lines = String(update.value ?? '').match(/a=candidate:[^\r\n\\]+/g) ?? [];
  return [...new Set(lines)]
    .slice(0, MOST_CANDIDATES)
    .map((line) => candidateEvent({ atMs, connectionId }, 'remote', line))
    .filter((event) => event !== null);
}

function updateEvent(connectionId: string, update: Fields): Unsigned | null {
  const atMs = instantOf(timeOf(update));
  if (!Number.isFinite(atMs) || typeof update.type !== 'string') return null;
  const value = String(update.value ?? '').replace(/^"|"$/g, '');
  const base = { atMs, connectionId };
  // Each age writes it in its own way: `iceConnectionStateChange`, `iceconnectionstatechange`, `oniceconnectionstatechange`.
  switch (update.type.toLowerCase().replace(/^on/, '')) {
    case 'iceconnectionstatechange':
      return { ...base, type: 'ice_state', state: stateOf(value) };
    case 'connectionstatechange':
      return { ...base, type: 'connection_state', state: stateOf(value) };
    case 'icegatheringstatechange':
      return { ...base, type: 'gathering_state', state: stateOf(value) };
    // Of its own closing a connection fires no event: the call itself is what there is.
    case 'close':
    case 'stop':
      return { ...base, type: 'connection_state', state: 'closed' };
    case 'icecandidateerror':
      return { ...base, type: 'candidate_error', ...candidateErrorOf(value) };
    case 'icecandidate':
      return candidateEvent(base, 'local', value);
    case 'addicecandidate':
      return candidateEvent(base, 'remote', value);
    default:
      return failureOf(base, update.type, value);
  }
}

function failureOf(base: Place, type: string, text: string): Unsigned | null {
  const [, what] = /^(createOffer|createAnswer|setLocalDescription|setRemoteDescription)\w*Fail/i.exec(type) ?? [];
  switch (what?.toLowerCase()) {
    case 'createoffer':
      return { ...base, type: 'description_failed', what: 'offer', text };
    case 'createanswer':
      return { ...base, type: 'description_failed', what: 'answer', text };
    case 'setlocaldescription':
      return { ...base, type: 'description_failed', what: 'local', text };
    case 'setremotedescription':
      return { ...base, type: 'description_failed', what: 'remote', text };
    default:
      return null;
  }
}

// Chromium before 2015 wrote `ICEConnectionStateFailed`.
const stateOf = (value: string) => value.replace(/^(ICE)?(Connection|Gathering)State/i, '').toLowerCase();

function candidateErrorOf(value: string): { url: string; code: number; text: string } {
  const field = (name: string) => new RegExp(`${name}"?: ?"?([^,"\\n}]*)`, 'i').exec(value)?.[1]?.trim() ?? '';
  return { url: field('url'), code: Number(field('error_?code')) || 0, text: field('error_?text') };
}

/** From whom a candidate came, as dumps write it beside its line: `, url: turn:…, relayProtocol: udp`, or as JSON. */
const SERVER_URL = /\burl\\?"?: ?\\?"?((?:stun|turn)s?:[^\s",\\}]+)/i;
const RELAY_PROTOCOL = /\brelayProtocol\\?"?: ?\\?"?(udp|tcp|tls)\b/i;

/** @param text whatever holds a candidate line of RFC 8839, section 5.1 */
export function candidateEvent(base: Place, side: 'local' | 'remote', text: string): Unsigned | null {
  const found = /candidate:\S+ \d+ (udp|tcp) \d+ (\S+) (\d+) typ (host|srflx|prflx|relay)/i.exec(text);
  if (!found) return null;
  const candidate: Candidate = {
    type: found[4]!.toLowerCase() as Candidate['type'],
    protocol: found[1]!.toLowerCase() as Candidate['protocol'],
    relayProtocol: (RELAY_PROTOCOL.exec(text)?.[1]?.toLowerCase() ?? null) as Candidate['relayProtocol'],
    address: found[2]!,
    port: Number(found[3]),
    url: SERVER_URL.exec(text)?.[1] ?? null,
    networkType: null,
  };
  return { ...base, type: 'candidate', side, candidate };
}
