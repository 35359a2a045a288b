import type { Feature } from './platform/platform.ts';

/** What this server can do. A feature may use those before it; those after it are reached only by the events they listen to. */
export const FEATURES: readonly Feature[] = [];
