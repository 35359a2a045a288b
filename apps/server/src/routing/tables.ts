import type { LocalisedText, RoutingReasons, WaitReason } from '@alongside/contracts';
import type { RoutableTicket } from '@alongside/desk';
import type { Generated, Selectable } from 'kysely';
import type { Json, Timestamp } from '../platform/database/tables.ts';

export type RoutingTables = {
  /** Exactly one row. */
  routingSetting: {
    onlyOne: Generated<boolean>;
    mode: Generated<'off' | 'suggest' | 'assign'>;
    /** The skills we ship were put in; the workspace edits them from there. */
    skillsShipped: Generated<boolean>;
  };
  skill: {
    /** A slug, as topics have. */
    id: string;
    kind: 'product' | 'platform' | 'topic';
    name: Json<LocalisedText>;
    /** Tickets about these topics demand it. */
    topics: string[];
    /** Tickets that say one of these words demand it. */
    keywords: string[];
    /** Its place in the list. */
    place: number;
  };
  /** Somebody without a row takes no part in routing. */
  engineerProfile: {
    staffId: string;
    /** Each language's may be empty. */
    title: Json<LocalisedText>;
    about: Json<LocalisedText>;
    /** BCP 47. */
    languages: string[];
    photoFileId: string | null;
    /** Null = works round the clock. */
    calendarId: string | null;
    /** Plans whose customers they look after first. */
    planIds: Generated<string[]>;
    /** Open tickets they take at once. */
    capacity: number;
    /** Since when they take no new tickets. */
    awaySince: Date | null;
    lastAssignedAt: Date | null;
    updatedAt: Timestamp;
  };
  engineerSkill: { staffId: string; skillId: string; level: number };
  /** What routing last made of a ticket. A row with nobody in it is looked at again when somebody becomes free. */
  ticketRoute: {
    ticketId: string;
    outcome: 'assigned' | 'suggested' | 'nobody';
    engineerId: string | null;
    reasons: Json<RoutingReasons>;
    /** Of `nobody`: why, who would be needed, and when that can change. */
    why: WaitReason | null;
    skills: Json<LocalisedText[]>;
    nextAt: Date | null;
    /** What was known of the ticket, so that many that wait are looked at again at once. */
    ticketFacts: Json<RoutableTicket>;
    decidedAt: Timestamp;
  };
  /** Who handed a ticket back: routing does not give it to them again. */
  ticketHandBack: { ticketId: string; staffId: string; reason: string; at: Timestamp };
};

export type SkillRow = Selectable<RoutingTables['skill']>;
export type EngineerProfileRow = Selectable<RoutingTables['engineerProfile']>;
