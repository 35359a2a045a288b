import type { SecretKind } from './report.ts';

/** What the end of a name says about its value, in the order in which it is tried. */
const ENDINGS: readonly [RegExp, SecretKind][] = [
  [/(?:pass(?:word|wd|phrase|code)|pwd|密码)$/i, 'password'],
  [/(?:credentials?)$/i, 'turn_credential'],
  [/(?:authorization|authentication)$/i, 'authorization'],
  [/(?:cookies?)$/i, 'cookie'],
  [/(?:api[-_]?key|access[-_]?key(?:[-_]?id)?|private[-_]?key|secret(?:[-_]?key)?)$/i, 'api_key'],
  [/(?:token|jwt|signature|session[-_]?id|csrf)$/i, 'token'],
  [/(?:phone(?:[-_]?number)?|mobile|telephone|msisdn|手机号?码?|电话号?码?)$/i, 'phone'],
];

/** Names that are secrets only where they name a parameter or a header. */
const PARAMETERS = /^(?:key|sig|sid|auth|session|ticket|code|pass|x-amz-\w+)$/i;

/** Names whose value may be one, for finding them in a text: the ends of `ENDINGS`, as one expression. */
export const NAME_PATTERN =
  'pass(?:word|wd|phrase|code)|pwd|credentials?|authorization|cookies?|api[-_]?key|access[-_]?key(?:[-_]?id)?|private[-_]?key|secret(?:[-_]?key)?|token|jwt|signature|session[-_]?id|csrf|phone(?:[-_]?number)?|mobile|telephone|msisdn|密码|手机号?码?|电话号?码?';

/** @returns what kind of secret the value of something so named is; null for none */
export function secretNamed(name: string, isParameter = false): SecretKind | null {
  const found = ENDINGS.find(([ending]) => ending.test(name))?.[1];
  return found ?? (isParameter && PARAMETERS.test(name) ? 'token' : null);
}
