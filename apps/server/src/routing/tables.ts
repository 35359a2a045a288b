import type { LocalisedText } from '@alongside/contracts';
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
    title: Json<Partial<LocalisedText>>;
    about: Json<Partial<LocalisedText>>;
    /** BCP 47. */
    languages: string[];
    photoFileId: string | null;
    /** Null = works round the clock. */
    calendarId: string | null;
    /** Open tickets they take at once. */
    capacity: number;
    /** Takes no new tickets. */
    away: Generated<boolean>;
    lastAssignedAt: Date | null;
    updatedAt: Timestamp;
  };
  engineerSkill: { staffId: string; skillId: string; level: number };
};

export type SkillRow = Selectable<RoutingTables['skill']>;
export type EngineerProfileRow = Selectable<RoutingTables['engineerProfile']>;
