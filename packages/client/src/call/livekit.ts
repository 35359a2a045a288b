/** livekit-client as it was loaded. */
export type LiveKit = typeof import('livekit-client');

let loading: Promise<LiveKit> | null = null;

/** Loads livekit-client once, when a call is first wanted: a chat never pays for it. */
export function loadLiveKit(): Promise<LiveKit> {
  loading ??= import('livekit-client').then((lk) => {
    lk.setLogLevel('error');
    return lk;
  });
  // A chunk that could not be loaded may be there next time.
  loading.catch(() => {
    loading = null;
  });
  return loading;
}
