import type { SessionBuilder } from '../model/session-builder.ts';
import { candidateEvent } from './internals-events.ts';
import type { JsonPrimitive } from './json-walk.ts';

/** What is read of one entry, by the path of each member in it. */
export type HarEntry = Record<string, JsonPrimitive | undefined>;

/** Requests by which calls are set up, by their paths. */
const SIGNALLING =
  /\/(?:rtc|signal(?:l?ing)?|janus|socket\.io|sockjs|sfu|rooms?|join|calls?|tokens?|turn|stun|ice[-_]?(?:servers?|config)|credentials?|whip|whep|twirp|livekit)(?:[/.?_-]|$)/i;

/** A request of signalling that takes longer makes people wait, ms. */
const SLOW_MS = 3_000;

/** Longer bodies hold no list of servers, characters. */
const LONGEST_BODY = 200_000;

const PERSON = 'self';
const CONNECTION = 'har';

/** Tells requests as lines of a log, and those of signalling as what happened to it. Entries come in order of their beginning. */
export class HarTraffic {
  readonly #into: SessionBuilder;
  /** Web sockets by their addresses, until when each was open at least. Which ended and which outlived the archive nobody knows. */
  readonly #open = new Map<string, number>();
  readonly #refusing = new Set<string>();
  readonly #failed = new Set<string>();
  /** Of the socket whose messages come: they stand before its address. */
  #lastMessageMs = Number.NaN;
  #closedMs = Number.NaN;

  constructor(into: SessionBuilder) {
    this.#into = into;
    into.participant(PERSON);
  }

