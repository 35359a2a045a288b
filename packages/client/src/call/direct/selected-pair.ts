type Stat = Readonly<Record<string, unknown>>;

/**
 * The candidate pair a connection uses. A browser may have nominated several, one after another; which of them it sends on
 * only the transport tells, and Firefox by `selected`.
 */
export function selectedPair(report: RTCStatsReport): Stat | null {
  let pair: Stat | null = null;
  report.forEach((stat: Stat) => {
    if (stat.type === 'transport') pair ??= (report.get(stat.selectedCandidatePairId as string) as Stat) ?? null;
    if (stat.type === 'candidate-pair' && stat.selected === true) pair ??= stat;
  });
  return pair;
}

/** The last round trip measured on the pair in use, ms; null before the first. */
export function pairRttMs(report: RTCStatsReport): number | null {
  const rttS = selectedPair(report)?.currentRoundTripTime;
  return typeof rttS === 'number' ? rttS * 1_000 : null;
}
