/** Without a letter, digit, dot or `Name/` before it, as in a version number; and none after it. */
const IPV4 = /(?<![\w.-])(?<!\w\/)(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)/g;
const IPV6 = /(?<![\w:.])(?:[0-9a-f]{1,4}|(?=::))(?::[0-9a-f]{0,4}){2,7}(?:(?<=:)(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])/gi;

/** @returns where addresses stand in a text that say something about a place: unspecified and loopback ones do not */
export function* addressesIn(text: string): Generator<{ from: number; to: number; address: string; prefix: string }> {
  for (const pattern of [IPV4, IPV6])
    for (const { 0: address, index } of text.matchAll(pattern)) {
      const kind = pattern === IPV4 ? ipv4Kind(address) : ipv6Kind(address);
      if (kind === null || kind === 'loopback' || kind === 'unspecified') continue;
      const prefix = `ip${pattern === IPV4 ? '' : '6'}${kind === 'public' ? '' : `-${kind}`}`;
      yield { from: index, to: index + address.length, address: address.toLowerCase(), prefix };
    }
}

type AddressKind = 'public' | 'private' | 'shared' | 'linklocal' | 'loopback' | 'unspecified';

/** Ranges of RFC 6890. @returns null for what is none */
function ipv4Kind(address: string): AddressKind | null {
  const bytes = address.split('.').map(Number);
  if (bytes.some((byte) => byte > 255)) return null;
  const [a, b] = bytes as [number, number];
  if (a === 127) return 'loopback';
  if (a === 0) return 'unspecified';
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)) return 'private';
  if (a === 100 && b >= 64 && b < 128) return 'shared';
  if (a === 169 && b === 254) return 'linklocal';
  return 'public';
}

function ipv6Kind(address: string): AddressKind | null {
  const doubles = address.split('::').length - 1;
  const groups = address.split(':').filter((group) => group !== '').length;
  // Times of day and hardware addresses have colons too, but neither eight groups nor two colons together.
  if (doubles > 1 || (doubles === 0 && groups !== 8) || (doubles === 0 && /^:|:$/.test(address))) return null;
  if (groups === 0) return 'unspecified';
  if (address === '::1') return 'loopback';
  if (/^fe[89ab]/i.test(address)) return 'linklocal';
  return /^f[cd]/i.test(address) ? 'private' : 'public';
}
