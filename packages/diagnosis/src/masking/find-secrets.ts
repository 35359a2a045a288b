import { addressesIn } from './addresses.ts';
import { quotedAt } from './quoted.ts';
import type { SecretKind } from './report.ts';
import { NAME_PATTERN, secretNamed } from './secret-names.ts';

/** A secret in a text and what to put in its place: a text, or a name of its own, the same wherever it stands. */
export type Secret = { from: number; to: number; kind: SecretKind; put: string | { prefix: string } };

type Finder = (text: string) => Iterable<Secret>;

const put = (kind: SecretKind) => `masked-${kind.replaceAll('_', '-')}`;
const secret = (kind: SecretKind, from: number, to: number, instead: Secret['put'] = put(kind)): Secret => ({
  kind,
  from,
  to,
  put: instead,
});
const isMasked = (value: string) => value.startsWith('masked-');

const NAMED = new RegExp(`(${NAME_PATTERN})((?:\\\\*["'])?)\\s{0,8}([:=：])\\s{0,8}`, 'gi');

/** `name: value`, `name=value`, `"name": "value"`, at any depth of quoting. */
function* named(text: string): Generator<Secret> {
  for (const { 0: whole, 1: name, 2: closing, 3: separator, index } of text.matchAll(NAMED)) {
    const kind = secretNamed(name!)!;
    const at = index + whole.length;
    const quoted = quotedAt(text, at);
    if (quoted) yield* value(text, kind, quoted.from, quoted.to);
    else if (text[at] === '[') yield* listed(text, kind, at + 1);
    else if (closing !== '') {
      // JSON: a number stays one, and what is true or false is no secret.
      const [digits] = /^\d{3,}(?:\.\d+)?/.exec(text.slice(at, at + 40)) ?? [];
      if (digits && (kind === 'password' || kind === 'phone')) yield secret(kind, at, at + digits.length, '0');
    } else yield* bare(text, kind, at, separator!);
  }
}

/** `"set-cookie": ["…", "…"]` */
function* listed(text: string, kind: SecretKind, from: number): Generator<Secret> {
  for (let at = from; ; ) {
    const [space] = /^[\s,]*/.exec(text.slice(at, at + 40))!;
    const quoted = quotedAt(text, at + space.length);
    if (!quoted) return;
    yield* value(text, kind, quoted.from, quoted.to);
    at = quoted.to + (quoted.from - at - space.length);
  }
}

/** Values of `fetch`’s option of that name. */
const NO_CREDENTIALS = ['include', 'same-origin', 'omit'];

function* value(text: string, kind: SecretKind, from: number, to: number): Generator<Secret> {
  const inside = text.slice(from, to);
  if (inside.trim() === '' || isMasked(inside) || NO_CREDENTIALS.includes(inside)) return;
  const scheme = kind === 'authorization' ? (/^(?:Bearer|Basic|Digest|Token) +/i.exec(inside)?.[0].length ?? 0) : 0;
  if (!isMasked(inside.slice(scheme))) yield secret(kind, from + scheme, to);
}

