import type { ActorRef, DrillRepeat, DrillState, Locale } from '@alongside/contracts';
import type { ColumnType, Generated, Selectable } from 'kysely';
import type { Json, Timestamp } from '../platform/database/tables.ts';

/** A timestamptz column that may be empty. */
type Moment = ColumnType<Date | null, Date | null | undefined, Date | null>;

/** What a drill is about, and what is asked of the team. */
type Matter = {
  planId: string;
  topic: string | null;
  text: string;
  locale: Locale;
  withCall: boolean;
};

export type DrillsTables = {
  drillSeries: Matter & {
    id: string;
    repeat: Json<DrillRepeat>;
    timeZone: string;
    /** Local times, "22:00". */
    windowFrom: string;
    windowTo: string;
    /** Local date, "2026-05-14". */
    startsOn: string;
    by: Json<ActorRef>;
    createdAt: Timestamp;
    endedAt: Moment;
  };
  drill: Matter & {
    id: string;
    seriesId: string | null;
    state: DrillState;
    /** Null, as are the next two: filed at once. */
    windowFrom: Moment;
    windowTo: Moment;
    timeZone: string | null;
    /** The secret: it leaves this table when it has come. */
    fileAt: Timestamp;
    by: Json<ActorRef>;
    createdAt: Timestamp;
    ticketId: string | null;
    filedAt: Moment;
    /** When the plan promised the first answer, as it was when it was filed. */
    dueAt: Moment;
    limitAt: Moment;
    endedAt: Moment;
    stoppedBy: Json<ActorRef> | null;
    note: Generated<string>;
  };
};

export type DrillRow = Selectable<DrillsTables['drill']>;
export type SeriesRow = Selectable<DrillsTables['drillSeries']>;
/** What a drill is about, as a row has it. */
export type DrillMatter = Matter;
