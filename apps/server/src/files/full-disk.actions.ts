import type { Locale } from '@alongside/contracts';
import { findAllStaff } from '../people/queries.ts';
import type { Db } from '../platform/database/database.ts';
import type { Log } from '../platform/log/logger.ts';
import type { Mailer } from '../platform/mail/mail.ts';

/** One mail an hour says what a hundred would. */
const AGAIN_AFTER_MS = 3_600_000;

const MAIL: Record<Locale, { subject: string; text: string }> = {
  en: {
    subject: 'No room left for files',
    text: 'A file could not be stored because the disk is nearly full. Messages and calls go on; new files are refused until there is room. Please free some space or enlarge the disk.',
  },
  'zh-CN': {
    subject: '文件存储空间不足',
    text: '磁盘空间即将用尽，有文件未能保存。消息和通话不受影响，但在腾出空间之前将无法上传新文件。请尽快清理或扩容磁盘。',
  },
};

/** Makes what tells the administrators that files find no room, at most once an hour. */
export function createFullDiskAlarm(
  db: Db,
  mailer: Pick<Mailer, 'send'>,
  log: Log,
  now: () => Date,
): () => Promise<void> {
  let lastAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (now().getTime() - lastAt < AGAIN_AFTER_MS) return;
    lastAt = now().getTime();
    try {
      const administrators = (await findAllStaff(db)).filter(
        (staff) => staff.role === 'administrator' && !staff.disabled,
      );
      await db.transaction().execute(async (trx) => {
        for (const { email, locale } of administrators) await mailer.send(trx, { to: email, ...MAIL[locale] });
      });
    } catch (error) {
      // The database may be without room itself; the log has said it already.
      log.warn({ err: error }, 'the administrators could not be told that the disk is full');
    }
  };
}
