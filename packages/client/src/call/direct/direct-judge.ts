import type { DirectReturn } from '@alongside/contracts';
import type { DirectReading } from './direct-link.ts';

/** How long losses are summed up over, ms. */
const LOSS_MS = 4_000;
/** How long round trips are compared over, ms: browsers measure one every 2.5 s. */
const TRIPS_MS = 12_000;
/** Fewer packets than these say nothing of a share: pauses in speech are sent as 2.5 packets a second. */
const LEAST_PACKETS = 40;
/** The media server repairs and repeats what is lost, which two browsers alone do less well; lossRatio. */
const MOST_LOST = 0.03;
/** So much longer than the way through the media server it may be, ms: that has a forwarder in it besides. */
const RTT_SLACK_MS = 40;
/**
 * Without a single byte for so long nothing comes any more, ms: pauses in speech are sent every 400 ms (RFC 6716, section
 * 2.1.9), feedback at least every second or so.
 */
const STALL_MS = 2_000;
const STALLED_LOOKS = 3;

export type DirectJudge = {
  /**
   * @param serverRttMs of either end, to the media server and back; null while it is not known
   * @returns why the direct path is to be left; null while it is well
   */
  judge(reading: DirectReading, serverRttMs: { mine: number | null; theirs: number | null }): DirectReturn | null;
};

/** Compares the direct path with the way through the media server, reading by reading. */
export function createDirectJudge(): DirectJudge {
  let readings: DirectReading[] = [];
  let trips: { atMs: number; directMs: number; serverMs: number }[] = [];
  let lastBytes = -1;
  let lastChangeMs = 0;
  let unchanged = 0;

  function isStalled({ atMs, bytesReceived }: DirectReading): boolean {
    if (bytesReceived !== lastBytes) {
      lastBytes = bytesReceived;
      lastChangeMs = atMs;
      unchanged = 0;
      return false;
    }
    // Several looks as well: a page that was held up itself has looked too rarely to know.
    unchanged += 1;
    return atMs - lastChangeMs >= STALL_MS && unchanged >= STALLED_LOOKS;
  }

  function isLossy(latest: DirectReading): boolean {
    const first = readings[0]!;
    const received = latest.audioReceived - first.audioReceived;
    const lost = latest.audioLost - first.audioLost;
    return received + lost >= LEAST_PACKETS && lost / (received + lost) > MOST_LOST;
  }

  /** The shortest round trips of either way are compared: whatever is busy makes single ones longer. */
  function isLonger(
    { atMs, rttMs }: DirectReading,
    { mine, theirs }: { mine: number | null; theirs: number | null },
  ): boolean {
    if (rttMs === null || mine === null || theirs === null) return false;
    trips.push({ atMs, directMs: rttMs, serverMs: mine + theirs });
    const begin = trips[0]!.atMs;
    trips = trips.filter((trip) => atMs - trip.atMs <= TRIPS_MS);
    const shortest = (of: 'directMs' | 'serverMs') => Math.min(...trips.map((trip) => trip[of]));
    return atMs - begin >= TRIPS_MS && shortest('directMs') > shortest('serverMs') + RTT_SLACK_MS;
  }

  return {
    judge(reading, serverRttMs) {
      if (isStalled(reading)) return 'stalled';
      readings = [...readings.filter(({ atMs }) => reading.atMs - atMs <= LOSS_MS), reading];
      return isLossy(reading) || isLonger(reading, serverRttMs) ? 'worse' : null;
    },
  };
}
