import { createHash } from 'node:crypto';
import { z } from 'zod';
import { findContact } from '../customers/queries.ts';
import { loadWorkspace } from '../people/queries.ts';
import type { Db } from '../platform/database/database.ts';
import type { Queue } from '../platform/jobs/jobs.ts';
import type { Platform } from '../platform/platform.ts';
import { followFeed } from '../platform/realtime/follow.ts';
import { closeSolvedTickets } from './actions.ts';
import { answerMail } from './answer-mail.ts';
import { isAbout, type TicketAnnouncement } from './log.actions.ts';
import { findEvents, findMarks, findTicket } from './queries.ts';

const closeQueue = { name: 'tickets.close-solved', payload: z.strictObject({}) };

type AnswerJob = { ticketId: string; publicSeq: number };

const answerQueue: Queue<AnswerJob> = {
  name: 'tickets.mail-answer',
  payload: z.strictObject({ ticketId: z.uuid(), publicSeq: z.number().int() }),
  // Several answers in a row make one mail.
  onePerKey: true,
};

/** Who is looking has read an answer by then; a mail on top of that would only be noise. */
export const ANSWER_MAIL_AFTER_MS = 2 * 60_000;

/** Closes what was solved a week ago and not reopened. */
export function registerClosing({ jobs, db, log }: Pick<Platform, 'jobs' | 'db' | 'log'>): void {
  jobs.handle(closeQueue, async () => {
    const closed = await closeSolvedTickets(db);
    if (closed > 0) log.info({ closed }, 'solved tickets closed');
  });
  jobs.schedule(closeQueue, '*/15 * * * *', {});
}

/**
 * Mails answers that stay unread to contacts whose address is known.
 * @param origin where people reach the portal
 */
export async function registerAnswerMails(
  platform: Pick<Platform, 'jobs' | 'db' | 'hub' | 'log' | 'mailer' | 'onStop'>,
  origin: () => string,
): Promise<void> {
  const { jobs, db, mailer } = platform;
  jobs.handle(answerQueue, async (job) => {
    const mail = await unreadAnswer(db, job, origin());
    // The job may run twice, and the answer is mailed once.
    if (mail) await db.transaction().execute((trx) => mailer.send(trx, mail, mailIdOf(job)));
  });
  const wants = isAbout(['message.posted']);
  const stop = await followFeed(platform, { name: 'tickets.mail-answer', wants }, async (trx, row) => {
    const { publicSeq } = row.payload as TicketAnnouncement;
    if (publicSeq === null || row.ticketId === null) return;
    const [event] = await findEvents(trx, row.ticketId, { since: publicSeq - 1, upTo: publicSeq, publicOnly: true });
    if (event?.type !== 'message.posted' || event.actor.kind !== 'staff') return;
    const at = new Date(Date.now() + ANSWER_MAIL_AFTER_MS);
    await jobs.send(answerQueue, { ticketId: row.ticketId, publicSeq }, { trx, at, key: row.ticketId });
  });
  platform.onStop(stop);
}

/** The same for the same answers, and for no others. */
function mailIdOf({ ticketId, publicSeq }: AnswerJob): string {
  const hash = createHash('sha256').update(`tickets.mail-answer ${ticketId} ${publicSeq}`).digest('hex');
  // A UUID of version 8, made by one's own rule (RFC 9562 §5.8).
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

/** The mail about the team's messages from this one on; null when there is nobody to write to or nothing unread. */
export async function unreadAnswer(db: Db, { ticketId, publicSeq }: AnswerJob, origin: string) {
  const ticket = await findTicket(db, ticketId);
  const contact = ticket && (await findContact(db, ticket.contactId));
  if (!ticket || !contact || contact.email === null) return null;
  const read = (await findMarks(db, ticketId)).find((mark) => mark.personId === contact.id)?.readSeq ?? 0;
  const events = await findEvents(db, ticketId, { since: Math.max(publicSeq - 1, read), publicOnly: true });
  const messages = events.flatMap(({ body, actor }) =>
    body.type === 'message.posted' && actor.kind === 'staff'
      ? [{ by: actor.name, body: body.body, fileCount: body.files.length }]
      : [],
  );
  if (messages.length === 0) return null;
  return answerMail(contact.locale, {
    to: contact.email,
    number: ticket.number,
    subject: ticket.subject,
    workspace: (await loadWorkspace(db)).name,
    link: `${origin}/portal/tickets/${ticket.number}`,
    messages,
  });
}
