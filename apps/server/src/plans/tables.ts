import type {
  ActorRef,
  CalendarContent,
  FeedFailureReason,
  HolidayDay,
  LocalisedText,
  Money,
  PlanContent,
  PlanPreset,
} from '@alongside/contracts';
import type { Generated } from 'kysely';
import type { Json, Timestamp } from '../platform/database/tables.ts';

/** Why a feed could not be read: a code the console has words for, and what exactly. */
export type FeedFailure = { reason: FeedFailureReason; detail: string };

export type PlansTables = {
  calendar: { id: string; preset: string | null; createdAt: Timestamp };
  /** Only ever appended to; in force from `validFrom` until the next version is. */
  calendarVersion: {
    id: string;
    calendarId: string;
    version: number;
    validFrom: Timestamp;
    name: Json<LocalisedText>;
    content: Json<CalendarContent>;
    /** Null: shipped. */
    savedBy: Json<ActorRef> | null;
  };
  plan: {
    id: string;
    preset: PlanPreset | null;
    archived: Generated<boolean>;
    /** The plan of everybody without a contract; one at most, by an index. */
    isDefault: Generated<boolean>;
    createdAt: Timestamp;
  };
  /** Only ever appended to. */
  planVersion: {
    id: string;
    planId: string;
    version: number;
    validFrom: Timestamp;
    content: Json<PlanContent>;
    /** Null: shipped. */
    savedBy: Json<ActorRef> | null;
  };
  /** How things stand with an organisation from `validFrom` on. Only ever appended to. */
  contract: {
    id: string;
    organisationId: string;
    version: number;
    /** Null: the contract ended. */
    planId: string | null;
    timeZone: string;
    /** Local date, "2026-05-14". */
    startsOn: string;
    monthlyFee: Json<Money> | null;
    namedContactIds: Json<string[]>;
    managerId: string | null;
    validFrom: Timestamp;
    reason: string;
    savedBy: Json<ActorRef>;
    savedAt: Timestamp;
  };
  /** An address from which a calendar's holidays are kept up to date. */
  holidayFeed: {
    id: string;
    calendarId: string;
    address: string;
    /** What the feed calls itself. */
    name: string | null;
    /** What it said when it was last read. */
    days: Json<HolidayDay[]>;
    addedBy: Json<ActorRef>;
    addedAt: Timestamp;
    triedAt: Date | null;
    readAt: Date | null;
    failure: Json<FeedFailure> | null;
  };
};