/** A value without quotes, as in a log or a form: a word, or the rest of the line for headers. */
function* bare(text: string, kind: SecretKind, at: number, separator: string): Generator<Secret> {
  const rest = text.slice(at, at + 4_096);
  const isHeader = kind === 'authorization' || kind === 'cookie';
  const [found = ''] = (isHeader ? /^[^\r\n"'\\<>{}]+/ : /^[^\s,;&"'<>(){}[\]\\|，。；]+/).exec(rest) ?? [];
  const trimmed = found.trimEnd();
  if (trimmed.length < 3) return;
  // `token: expired` is a sentence: what follows a colon must look like a secret.
  const looksSecret = kind === 'password' || isHeader || trimmed.length >= 16 || /\d/.test(trimmed);
  if (separator === '=' || looksSecret) yield* value(text, kind, at, at + trimmed.length);
}

const PAIR = /(\\*)"name\1"\s{0,40}:\s{0,8}\1"([^"\\]{1,80})\1"/g;
const ITS_VALUE = /^\s{0,80},\s{0,80}\\*"value\\*"\s{0,8}:\s{0,8}/;
const VALUE_BEFORE = /\\*"value\\*"\s{0,8}:\s{0,8}(?=\\*")/g;

/** `{"name": "Authorization", "value": "…"}`, in either order: headers, parameters and form fields of an HTTP archive. */
function* pairs(text: string): Generator<Secret> {
  for (const { 0: whole, 2: name, index } of text.matchAll(PAIR)) {
    const kind = secretNamed(name!, true);
    if (kind === null) continue;
    const end = index + whole.length;
    const after = ITS_VALUE.exec(text.slice(end, end + 300));
    let at = after ? end + after[0].length : -1;
    if (!after) {
      const begin = text.lastIndexOf('{', index);
      if (begin < 0) continue;
      const before = [...text.slice(begin, index).matchAll(VALUE_BEFORE)].at(-1);
      if (before) at = begin + before.index + before[0].length;
    }
    const quoted = at < 0 ? null : quotedAt(text, at);
    if (quoted) yield* value(text, kind, quoted.from, quoted.to);
  }
}

const COOKIES = /"cookies"\s{0,8}:\s{0,8}\[/g;
const COOKIE_VALUE = /"value"\s{0,8}:\s{0,8}(?=")/g;

/** `"cookies": [{"name": …, "value": …}]` of an HTTP archive: whatever their names. */
function* cookies(text: string): Generator<Secret> {
  for (const { 0: whole, index } of text.matchAll(COOKIES)) {
    const from = index + whole.length;
    const to = endOfList(text, from);
    for (const { 0: head, index: at } of text.slice(from, to).matchAll(COOKIE_VALUE)) {
      const quoted = quotedAt(text, from + at + head.length);
      if (quoted) yield* value(text, 'cookie', quoted.from, quoted.to);
    }
  }
}

function endOfList(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < Math.min(text.length, from + 48 * 1024); at++) {
    const char = text[at];
    if (char === '"') at = quotedAt(text, at)?.to ?? at;
    else if (char === '[') depth += 1;
    else if (char === ']' && --depth === 0) return at;
  }
  return Math.min(text.length, from + 48 * 1024);
}

const QUERY = /[?&;]([\w.%-]{2,40})=([^&#\s"'<>\\;]+)/g;

/** Parameters of addresses and forms. */
function* parameters(text: string): Generator<Secret> {
  for (const { 0: whole, 1: name, 2: found, index } of text.matchAll(QUERY)) {
    const kind = secretNamed(name!, true);
    const end = index + whole.length;
    if (kind !== null && !isMasked(found!)) yield secret(kind, end - found!.length, end);
  }
}

const LOCAL_PART = /[\w.+-]{1,64}$/;
const DOMAIN = /^(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}\b/i;

/** From the sign outwards: from the left every word would be tried. */
function* emails(text: string): Generator<Secret> {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const [local] = LOCAL_PART.exec(text.slice(Math.max(0, at - 64), at)) ?? [];
    const [domain] = (local && DOMAIN.exec(text.slice(at + 1, at + 300))) || [];
    if (local && domain) yield secret('email', at - local.length, at + 1 + domain.length);
  }
}

/** An expression whose first group, or whole, is a secret wherever it stands. */
const shaped = (kind: SecretKind, pattern: RegExp): Finder =>
  function* (text) {
    for (const match of text.matchAll(pattern)) {
      const found = match[1] ?? match[0];
      const from = match.index + match[0].lastIndexOf(found);
      if (!isMasked(found)) yield secret(kind, from, from + found.length);
    }
  };

/** As `shaped`, but the same secret gets the same name everywhere. */
const pseudonymous = (kind: SecretKind, prefix: string, pattern: RegExp): Finder =>
  function* (text) {
    for (const match of text.matchAll(pattern)) {
      const found = match[1] ?? match[0];
      const from = match.index + match[0].lastIndexOf(found);
      if (!found.startsWith(`${prefix}-`)) yield secret(kind, from, from + found.length, { prefix });
    }
  };

const UFRAGS = /usernameFragment"\s{0,8}:\s{0,8}\{[^{}]{0,500}?"values"\s{0,8}:\s{0,8}(?=")/g;

/** All values of one member through time, as chrome://webrtc-internals writes them: JSON in a string. */
function* fragmentSeries(text: string): Generator<Secret> {
  for (const { 0: whole, index } of text.matchAll(UFRAGS)) {
    const quoted = quotedAt(text, index + whole.length);
    if (!quoted) continue;
    for (const match of text.slice(quoted.from, quoted.to).matchAll(/\\"([^"\\]+)\\"/g)) {
      const from = quoted.from + match.index + 2;
      if (!match[1]!.startsWith('ufrag-'))
        yield secret('ice_credential', from, from + match[1]!.length, { prefix: 'ufrag' });
    }
  }
}

function* addresses(text: string): Generator<Secret> {
  for (const { from, to, prefix } of addressesIn(text)) yield secret('address', from, to, { prefix });
}

/** The more a finder knows about what it found, the earlier it comes: of two secrets at one place the first counts. */
const FINDERS: readonly Finder[] = [
  shaped('private_key', /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----([^-]{20,16384})-----END/g),
  cookies,
  pairs,
  shaped('turn_credential', /username(?:\\*["'])?\s{0,8}[:=]\s{0,8}(?:\\*["'])?\d{9,13}:([^"'\\\s,;&]+)/gi),
  shaped('ice_credential', /ice-pwd:([^\s"'\\]+)/g),
  named,
  parameters,
  shaped('token', /\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*){1,3}/g),
  shaped('authorization', /\b(?:Bearer|Basic)\s+([\w.~+/-]{8,}=*)/g),
  shaped(
    'api_key',
    /\b(?:AKIA[0-9A-Z]{16}|AIza[\w-]{35}|gh[pousr]_\w{30,}|xox[abprs]-[\w-]{10,}|sk[-_](?:live_|test_|proj-)?\w{20,})/g,
  ),
  shaped('password', /:\/\/[^\s/:@"'\\]{1,80}:([^\s/@"'\\]{1,200})@/g),
  emails,
  shaped('phone', /\btel:(\+?[\d ()-]{6,20}\d)/gi),
  pseudonymous(
    'ice_credential',
    'ufrag',
    /(?:ice-ufrag:|\bufrag |(?:usernameFragment|ufrag)\\*"\s{0,8}:\s{0,8}\\*")([\w+/-]+)/g,
  ),
  fragmentSeries,
  pseudonymous('fingerprint', 'fingerprint', /(?:[0-9A-F]{2}:){15,63}[0-9A-F]{2}/gi),
];

/**
 * Finds what must not be given away in a text: of any kind of document, since what is JSON stays it.
 * @param withAddresses whether IP addresses are among it
 * @param from what begins before it is left
 * @returns secrets in their order, none within another
 */
export function findSecrets(text: string, withAddresses: boolean, from = 0): Secret[] {
  const found: (Secret & { rank: number })[] = [];
  const finders = withAddresses ? [...FINDERS, addresses] : FINDERS;
  for (const [rank, find] of finders.entries())
    for (const one of find(text)) if (one.from >= from && one.to > one.from) found.push({ ...one, rank });
  found.sort((a, b) => a.from - b.from || a.rank - b.rank || b.to - a.to);
  const kept: Secret[] = [];
  let end = 0;
  for (const { from: at, to, kind, put: instead } of found) {
    if (at < end) continue;
    kept.push({ from: at, to, kind, put: instead });
    end = to;
  }
  return kept;
}
