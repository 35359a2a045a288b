import type { SessionBuilder } from '../model/session-builder.ts';
import { iceServerOf } from '../rules/connection/ice-servers.ts';
import type { Told } from './about-webrtc-call.ts';

/** What nICEr, Firefox's ICE, says in the log of one connection; the last word counts. */
type Heard = {
  state: 'checking' | 'connected' | 'disconnected' | 'failed' | null;
  wasConnected: boolean;
  isGathered: boolean;
};
type Refusal = { id: string; kind: 'stun' | 'turn'; address: string; port: number; isTcp: boolean; code: number };

const CALL = /\(PC:(\{[^{}\s]+\})/;
const SERVER = /^(?:srflx|relay)\(IP[46]:.+\/(UDP|TCP|TLS)\|IP[46]:\[?(.+?)\]?:(\d{1,5})\/\w+\)$/;
/** No answer (WebRTC 1.0, section 4.8.3). */
const NO_ANSWER = 701;

/** More servers, connections and labels than any log names. */
const MOST = 1_000;

/**
 * What the connection log of about:webrtc says of connections: a ring of lines, by process, that name no times. So what it
 * says is told as it stood when the page was saved.
 */
export class AboutWebrtcLog {
  readonly #heard = new Map<string, Heard>();
  /** Candidates that wait for a server, by nICEr's label: the last error it answered with, and whether it was given up. */
  readonly #servers = new Map<string, { code: number; isGivenUp: boolean }>();
  readonly #refusals: Refusal[] = [];

  line(text: string): void {
    this.#server(text);
    const id = CALL.exec(text)?.[1];
    if (id === undefined) return;
    const done = /: all checks completed success=(\d+) fail=(\d+)/.exec(text);
    if (done) this.#state(id, Number(done[1]) > 0 && Number(done[2]) === 0 ? 'connected' : 'failed');
    else if (text.endsWith(' is now checking')) this.#state(id, 'checking');
    else if (/\/COMP\(\d+\): Consent refreshed$/.test(text)) this.#state(id, 'connected');
    else if (text.endsWith(': A single consent refresh request timed out')) this.#state(id, 'disconnected');
    else if (/: (?:Consent refresh (?:final time out|failed)|Consent revoked by peer)$/.test(text))
      this.#state(id, 'failed');
    else if (
      /: (?:All candidates initialized|no local addresses available|couldn't create any valid candidates)$/.test(text)
    ) {
      const heard = this.#of(id);
      if (heard) heard.isGathered = true;
    } else this.#givenUp(id, text);
  }

  /** Tells the states of connections that were read. */
  settle(into: SessionBuilder, calls: readonly Told[]): void {
    for (const call of calls) {
      const heard = this.#heard.get(call.id);
      const place = { participantId: 'self', connectionId: call.id };
      const { atMs } = call;
      if (heard?.isGathered) into.event({ ...place, type: 'gathering_state', atMs, state: 'complete' });
      const isConnected = call.wasConnected || heard?.wasConnected === true;
      const last = heard?.state ?? call.state;
      if (last !== null) into.event({ ...place, type: 'ice_state', atMs: call.checkedMs ?? atMs, state: 'checking' });
      if (isConnected) into.event({ ...place, type: 'ice_state', atMs, state: 'connected' });
      if (last === 'failed' || (last === 'disconnected' && isConnected))
        into.event({ ...place, type: 'ice_state', atMs, state: last });
      if (call.isClosed) into.event({ ...place, type: 'connection_state', atMs, state: 'closed' });
      for (const refusal of this.#refusals) if (refusal.id === call.id) this.#tell(into, call, refusal);
    }
  }

  #of(id: string): Heard | null {
    const known = this.#heard.get(id);
    if (known) return known;
    if (this.#heard.size >= MOST) return null;
    const fresh: Heard = { state: null, wasConnected: false, isGathered: false };
    this.#heard.set(id, fresh);
    return fresh;
  }

  #state(id: string, state: NonNullable<Heard['state']>): void {
    const heard = this.#of(id);
    if (!heard) return;
    heard.state = state;
    heard.wasConnected ||= state === 'connected';
  }

  /** What a STUN or TURN server answered, which names no connection. */
  #server(text: string): void {
    const asked =
      /^STUN-CLIENT\((.{1,300}?)(?:::TURN)?\): (?:(Timed out)|Error processing response: .*stun error code (\d{3}))/.exec(
        text,
      );
    const turn = /^TURN\((relay\(.{1,300}\))\) failed$/.exec(text);
    const label = asked?.[1] ?? turn?.[1];
    if (label === undefined || !SERVER.test(label)) return;
    const known = this.#servers.get(label) ?? { code: NO_ANSWER, isGivenUp: false };
    if (asked?.[3] !== undefined) known.code = Number(asked[3]);
    // The first 401 of TURN is how one learns what to answer: it was refused only where nICEr gives up.
    if (turn || (asked?.[2] !== undefined && label.startsWith('srflx'))) known.isGivenUp = true;
    if (this.#servers.size < MOST || this.#servers.has(label)) this.#servers.set(label, known);
  }

  /** A candidate that came to nothing: also where the connection was closed, or had no more use for it. */
  #givenUp(id: string, text: string): void {
    const label = /\/CAND\((.{1,300})\): failed to initialize, \d+ remaining$/.exec(text)?.[1];
    const server = label === undefined ? undefined : this.#servers.get(label);
    const found = SERVER.exec(label ?? '');
    if (!server?.isGivenUp || !found || this.#refusals.length >= MOST) return;
    this.#refusals.push({
      id,
      kind: label!.startsWith('relay') ? 'turn' : 'stun',
      address: found[2]!,
      port: Number(found[3]),
      isTcp: found[1] !== 'UDP',
      code: server.code,
    });
  }

  #tell(into: SessionBuilder, { id, atMs, iceServers }: Told, { kind, address, port, isTcp, code }: Refusal): void {
    const host = address.includes(':') ? `[${address}]` : address;
    const same = iceServers.filter((url) => {
      const server = iceServerOf(url);
      return server?.kind === kind && server.port === port && (server.transport !== 'udp') === isTcp;
    });
    const isUnknown = /^(?:0\.0\.0\.0|::)$/.test(address);
    // A TURN server that does not say how this end is seen is told of as what it is for.
    if (same.length === 0 && (isUnknown || (kind === 'stun' && iceServers.length > 0))) return;
    const url =
      same.find((one) => one.includes(host)) ?? same[0] ?? `${kind}:${host}:${port}${isTcp ? '?transport=tcp' : ''}`;
    const place = { atMs, participantId: 'self', connectionId: id };
    into.event({ ...place, type: 'candidate_error', url, code, text: '' });
  }
}
