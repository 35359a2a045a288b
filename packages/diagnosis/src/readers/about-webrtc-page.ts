import type { SessionBuilder } from '../model/session-builder.ts';
import {
  type AboutWebrtcCall,
  freshCall,
  idOfCall,
  MOST_ROWS,
  type Told,
  tableCandidate,
  tellCall,
  tellStreams,
} from './about-webrtc-call.ts';
import { AboutWebrtcLog } from './about-webrtc-log.ts';
import { argumentsOf, numberIn, StreamTexts } from './about-webrtc-streams.ts';
import type { HtmlVisitor } from './html-walk.ts';

/** The parts of a connection that carry its name; Firefox puts them anew each time it refreshes them. */
const PART = /^(?:pc-tools|pc-heading|ice-stats|ice-raw-stats-fold|rtp-stats|bandwidth-stats|frame-stats): (.+)$/s;

/** Longer than any cell, line or description; the rest of it is left out, characters. */
const MOST_TEXT = 2 ** 16;
const MOST_LINE = 8_000;
const MOST_CALLS = 1_000;
const MOST_COLUMNS = 50;
const MOST_DESCRIPTIONS = 50;

/** Elements whose whole text is a value. */
const VALUES = new Set(['td', 'p', 'pre', 'h5', 'span']);

/** Finds connections, tables and lines in the page of about:webrtc while it is walked through, by the ids of its texts. */
export class AboutWebrtcPage implements HtmlVisitor {
  readonly #into: SessionBuilder;
  readonly #log = new AboutWebrtcLog();
  readonly #told: Told[] = [];
  readonly #known = new Set<string>();
  readonly #exceeded = new Set<string>();
  #call: AboutWebrtcCall | null = null;
  #isLog = false;
  #columns: string[] = [];
  #cells: string[] = [];
  /** What is being read of the element entered last, where its text is a value. */
  #value: { name: string; text: string; id: string; args: string | null } | null = null;
  #configuration = '';
  /** How deep within the configuration's element one is; 0 outside. */
  #configurationDepth = 0;
  #description: { atMs: number; isLocal: boolean } | null = null;
  #isLocal: boolean | null = null;
  #streams = new StreamTexts();

  constructor(into: SessionBuilder) {
    this.#into = into;
    into.participant('self');
  }

