import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Where media sockets are bound, and what clients are told. */
export interface MediaAddresses {
  listen: readonly string[];
  /** Best first. */
  announced: readonly string[];
}

/**
 * Settles both from what is given. Announced by default: this machine's own addresses, IPv4 first, and loopback last, so
 * that a browser on this machine reaches us even without a network.
 *
 * What is announced and this machine's own is bound as it is, so that answers leave by the address that was asked (behind
 * a wildcard the routes choose, and a browser drops what comes from another address). For a family in which an address is
 * announced that is not our own, a router translating, its wildcard is bound.
 */
export function mediaAddresses(given: Partial<MediaAddresses> = {}): MediaAddresses {
  const announced = given.announced ?? (given.listen ? given.listen.flatMap(reachableAddresses) : ownAddresses());
  const listen = given.listen ?? addressesToBind(announced);
  return { listen: [...new Set(listen)], announced: [...new Set(announced)] };
}

/** Where an announced address is reached from this very machine. */
export function localAddressOf(announced: string, listen: readonly string[]): string {
  if (listen.includes(announced)) return announced;
  const isV6 = isIPv6(announced);
  const bound = listen.find((address) => isIPv6(address) === isV6);
  if (bound === '0.0.0.0' || bound === '::' || bound === undefined) return isV6 ? '::1' : '127.0.0.1';
  return bound;
}

function ownAddresses(): string[] {
  return [...reachableAddresses('0.0.0.0'), ...outside('IPv6'), '127.0.0.1'];
}

function addressesToBind(announced: readonly string[]): string[] {
  const own = new Set(interfaces().map(({ address }) => address));
  return [false, true].flatMap((isV6) => {
    const ofFamily = announced.filter((address) => isIPv6(address) === isV6);
    return ofFamily.every((address) => own.has(address)) ? ofFamily : [isV6 ? '::' : '0.0.0.0'];
  });
}

/** What a wildcard stands for on this machine; loopback only where there is nothing else. */
function reachableAddresses(address: string): string[] {
  if (address !== '0.0.0.0' && address !== '::') return [address];
  const found = outside(address === '::' ? 'IPv6' : 'IPv4');
  return found.length > 0 ? found : [address === '::' ? '::1' : '127.0.0.1'];
}

function outside(family: 'IPv4' | 'IPv6'): string[] {
  const found = interfaces().filter((entry) => entry.family === family && !entry.internal);
  // Link-local IPv6 addresses need a zone that a remote browser cannot know.
  return found.map(({ address }) => address).filter((address) => !address.startsWith('fe80:'));
}

function interfaces() {
  return Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
}
