import { BlockList, isIP } from 'node:net';

/** Special-purpose ranges of IPv4 (IANA registry, RFC 6890 and its updates): nothing of the public internet is there. */
const SPECIAL_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
/** Global unicast is all that is public in IPv6; what is mapped or translated from IPv4 lies outside it. */
const GLOBAL_IPV6 = ['2000::/3'];
/** Inside global unicast: protocol assignments with Teredo, documentation, 6to4 (it carries any IPv4), segment routing. */
const SPECIAL_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const special = addressRanges([...SPECIAL_IPV4, ...SPECIAL_IPV6]);
const global = addressRanges(GLOBAL_IPV6);

/** Whether an address, such as `93.184.216.34`, is one of the public internet. Anything that is no address is not. */
export function isPublicAddress(address: string): boolean {
  const family = familyOf(address);
  if (family === null || special.check(address, family)) return false;
  return family === 'ipv4' || global.check(address, 'ipv6');
}

/** Whether an address lies in one of the ranges. */
export function isInRanges(address: string, ranges: BlockList): boolean {
  const family = familyOf(address);
  return family !== null && ranges.check(address, family);
}

/**
 * @param ranges addresses and CIDR ranges, such as `10.0.0.0/8`
 * @throws RangeError that names the one that is neither
 */
export function addressRanges(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const family = familyOf(address);
    const bitsMax = family === 'ipv4' ? 32 : 128;
    if (family === null || (prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= bitsMax)))
      throw new RangeError(`“${range}” is no address or range such as 10.0.0.0/8`);
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address);
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : null;
}
