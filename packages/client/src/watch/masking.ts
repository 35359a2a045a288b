import type { SampleRows } from '@alongside/contracts';

/** Members of events that hold one end of a pair. */
const ENDS = ['candidate', 'local', 'remote'] as const;

/**
 * Hides who somebody is in the network: the last part of an IPv4 address, all but the first three groups of an IPv6 one.
 * What kind of way it is, and by which relay, stays.
 */
export function withoutAddresses(rows: SampleRows): SampleRows {
  return {
    ...rows,
    events: rows.events.map((event) => {
      const masked: typeof event = { ...event };
      for (const end of ENDS) {
        const candidate = event[end] as { type?: unknown; address?: unknown } | undefined;
        if (typeof candidate?.address !== 'string' || candidate.type === 'relay') continue;
        masked[end] = { ...candidate, address: maskedAddress(candidate.address) };
      }
      return masked;
    }),
  };
}

/** @param address as a candidate has it; names (`….local`, by which browsers hide it themselves) stay */
export function maskedAddress(address: string): string {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(address)) return address.replace(/\d+$/, 'x');
  if (!address.includes(':')) return address;
  const [head = ''] = address.split('::', 1);
  return `${head.split(':').slice(0, 3).join(':')}::x`;
}
