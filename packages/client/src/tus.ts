type Tus = typeof import('tus-js-client');

let loading: Promise<Tus> | null = null;

/** Loads tus-js-client once, when a file is first uploaded: whoever only writes never pays for it. */
export function loadTus(): Promise<Tus> {
  loading ??= import('tus-js-client');
  // A chunk that could not be loaded may be there next time.
  loading.catch(() => {
    loading = null;
  });
  return loading;
}
