const NAME =
  /\.(?:har|log|jsonl|ndjson|rtcstats)(?:\.gz)?$|webrtc[-_ ]?internals|about[-_ ]?webrtc|rtcstats|webrtc.*\.(?:json|txt|gz|zip)$/i;
/** So much of a document tells what it is. */
const HEAD_BYTES = 4_096;
const HEAD =
  /"getUserMedia"\s*:|"PeerConnections"\s*:|"UserAgent"\s*:\s*"Mozilla|^\s*\["(?:create|publish|identity|constructor|connectionInfo)|"log"\s*:\s*\{\s*"(?:version|creator|pages|entries)"|RTCStatsDump|"rtcstats|data-l10n-id="about-webrtc-|"(?:bandwidthEstimations|iceCandidatePairStats)"\s*:\s*\[/;

/** What a file seems to be. */
export type FileLook = 'dump' | 'har' | 'log' | null;

/**
 * Whether a file looks like a record of a call: by its name, or by how it begins.
 * @returns null for anything else
 */
export async function lookOf(file: File): Promise<FileLook> {
  if (/\.har(?:\.gz)?$/i.test(file.name)) return 'har';
  if (/\.log(?:\.gz)?$/i.test(file.name)) return 'log';
  if (NAME.test(file.name)) return 'dump';
  if (!/\.(?:json|txt|html?)(?:\.gz)?$|\.gz$/i.test(file.name)) return null;
  const head = await headOf(file).catch(() => '');
  if (/"log"\s*:\s*\{/.test(head) && HEAD.test(head)) return 'har';
  return HEAD.test(head) ? 'dump' : null;
}

/** How a file begins, unpacked where it is packed. */
async function headOf(file: File): Promise<string> {
  const isPacked = /\.gz$/i.test(file.name);
  const start = file.slice(0, isPacked ? 4 * HEAD_BYTES : HEAD_BYTES);
  if (!isPacked) return start.text();
  const reader = start.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const { value } = await reader.read();
  // The packed text is cut short: what comes next would be an error, not text.
  void reader.cancel().catch(() => {});
  return new TextDecoder().decode(value?.subarray(0, HEAD_BYTES));
}
