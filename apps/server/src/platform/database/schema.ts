import type { CallsTables } from '../../calls/tables.ts';
import type { CatalogueTables } from '../../catalogue/tables.ts';
import type { ChecksTables } from '../../checks/tables.ts';
import type { CustomersTables } from '../../customers/tables.ts';
import type { DiagnosisTables } from '../../diagnosis/tables.ts';
import type { DrillsTables } from '../../drills/tables.ts';
import type { FilesTables } from '../../files/tables.ts';
import type { OncallTables } from '../../oncall/tables.ts';
import type { PeopleTables } from '../../people/tables.ts';
import type { PlansTables } from '../../plans/tables.ts';
import type { RecordingsTables } from '../../recordings/tables.ts';
import type { RoutingTables } from '../../routing/tables.ts';
import type { StatementsTables } from '../../statements/tables.ts';
import type { TicketsTables } from '../../tickets/tables.ts';
import type { PlatformTables } from './tables.ts';

/**
 * All tables, for kysely. Columns are camelCase here and snake_case in SQL (translated both ways).
 * A feature adds its own `tables.ts` with one more type behind `extends`.
 */
export interface Database
  extends PlatformTables,
    PeopleTables,
    CustomersTables,
    PlansTables,
    FilesTables,
    TicketsTables,
    CallsTables,
    ChecksTables,
    RecordingsTables,
    DiagnosisTables,
    CatalogueTables,
    RoutingTables,
    OncallTables,
    StatementsTables,
    DrillsTables {}
