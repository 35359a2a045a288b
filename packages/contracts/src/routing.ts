import { z } from 'zod';
import { Id, Instant } from './actors.ts';
import { LocalisedText } from './locale.ts';

/** off: people take tickets themselves; suggest: routing says who fits, people give; assign: routing gives. */
export const ROUTING_MODES = ['off', 'suggest', 'assign'] as const;
export const RoutingMode = z.enum(ROUTING_MODES);
export type RoutingMode = z.infer<typeof RoutingMode>;

/**
 * What a skill is about. A ticket that demands a product or a topic goes to somebody who has it; a platform only helps
 * to choose among them.
 */
export const SKILL_KINDS = ['product', 'platform', 'topic'] as const;
export const SkillKind = z.enum(SKILL_KINDS);
export type SkillKind = z.infer<typeof SkillKind>;

export const SkillId = z.string().regex(/^[a-z0-9-]{1,40}$/);

/** Something an engineer can be good at, and by what one recognises tickets that need it. The workspace edits the list. */
export const Skill = z.strictObject({
  id: SkillId,
  kind: SkillKind,
  name: LocalisedText,
  /** Tickets about these topics demand it. */
  topics: z.array(z.string().max(40)).max(100),
  /** So do tickets that say one of these. Any case; `echo*` stands for every word that begins so. */
  keywords: z.array(z.string().trim().min(1).max(60)).max(200),
});
export type Skill = z.infer<typeof Skill>;

/** 1 = knows it, 2 = is good at it, 3 = is who the others ask. */
export const SKILL_LEVEL_MAX = 3;
export const EngineerSkill = z.strictObject({
  skillId: SkillId,
  level: z.number().int().min(1).max(SKILL_LEVEL_MAX),
});
export type EngineerSkill = z.infer<typeof EngineerSkill>;

/** A BCP 47 tag in its canonical spelling: `zh-cn` becomes `zh-CN`. */
export const LanguageTag = z
  .string()
  .trim()
  .min(2)
  .max(40)
  .transform((tag, context) => {
    try {
      return Intl.getCanonicalLocales(tag)[0]!;
    } catch {
      context.addIssue({ code: 'custom', message: 'language_tag' });
      return z.NEVER;
    }
  });

export const PROFILE_TITLE_MAX_LENGTH = 80;
export const PROFILE_ABOUT_MAX_LENGTH = 400;

const textUpTo = (max: number) =>
  z.strictObject({ en: z.string().trim().max(max), 'zh-CN': z.string().trim().max(max) });

/** In both languages or one; what is empty is shown in the other. */
const ProfileTitle = textUpTo(PROFILE_TITLE_MAX_LENGTH);
const ProfileAbout = textUpTo(PROFILE_ABOUT_MAX_LENGTH);

/** What an engineer, or a lead for them, says about themselves. */
export const EngineerProfileContent = z.strictObject({
  title: ProfileTitle,
  about: ProfileAbout,
  skills: z.array(EngineerSkill).max(60),
  languages: z.array(LanguageTag).max(20),
  photoFileId: Id.nullable(),
  /** Their working hours; null = always. */
  calendarId: Id.nullable(),
  /** Plans whose customers they look after first. */
  planIds: z.array(Id).max(50),
  /** Open tickets they take at once; those that wait for the customer do not count. */
  capacity: z.number().int().min(1).max(1_000),
});
export type EngineerProfileContent = z.infer<typeof EngineerProfileContent>;

/** A member of the team as routing sees them. */
export const EngineerProfile = z.strictObject({
  engineer: z.strictObject({ id: Id, name: z.string(), disabled: z.boolean() }),
  /** Null = has no profile yet, and takes no part in routing. */
  content: EngineerProfileContent.nullable(),
  photoUrl: z.string().nullable(),
  /** Since when they take no new tickets; null = they take them. */
  awaySince: Instant.nullable(),
  openTickets: z.number().int().nonnegative(),
  workingNow: z.boolean(),
  /** When their working hours begin next; null = they work now, or never will. */
  nextWorkingAt: Instant.nullable(),
  /** Names of the rotations that have them on call now. */
  onCall: z.array(z.string()),
  /** Whether this reader may change the profile. */
  may: z.strictObject({ edit: z.boolean() }),
});
export type EngineerProfile = z.infer<typeof EngineerProfile>;

/** What a customer learns about an engineer who helps them. */
export const EngineerCard = z.strictObject({
  id: Id,
  name: z.string(),
  title: ProfileTitle,
  about: ProfileAbout,
  /** Best first. */
  skills: z.array(LocalisedText),
  languages: z.array(z.string()),
  photoUrl: z.string().nullable(),
});
export type EngineerCard = z.infer<typeof EngineerCard>;

/** Why somebody lost a ticket that routing then offered to others. */
export const TakenOffReason = z.enum(['away', 'left', 'handed_back']);
export type TakenOffReason = z.infer<typeof TakenOffReason>;

/** Why routing chose this engineer: what fitted, most telling first. */
export const RoutingReasons = z.array(
  z.discriminatedUnion('what', [
    /** From whom it came: always first. `note` is what they said when they handed it back. */
    z.strictObject({ what: z.literal('taken_off'), why: TakenOffReason, name: z.string(), note: z.string().max(500) }),
    z.strictObject({ what: z.literal('skill'), skill: LocalisedText, level: z.number().int().min(1).max(3) }),
    z.strictObject({ what: z.literal('plan') }),
    z.strictObject({ what: z.literal('manager') }),
    z.strictObject({ what: z.literal('language'), language: z.string() }),
    z.strictObject({ what: z.literal('on_call'), rotation: z.string() }),
    z.strictObject({ what: z.literal('working_now') }),
    z.strictObject({ what: z.literal('load'), openTickets: z.number().int() }),
    z.strictObject({ what: z.literal('knows_customer') }),
  ]),
);
export type RoutingReasons = z.infer<typeof RoutingReasons>;

/** Why a ticket stays in the queue. Each is said of those who have the skill, where the ticket demands one. */
export const WaitReason = z.enum(['off_hours', 'away', 'full', 'handed_back']);
export type WaitReason = z.infer<typeof WaitReason>;

/** Why routing would not give a ticket to somebody now. */
export const RoutingObstacle = z.enum(['handed_back', 'skill', 'away', 'off_hours', 'full']);
export type RoutingObstacle = z.infer<typeof RoutingObstacle>;

/** An engineer's place among those a ticket could go to, with what speaks for them and what against. */
export const RankedEngineer = z.strictObject({
  engineer: z.strictObject({ id: Id, name: z.string() }),
  reasons: RoutingReasons,
  obstacle: RoutingObstacle.nullable(),
});
export type RankedEngineer = z.infer<typeof RankedEngineer>;
