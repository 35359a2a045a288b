import { AppError } from '@alongside/contracts';
import { findStaff, type StaffRow } from '../people/queries.ts';
import type { Author } from '../tickets/actions.ts';
import type { OncallDeps } from './deps.ts';
import { acknowledgeTicket } from './escalation.actions.ts';
import { readAcknowledgeToken } from './page-links.ts';
import { findEscalation, findPage } from './queries.ts';
import type { EscalationRow, PageRow } from './tables.ts';
import { acknowledgeTest } from './test-page.actions.ts';

/** What a link in a page's mail stands for. */
export type LinkedPage = { page: PageRow; escalation: EscalationRow; staff: StaffRow };

/**
 * The page behind a link.
 * @throws AppError `link_expired` for one that is not ours, is too old, or whose person has left the team
 */
export async function pageOfLink(deps: OncallDeps, token: string): Promise<LinkedPage> {
  const id = readAcknowledgeToken(await deps.linkSecret(), token, deps.now());
  const page = id === null ? undefined : await findPage(deps.db, id);
  const staff = page?.staffId ? await findStaff(deps.db, page.staffId) : undefined;
  const escalation = page && (await findEscalation(deps.db, page.escalationId));
  if (!page || !staff || staff.disabled || !escalation) throw new AppError('link_expired');
  return { page, escalation, staff };
}

/**
 * Acknowledges with a link, once: for the person it was sent to, without their being signed in.
 * @throws AppError `link_expired` also when it was used before
 */
export async function redeemLink(deps: OncallDeps, token: string): Promise<void> {
  const { page, escalation, staff } = await pageOfLink(deps, token);
  if (page.tokenUsedAt !== null) throw new AppError('link_expired');
  const author: Author = { kind: 'staff', id: staff.id, role: staff.role, name: staff.name };
  const isOpen = escalation.state === 'running' || escalation.state === 'exhausted';
  // Acknowledged first: cut off in between, the link still works, and acknowledging twice changes nothing.
  if (isOpen && escalation.ticketId === null) await acknowledgeTest(deps, author, escalation.id);
  else if (isOpen && escalation.ticketId !== null) await acknowledgeTicket(deps, author, escalation.ticketId);
  await deps.db.updateTable('page').set({ tokenUsedAt: deps.now() }).where('id', '=', page.id).execute();
}
