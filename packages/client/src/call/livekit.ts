/** livekit-client as it was loaded. */
export type LiveKit = typeof import('livekit-client');

let loading: Promise<LiveKit> | null = null;
let loaded: LiveKit | null = null;

/** Loads livekit-client once, when a call is first wanted: a chat never pays for it. */
export function loadLiveKit(): Promise<LiveKit> {
  loading ??= import('livekit-client').then((lk) => {
    // What goes wrong is told in the call's own state, in the person's language.
    lk.setLogLevel('silent');
    // It would listen to every new microphone, twice, with a sound device of its own, in the moment a call begins. Whether
    // one is silent is seen in what is measured (`watch/sound-probe.ts`, rule `silent-microphone`).
    lk.LocalAudioTrack.prototype.checkForSilence = () => Promise.resolve(false);
    loaded = lk;
    return lk;
  });
  // A chunk that could not be loaded may be there next time.
  loading.catch(() => {
    loading = null;
  });
  return loading;
}

/** The library, where it is here already; null where it has to be loaded. */
export const loadedLiveKit = (): LiveKit | null => loaded;
