import type { PlatformTables } from './tables.ts';

/**
 * All tables, for kysely. Columns are camelCase here and snake_case in SQL (translated both ways).
 * A feature adds its own `tables.ts` with one more type behind `extends`.
 */
export interface Database extends PlatformTables {}