  entered(name: string, attribute: (name: string) => string | null): void {
    const id = attribute('data-l10n-id') ?? '';
    const part = name === 'div' ? PART.exec(attribute('id') ?? '')?.[1] : undefined;
    if (part !== undefined) this.#partOf(part);
    if (name === 'h3' || name === 'h4') this.#heading(id, attribute);
    if (id === 'about-webrtc-connection-open' || id === 'about-webrtc-connection-closed')
      this.#stands(argumentsOf(attribute('data-l10n-args')), id.endsWith('closed'));
    if (name === 'table') this.#columns = [];
    if (name === 'tr') this.#cells = [];
    if (name === 'th' && this.#columns.length < MOST_COLUMNS) this.#columns.push(apart(id));
    if (this.#configurationDepth > 0) this.#configurationDepth += 1;
    else if (name === 'div' && attribute('class') === 'peer-connection-config') this.#configurationDepth = 1;
    if (name === 'br' || (name === 'div' && this.#configurationDepth > 1)) this.#configurationLine();
    if (VALUES.has(name)) this.#value = { name, text: '', id, args: attribute('data-l10n-args') };
  }

  text(text: string): void {
    if (this.#value !== null && this.#value.text.length < MOST_TEXT)
      this.#value.text += apart(text.slice(0, MOST_TEXT));
    if (this.#configurationDepth > 0 && this.#configuration.length < MOST_TEXT)
      this.#configuration += text.slice(0, MOST_TEXT);
  }

  left(name: string): void {
    if (this.#configurationDepth > 0) {
      this.#configurationDepth -= 1;
      if (name === 'div') this.#configurationLine();
    }
    if (name === 'tr') this.#row();
    const value = this.#value;
    if (value?.name !== name) return;
    this.#value = null;
    if (name === 'td' && this.#cells.length < MOST_COLUMNS) this.#cells.push(value.text);
    else if (name === 'p' && this.#isLog) this.#line(value.text);
    else if (name === 'pre') this.#describe(value.text);
    else if (name === 'h5' && value.id === 'about-webrtc-sdp-set-timestamp') {
      const atMs = argumentsOf(value.args).timestamp;
      this.#description = typeof atMs === 'number' && this.#isLocal !== null ? { atMs, isLocal: this.#isLocal } : null;
    } else if (name === 'h5' || name === 'span') this.#streams.text(name, value.id, value.args, value.text);
  }

  /** Tells what is left; call it when the page ends, wherever that is. */
  end(): void {
    this.#finish();
    this.#log.settle(this.#into, this.#told);
  }

  #partOf(name: string): void {
    if (this.#call?.name === name) return;
    // Older pages have the heading, which tells no name, before all parts.
    if (this.#call?.name === '') this.#call.name = apart(name);
    else this.#begin(name);
  }

  #begin(name: string): void {
    this.#finish();
    this.#isLog = false;
    this.#call = freshCall(apart(name));
  }

  /** @param args `{browser-id, id, url, now}` of a connection's heading */
  #stands(args: Record<string, unknown>, isClosed: boolean): void {
    if (this.#call === null || this.#call.atMs !== null) this.#begin('');
    const call = this.#call!;
    const atMs = Date.parse(String(args.now));
    call.atMs = Number.isFinite(atMs) ? atMs : null;
    call.isClosed = isClosed;
    if (typeof args.url === 'string') call.url = args.url.slice(0, 2_000);
  }

  #finish(): void {
    const call = this.#call;
    this.#call = null;
    if (call === null) return;
    const streams = this.#streams.take();
    const id = idOfCall(call.name);
    if (this.#told.length >= MOST_CALLS) {
      this.#tooMany('connections');
      return;
    }
    if (this.#known.has(id)) {
      this.#into.problem('unknown_record', `${id}: twice`);
      return;
    }
    this.#known.add(id);
    const told = tellCall(this.#into, call);
    if (!told) return;
    tellStreams(this.#into, told, streams, call.pictures);
    this.#told.push(told);
  }

  /** Told once for each kind. */
  #tooMany(what: string): void {
    if (!this.#exceeded.has(what)) this.#into.problem('too_large', what);
    this.#exceeded.add(what);
  }

  #heading(id: string, attribute: (name: string) => string | null): void {
    if (id === 'about-webrtc-log-heading') {
      this.#finish();
      this.#isLog = true;
    } else if (id === 'about-webrtc-local-sdp-heading') this.#isLocal = true;
    else if (id === 'about-webrtc-remote-sdp-heading') this.#isLocal = false;
    else if (attribute('data-l10n-id') !== null && !id.startsWith('about-webrtc-connection-')) {
      this.#isLocal = null;
      if (id.startsWith('about-webrtc-user-modified')) this.#isLog = false;
    }
  }

  #describe(sdp: string): void {
    const held = this.#call?.descriptions;
    if (this.#description && held && held.length < MOST_DESCRIPTIONS) held.push({ ...this.#description, sdp });
    this.#description = null;
  }

  #line(text: string): void {
    const line = text.slice(0, MOST_LINE).trim();
    if (line === '') return;
    this.#into.log({ atMs: null, participantId: 'self', level: null, text: line });
    this.#log.line(line);
  }

  /** `key: value` of `RTCConfiguration`; what is not provided is a word of the reader's language. */
  #configurationLine(): void {
    const [, key, value] = /^\s*(\w+): (.+?)\s*$/s.exec(this.#configuration) ?? [];
    this.#configuration = '';
    const call = this.#call;
    if (call === null || value === undefined) return;
    if (key === 'iceTransportPolicy' && value === 'relay') call.transportPolicy = 'relay';
    if (key !== 'urls') return;
    try {
      const urls: unknown = JSON.parse(value);
      for (const url of Array.isArray(urls) ? urls : [urls])
        if (typeof url === 'string' && call.iceServers.length < 50) call.iceServers.push(url.slice(0, 500));
    } catch {
      this.#into.problem('malformed', `${idOfCall(call.name)}: urls`);
    }
  }

  #row(): void {
    const [first = ''] = this.#columns;
    const call = this.#call;
    if (call === null || this.#cells.length === 0) return;
    const cell = (column: string) => this.#cells[this.#columns.indexOf(`about-webrtc-${column}`)]?.trim() ?? '';
    const hasRoom = (rows: readonly unknown[]) => {
      if (rows.length >= MOST_ROWS) this.#tooMany(`${idOfCall(call.name)}: ${first}`);
      return rows.length < MOST_ROWS;
    };
    if (first === 'about-webrtc-ice-state') {
      if (!hasRoom(call.pairs)) return;
      call.pairs.push({
        state: cell('ice-state').slice(0, 20),
        isNominated: cell('nominated') === 'true',
        isSelected: cell('selected') === 'true',
        local: tableCandidate(cell('local-candidate')),
        remote: tableCandidate(cell('remote-candidate')),
      });
    } else if (first === 'about-webrtc-raw-local-candidate') {
      if (hasRoom(call.localCandidates)) call.localCandidates.push(cell('raw-local-candidate').slice(0, 500));
    } else if (first === 'about-webrtc-raw-remote-candidate') {
      if (hasRoom(call.remoteCandidates)) call.remoteCandidates.push(cell('raw-remote-candidate').slice(0, 500));
    } else if (first === 'about-webrtc-track-identifier') {
      const bytesToBits = (column: string) => {
        const bytes = numberIn(cell(column));
        return bytes === null || bytes <= 0 ? null : bytes * 8;
      };
      // One row for each track, and the same in all: the estimate is of the connection.
      call.estimate = {
        outgoingBps: bytesToBits('send-bandwidth-bytes-sec'),
        incomingBps: bytesToBits('receive-bandwidth-bytes-sec'),
        rttMs: numberIn(cell('round-trip-time-ms')),
      };
    } else if (first === 'about-webrtc-width-px') {
      const fromMs = numberIn(cell('first-frame-timestamp'));
      const toMs = numberIn(cell('last-frame-timestamp'));
      if (fromMs === null || toMs === null) return;
      // Of many, the first one and the latest are worth knowing.
      if (call.pictures.length >= MOST_ROWS) call.pictures.splice(1, 1);
      call.pictures.push({
        ssrc: numberIn(cell('local-receive-ssrc')),
        fromMs,
        toMs,
        count: numberIn(cell('consecutive-frames')) ?? 0,
        widthPx: numberIn(cell('width-px')),
        heightPx: numberIn(cell('height-px')),
      });
    }
  }
}

/** The same text on its own: a piece of a larger one would keep all of that in memory. */
const apart = (text: string): string => JSON.parse(JSON.stringify(text));
