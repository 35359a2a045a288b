import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Config } from '../config/settings.ts';
import type { Db, Trx } from '../database/database.ts';
import type { Jobs, Queue } from '../jobs/jobs.ts';
import type { Log } from '../log/logger.ts';

/** A mail as features write it, already in the reader's language. */
export type Mail = { to: string; subject: string; text: string; html?: string };

/** What became of a try to deliver a mail; a failed one is tried again for about a day. */
export type MailOutcome = { id: string; state: 'sent' | 'failed'; error: string | null; attempts: number };

export type Mailer = {
  /**
   * Puts a mail into the outbox as part of a transaction; it goes out once that commits.
   * @param id of the mail, a UUID, for whoever may send the same one twice: the second time nothing happens
   * @returns its id, and whether it will go out: without a mail server it is only kept
   */
  send(trx: Trx, mail: Mail, id?: string): Promise<{ id: string; goesOut: boolean }>;
  /** Whether a mail server is set up. */
  readonly goesOut: boolean;
  /** Hears of every try. A process that dies in between is not made up for: the mail's row has the last word. */
  onOutcome(listener: (outcome: MailOutcome) => Promise<void>): void;
  /** Wakes mails whose job is gone, as after restoring a backup; once at start. */
  resume(): Promise<void>;
};

/** About a day with doubling pauses. */
const RETRIES = 12;

const deliver: Queue<{ id: string }> = {
  name: 'mail.deliver',
  payload: z.strictObject({ id: z.uuid() }),
  retries: RETRIES,
  retryDelaySeconds: 30,
  onePerKey: true,
};

const ERROR_MAX_LENGTH = 500;

/**
 * The outbox and its delivery. Without SMTP_URL mails are kept, readable by administrators: the default installation
 * needs no mail server, and its magic links are found there.
 */
export function createMailer(config: Pick<Config, 'smtpUrl' | 'mailFrom'>, db: Db, jobs: Jobs, log: Log): Mailer {
  const { smtpUrl, mailFrom } = config;
  const listeners: ((outcome: MailOutcome) => Promise<void>)[] = [];
  jobs.handle(deliver, async ({ id }) => {
    const mail = await db.selectFrom('mail').selectAll().where('id', '=', id).executeTakeFirst();
    if (!mail || mail.state === 'sent' || mail.state === 'kept' || smtpUrl === undefined) return;
    const attempts = mail.attempts + 1;
    try {
      await transport(smtpUrl, { from: mailFrom, ...asMessage(mail) });
      await db
        .updateTable('mail')
        .set({ state: 'sent', sentAt: new Date(), error: null, attempts })
        .where('id', '=', id)
        .execute();
    } catch (error) {
      const message = (error as Error).message.slice(0, ERROR_MAX_LENGTH);
      await db.updateTable('mail').set({ state: 'failed', error: message, attempts }).where('id', '=', id).execute();
      log.warn({ mail: id, err: error }, 'a mail could not be delivered');
      await tell({ id, state: 'failed', error: message, attempts });
      throw error;
    }
    await tell({ id, state: 'sent', error: null, attempts });
  });
  async function tell(outcome: MailOutcome): Promise<void> {
    for (const listener of listeners)
      await listener(outcome).catch((error) =>
        log.error({ err: error, mail: outcome.id }, 'a mail’s outcome was lost'),
      );
  }
  return {
    goesOut: smtpUrl !== undefined,
    onOutcome: (listener) => void listeners.push(listener),
    async send(trx, mail, id = randomUUID()) {
      const state = smtpUrl === undefined ? 'kept' : 'queued';
      const isNew = await trx
        .insertInto('mail')
        .values({
          id,
          recipient: mail.to,
          subject: oneLine(mail.subject),
          text: mail.text,
          html: mail.html ?? null,
          state,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returning('id')
        .executeTakeFirst();
      if (isNew && state === 'queued') await jobs.send(deliver, { id }, { trx, key: id });
      return { id, goesOut: state === 'queued' };
    },
    async resume() {
      if (smtpUrl === undefined) return;
      const waiting = await db
        .selectFrom('mail')
        .select('id')
        // One that failed is tried again by its job, which a backup does not hold.
        .where((eb) => eb('state', '=', 'queued').or(eb('state', '=', 'failed').and('attempts', '<=', RETRIES)))
        .execute();
      for (const { id } of waiting)
        if (!(await jobs.isUnderWay(deliver, id))) await jobs.send(deliver, { id }, { key: id });
    },
  };
}

/** Line breaks in a subject would begin a header of the sender's choosing. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\t\0]+/g, ' ').slice(0, 300);
}

function asMessage(mail: { id: string; recipient: string; subject: string; text: string; html: string | null }) {
  return {
    to: { address: mail.recipient, name: '' },
    subject: mail.subject,
    text: mail.text,
    ...(mail.html === null ? {} : { html: mail.html }),
    // The same on every try, so that a mail delivered twice can be recognised as one.
    messageId: `<${mail.id}@alongside>`,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

async function transport(smtpUrl: string, message: object): Promise<void> {
  // Loaded when first needed: most small installations never send.
  const { createTransport } = await import('nodemailer');
  const transporter = createTransport(smtpUrl);
  try {
    await transporter.sendMail(message);
  } finally {
    transporter.close();
  }
}
