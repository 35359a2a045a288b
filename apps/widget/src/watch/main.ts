// What the loader loads with the first call it is asked to watch.
export { startWatchedCall } from '@alongside/client';
