import type { Check } from '@alongside/contracts';
import { judgeCheck } from '@alongside/desk';
import { ASK_LIFE_MS, KEPT_MS } from './deps.ts';
import type { CheckAskRow, CheckRow } from './tables.ts';

/** A check as everybody reads it; judged anew, by what it measured. */
export function presentCheck({ id, createdAt, report, ticketId }: CheckRow): Check {
  return {
    id,
    createdAt: createdAt.toISOString(),
    expiresAt: ticketId === null ? new Date(createdAt.getTime() + KEPT_MS).toISOString() : null,
    report,
    verdict: judgeCheck(report),
    attached: ticketId !== null,
  };
}

/** @param origin where people reach us */
export function presentAsk({ id, createdAt }: CheckAskRow, origin: string) {
  return {
    id,
    url: `${origin}/check?ask=${id}`,
    expiresAt: new Date(createdAt.getTime() + ASK_LIFE_MS).toISOString(),
  };
}
