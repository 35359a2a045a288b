import { z } from 'zod';
import { Id, Instant } from './actors.ts';
import { ExclusionReason, PauseReason } from './clock.ts';
import { LocalisedText } from './locale.ts';
import { CreditTier, Money, Target } from './plans.ts';
import { Priority } from './priority.ts';

/** A calendar month, "2026-10". */
export const Month = z.string().regex(/^(19[7-9]\d|2\d{3})-(0[1-9]|1[0-2])$/);
export type Month = z.infer<typeof Month>;

/** How often a promise was kept, in counts; what was excluded is in neither. */
export const AttainmentCount = z.strictObject({ met: z.number().int(), total: z.number().int() });
export type AttainmentCount = z.infer<typeof AttainmentCount>;

/**
 * The share that was met, in percent with at most two decimals, cut and never rounded up: 100% means all.
 * @returns "96.42%", or an en dash where nothing was due
 */
export function attainmentText({ met, total }: AttainmentCount): string {
  return total === 0 ? '–' : `${Math.floor((met * 10_000) / total) / 100}%`;
}

const StatementTicket = z.strictObject({ id: Id, number: z.number().int().positive(), subject: z.string() });
export type StatementTicket = z.infer<typeof StatementTicket>;

/** One target of one ticket, decided in the month. All amounts are whole milliseconds. */
export const StatementRow = z.strictObject({
  ticket: StatementTicket,
  /** `<target>:<n>`, the n-th of its kind in this ticket. */
  cycleId: z.string(),
  target: Target,
  priority: Priority,
  /** The version of the plan it was judged by. */
  plan: z.strictObject({ versionId: Id, name: LocalisedText }),
  /** When the promise began. */
  startAt: Instant,
  budgetMs: z.number().int(),
  /** Null only for an excluded one that stood still. */
  dueAt: Instant.nullable(),
  /** When it was kept, if late or not; null = not yet when the statement was made up. */
  actualAt: Instant.nullable(),
  outcome: z.enum(['met', 'breached', 'excluded']),
  /** Why it is excluded. */
  because: ExclusionReason.nullable(),
  /** Business time used. */
  usedMs: z.number().int(),
  /** Wall time of the pauses. */
  pausedMs: z.number().int(),
  pauses: z.array(z.strictObject({ from: Instant, to: Instant, reason: PauseReason })),
});
export type StatementRow = z.infer<typeof StatementRow>;

/** A ticket taken out of the figures. */
export const StatementExclusion = z.strictObject({
  ticket: StatementTicket,
  because: ExclusionReason,
  at: Instant,
  /** What the lead wrote; customers get an empty one. */
  note: z.string(),
  /** Targets of this month that are excluded with it. */
  targets: z.number().int(),
});
export type StatementExclusion = z.infer<typeof StatementExclusion>;

/**
 * What was promised to an organisation in a month and what was kept. A target belongs to the month in which it was
 * decided: answered in time, at that instant; breached, at its due instant.
 */
export const Statement = z.strictObject({
  organisation: z.strictObject({ id: Id, name: z.string() }),
  /** Who promised. */
  issuer: z.string(),
  month: Month,
  /** Of the contract: its months and days are those of this zone. */
  timeZone: z.string(),
  /** The month, half-open. */
  from: Instant,
  to: Instant,
  /** The last instant that was looked at: the end of the month, or the present of the running one. */
  madeUpTo: Instant,
  /** The month is not over. */
  provisional: z.boolean(),
  /** The contract as it stood at `madeUpTo`; null = none. */
  contract: z
    .strictObject({
      planId: Id,
      planName: LocalisedText,
      planVersion: z.number().int().positive(),
      monthlyFee: Money.nullable(),
    })
    .nullable(),
  attainment: z.strictObject({
    overall: AttainmentCount,
    byPriority: z.array(z.strictObject({ priority: Priority, ...AttainmentCount.shape })),
    byTarget: z.array(z.strictObject({ target: Target, ...AttainmentCount.shape })),
    /** Priority and target that occurred, most urgent first. */
    cells: z.array(z.strictObject({ priority: Priority, target: Target, ...AttainmentCount.shape })),
  }),
  credits: z.strictObject({
    /** As the plan has them, highest bound first. */
    tiers: z.array(CreditTier),
    /** Of the month's fee; 0 where attainment stayed above every bound or nothing was due. */
    percent: z.number(),
    /** Percent of the fee, rounded half up to the currency's smallest unit; null without a fee. */
    amount: Money.nullable(),
  }),
  /** By the instant of the decision, then by ticket. */
  rows: z.array(StatementRow),
  exclusions: z.array(StatementExclusion),
});
export type Statement = z.infer<typeof Statement>;

/** A month that has a statement. */
export const StatementMonth = z.strictObject({ month: Month, provisional: z.boolean() });
export type StatementMonth = z.infer<typeof StatementMonth>;

/** What a statement comes to. */
export const StatementSummary = z.strictObject({
  month: Month,
  provisional: z.boolean(),
  /** Of the contract as it stood at its end; null = none. */
  planName: LocalisedText.nullable(),
  attainment: AttainmentCount,
  credits: z.strictObject({ percent: z.number(), amount: Money.nullable() }),
  /** Targets that are listed and not counted. */
  excluded: z.number().int(),
});
export type StatementSummary = z.infer<typeof StatementSummary>;
