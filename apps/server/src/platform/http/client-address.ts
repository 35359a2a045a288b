import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Names for ranges, as `TRUSTED_PROXIES` takes them. */
const NAMED_RANGES: Record<string, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * Tells whom a bare request comes from, by the same rules as fastify's `request.ip`: upgrades never meet fastify, and
 * behind a proxy they would all seem to come from it.
 * @param trustedProxies addresses, CIDR ranges and names of ranges whose X-Forwarded-For is believed
 * @returns the nearest address that is none of theirs
 */
export function createClientAddress(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const trusted = new BlockList();
  for (const range of trustedProxies.flatMap((name) => NAMED_RANGES[name] ?? [name])) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(bits), family);
  }
  const isTrusted = (address: string) =>
    isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

  return ({ socket, headers }) => {
    const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
    let nearest = plain(socket.remoteAddress ?? '');
    while (isTrusted(nearest)) {
      const before = plain(forwarded.pop()?.trim() ?? '');
      if (before === '') break;
      nearest = before;
    }
    return nearest;
  };
}

/** An IPv4 address the way it is written, also where the socket speaks both. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}
