import type { Mailer } from '../platform/mail/mail.ts';
import type { Platform } from '../platform/platform.ts';
import type { PushKeys } from './push-keys.ts';

/** What the on-call parts work with. */
export type OncallDeps = Pick<Platform, 'db' | 'jobs' | 'log' | 'outgoing'> & {
  mailer: Pick<Mailer, 'send' | 'goesOut'>;
  /** The moment things happen at; tests give their own. */
  now: () => Date;
  /** Where people reach this server, without a slash at its end. */
  origin: () => string;
  /** The installation's name before push services; made at first use. */
  pushKeys: () => Promise<PushKeys>;
  /** Where push services reach who runs this server: a mailto: or https: address. */
  contact: string;
  /** The secret that signs links in mails and addresses of calendars. */
  linkSecret: () => Promise<Buffer>;
};