  /** One message of a web socket, as Chromium writes them: `{type, time (s), opcode, data}`. */
  message({ type, time, opcode, data }: Record<string, JsonPrimitive>): void {
    const atMs = typeof time === 'number' ? time * 1_000 : Number.NaN;
    if (!Number.isFinite(atMs)) return;
    this.#lastMessageMs = Math.max(this.#lastMessageMs || 0, atMs);
    if (opcode === 8 || opcode === -1 || type === 'error') this.#closedMs = atMs;
    const text = typeof data === 'string' ? data : '';
    const isText = opcode === 1 || opcode === undefined;
    this.#into.log({
      atMs,
      participantId: PERSON,
      level: opcode === -1 || type === 'error' ? 'error' : 'debug',
      text: `web socket ${type === 'send' ? 'sent' : 'received'}: ${isText ? text.slice(0, 500) : `${text.length} characters of binary data`}`,
    });
    if (!isText || !text.includes(' typ ')) return;
    for (const part of text.split(/(?=candidate:)/).slice(0, 50)) {
      const event = candidateEvent({ atMs, connectionId: CONNECTION }, type === 'send' ? 'local' : 'remote', part);
      if (!event) continue;
      this.#into.connection(CONNECTION, PERSON);
      this.#into.event({ ...event, participantId: PERSON });
    }
  }

  /** @returns false where it tells neither when nor what was asked for */
  entry(entry: HarEntry): boolean {
    const fromMs = Date.parse(String(entry.startedDateTime));
    const url = entry['request.url'];
    const [lastMessageMs, closedMs] = [this.#lastMessageMs, this.#closedMs];
    this.#lastMessageMs = Number.NaN;
    this.#closedMs = Number.NaN;
    if (!Number.isFinite(fromMs) || typeof url !== 'string') return false;
    const tookMs = typeof entry.time === 'number' && entry.time > 0 ? entry.time : 0;
    const status = typeof entry['response.status'] === 'number' ? entry['response.status'] : 0;
    const error = String(entry['response._error'] ?? entry._error ?? '');
    const address = withoutSecrets(url);
    const method = String(entry['request.method'] ?? 'GET').slice(0, 10);
    const isSocket = /^wss?:/i.test(url) || status === 101 || entry._resourceType === 'websocket';
    const isSignalling = isSocket || SIGNALLING.test(pathOf(address));
    const hasFailed = isSocket ? status !== 101 : status === 0 || status >= 400;
    const outcome = [
      status === 0 ? error || 'no answer' : `${status} ${entry['response.statusText'] ?? ''}`.trim(),
      hasFailed ? error : '',
    ]
      .filter((part, index, all) => part !== '' && all.indexOf(part) === index)
      .join(' ');
    const text = `${method} ${address} ${outcome} ${Math.round(tookMs)} ms`;
    this.#into.log({
      atMs: fromMs,
      participantId: PERSON,
      level: hasFailed ? 'error' : isSignalling && !isSocket && tookMs >= SLOW_MS ? 'warn' : 'info',
      text,
    });
    if (isSocket) this.#socket(address, fromMs, tookMs, hasFailed, text, lastMessageMs, closedMs);
    else if (isSignalling) this.#request(address, fromMs + tookMs, status, text);
    if (isSignalling && !hasFailed) this.#servers(entry['response.content.text']);
    return true;
  }

  #socket(
    address: string,
    fromMs: number,
    tookMs: number,
    hasFailed: boolean,
    text: string,
    lastMessageMs: number,
    closedMs: number,
  ): void {
    const before = this.#open.get(address);
    // Opened again, the one before is gone.
    if (before !== undefined && before < fromMs + 1_000)
      this.#signalling(Math.min(before, fromMs - 1), 'closed', `${address} was lost`);
    this.#open.delete(address);
    this.#tried(address, hasFailed ? fromMs + tookMs : fromMs, hasFailed, text);
    if (hasFailed) {
      this.#signalling(fromMs + tookMs, 'closed', text);
      return;
    }
    this.#signalling(fromMs, 'open', text);
    if (Number.isFinite(closedMs)) this.#signalling(closedMs, 'closed', `${address} was closed`);
    else this.#open.set(address, Math.max(fromMs + tookMs, lastMessageMs || 0));
  }

  #request(address: string, atMs: number, status: number, text: string): void {
    const origin = originOf(address);
    const isDown = status === 0 || status >= 500;
    this.#tried(origin, atMs, isDown, text);
    if (status === 0 || status >= 400) {
      this.#refusing.add(origin);
      this.#signalling(atMs, 'closed', text);
    } else if (this.#refusing.delete(origin)) this.#signalling(atMs, 'open', text);
  }

  /** What is tried after another one failed stands in for it. */
  #tried(address: string, atMs: number, hasFailed: boolean, text: string): void {
    const role =
      [...this.#failed].some((other) => other !== address) && !this.#failed.has(address) ? 'backup' : 'primary';
    const outcome = hasFailed ? 'failed' : 'connected';
    this.#into.event({ type: 'server_tried', atMs, participantId: PERSON, address, role, outcome, text });
    if (hasFailed && this.#failed.size < 100) this.#failed.add(address);
  }

  #signalling(atMs: number, state: 'open' | 'closed', text: string): void {
    this.#into.event({ type: 'signalling', atMs, participantId: PERSON, state, text });
  }

  /** An answer that lists STUN and TURN servers. */
  #servers(body: JsonPrimitive | undefined): void {
    if (typeof body !== 'string' || body.length > LONGEST_BODY || !/\b(?:turns?|stuns?):/.test(body)) return;
    const found = body.match(/\b(?:turns?|stuns?):[^\s"'\\,;<>[\]{}]+/gi) ?? [];
    const connection = this.#into.connection(CONNECTION, PERSON);
    connection.iceServers = [...new Set([...connection.iceServers, ...found])].slice(0, 50);
  }
}

/** @returns an address as it may be shown and kept: no user, parameters or fragment */
function withoutSecrets(url: string): string {
  if (/^(?:data|blob):/i.test(url)) return `${url.slice(0, 5)}…`;
  return url
    .slice(0, 2_000)
    .replace(/[?#].*$/s, '')
    .replace(/\/\/[^/@]*@/, '//');
}

const originOf = (address: string) => /^\w+:\/\/[^/]+/.exec(address)?.[0] ?? address;
const pathOf = (address: string) => address.slice(originOf(address).length);
