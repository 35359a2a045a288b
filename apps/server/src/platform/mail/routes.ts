import { listMail } from '@alongside/contracts';
import type { FastifyInstance } from 'fastify';
import type { Db } from '../database/database.ts';
import { route } from '../http/route.ts';

const PAGE = 50;

/** The outbox as administrators read it, newest first. */
export function registerMailRoutes(app: FastifyInstance, db: Db): void {
  route(app, listMail, async ({ query }) => {
    const mails = await db
      .selectFrom('mail')
      .selectAll()
      .$if(query.before !== undefined, (select) =>
        select.where((eb) =>
          eb(
            eb.refTuple('createdAt', 'id'),
            '<',
            eb
              .selectFrom('mail as last')
              .select(['last.createdAt', 'last.id'])
              .where('last.id', '=', query.before!)
              .$asTuple('createdAt', 'id'),
          ),
        ),
      )
      .orderBy('createdAt', 'desc')
      .orderBy('id', 'desc')
      .limit(PAGE + 1)
      .execute();
    return {
      mails: mails.slice(0, PAGE).map((mail) => ({
        id: mail.id,
        to: mail.recipient,
        subject: mail.subject,
        text: mail.text,
        state: mail.state,
        error: mail.error,
        createdAt: mail.createdAt.toISOString(),
        sentAt: mail.sentAt?.toISOString() ?? null,
      })),
      next: mails.length > PAGE ? mails[PAGE - 1]!.id : null,
    };
  });
}
