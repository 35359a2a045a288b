import type { Connection, Session } from '../../model/session.ts';
import { connectedMs, eventsOf } from '../events.ts';

/** A STUN or TURN server as RFC 7064 and RFC 7065 write it. */
export type IceServer = { kind: 'stun' | 'turn'; host: string; port: number; transport: 'udp' | 'tcp' | 'tls' };

const URL_FORM = /^(stun|turn)(s?):(\[[^\]]+\]|[^:?]+)(?::(\d+))?(?:\?transport=(\w+))?/i;

/** @returns null for what is no address of such a server */
export function iceServerOf(url: string): IceServer | null {
  const found = URL_FORM.exec(url.trim());
  if (!found) return null;
  const isSecure = found[2] !== '';
  const isTcp = found[5]?.toLowerCase() === 'tcp';
  return {
    kind: found[1]!.toLowerCase() as 'stun' | 'turn',
    host: found[3]!.toLowerCase(),
    port: found[4] === undefined ? (isSecure ? 5_349 : 3_478) : Number(found[4]),
    transport: isSecure ? 'tls' : isTcp ? 'tcp' : 'udp',
  };
}

/** The same for one server however its address is written: browsers add what was left out. */
export function keyOfServer(url: string): string {
  const server = iceServerOf(url);
  return server ? `${server.kind}:${server.host}:${server.port}:${server.transport}` : url;
}

/** What a server answered when candidates were asked of it, for servers that never gave one. */
export type Refusal = { url: string; codes: number[]; text: string; fromMs: number; toMs: number };

/** Chromium gives up a server after 40 s; what answered in that minute or one beside it is reached, ms. */
const AT_ONCE_MS = 60_000;

/** “Did not answer” (WebRTC 1.0, section 4.8.3); what a server refuses it refuses one connection and not another. */
const NO_ANSWER = 701;

/**
 * Errors by server, of those that gave no candidate. Chromium tells error 701 for each network interface it asks from, also
 * where another one succeeds (an IPv6 address without a way, a virtual adapter): such are no fault.
 */
export function refusals(session: Session, connection: Connection): Refusal[] {
  const local = eventsOf(session, 'candidate', connection.id).filter(({ side }) => side === 'local');
  const pairs = eventsOf(session, 'pair_selected', connection.id);
  const known = [...local.map(({ candidate }) => candidate), ...pairs.map(({ local: chosen }) => chosen)];
  const urls = new Set(known.flatMap(({ url }) => (url === null ? [] : [keyOfServer(url)])));
  const types = new Set(known.map(({ type }) => type));
  const errors = eventsOf(session, 'candidate_error', connection.id);
  const inError = new Set(errors.map(({ url }) => keyOfServer(url)));
  const gave = (url: string) => {
    // libwebrtc names for an address only the first STUN server to tell it. Where that one met errors as well, they are an
    // interface's without a way, and another server with errors may have told the same address.
    if (iceServerOf(url)?.kind === 'stun' && [...urls].some((one) => one.startsWith('stun:') && inError.has(one)))
      return true;
    if (urls.size > 0) return urls.has(keyOfServer(url));
    // Nobody says from whom candidates came: one of the kind may have come from this one.
    return iceServerOf(url)?.kind === 'turn' ? types.has('relay') : types.has('srflx') || types.has('relay');
  };
  let isAnswered: ReturnType<typeof answersBeside> | undefined;
  const refused = new Map<string, Refusal>();
  for (const { url, code, text, atMs } of errors) {
    if (gave(url)) continue;
    isAnswered ??= answersBeside(session, connection);
    if (code === NO_ANSWER && isAnswered(url, atMs)) continue;
    const key = keyOfServer(url);
    const known = refused.get(key);
    if (known) {
      known.codes.push(code);
      known.toMs = atMs;
    } else refused.set(key, { url, codes: [code], text, fromMs: atMs, toMs: atMs });
  }
  return [...refused.values()];
}

/** @returns whether another connection of the same person got a candidate from a server at about a time */
function answersBeside(session: Session, { id, participantId }: Connection): (url: string, atMs: number) => boolean {
  const placeOf = (url: string, nth: number) => `${nth} ${keyOfServer(url)}`;
  const nthOf = (atMs: number) => Math.floor(atMs / AT_ONCE_MS);
  const answers = new Set<string>();
  for (const event of session.events)
    if (
      event.type === 'candidate' &&
      event.side === 'local' &&
      event.participantId === participantId &&
      event.connectionId !== id &&
      event.candidate.url !== null
    )
      answers.add(placeOf(event.candidate.url, nthOf(event.atMs)));
  return (url, atMs) => [-1, 0, 1].some((by) => answers.has(placeOf(url, nthOf(atMs) + by)));
}

/** How a refusal shows: grave where no way was found at all, or only a relay would have done. */
export function refusalSeverity(session: Session, connection: Connection): 'minor' | 'major' {
  return connectedMs(session, connection.id) === null || connection.transportPolicy === 'relay' ? 'major' : 'minor';
}
