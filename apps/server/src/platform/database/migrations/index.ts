import type { Migration } from '../migrate.ts';
import { platform } from './0001-platform.ts';

/** Every change of the schema, in order. A released migration is never edited; a mistake is mended by the next one. */
export const MIGRATIONS: readonly Migration[] = [platform];
