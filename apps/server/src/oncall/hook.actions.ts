import { randomBytes } from 'node:crypto';
import { AppError, type Locale, type LocalisedText } from '@alongside/contracts';
import { invalidField } from '../plans/wording.ts';
import type { OncallDeps } from './deps.ts';
import { findPoliciesThatPage } from './queries.ts';
import type { HookRow } from './tables.ts';

type Deps = Pick<OncallDeps, 'db' | 'outgoing' | 'now'>;

const SECRET_BYTES = 32;

const REFUSED: Record<'address_invalid' | 'address_private', LocalisedText> = {
  address_invalid: {
    en: 'Enter an address such as https://hooks.example.com/page, without user name or password.',
    'zh-CN': '请输入形如 https://hooks.example.com/page 的地址，不得包含用户名或密码。',
  },
  address_private: {
    en: 'This address leads into a private network. Only OUTGOING_PRIVATE_RANGES can open one.',
    'zh-CN': '该地址指向内网，须由 OUTGOING_PRIVATE_RANGES 设置放行。',
  },
};

/**
 * Makes a webhook with a secret of its own.
 * @throws AppError `id_conflict`, `invalid_input` naming `url`
 */
export async function createHook(
  { db, outgoing, now }: Deps,
  { id, name, url }: { id: string; name: string; url: string },
  locale: Locale,
): Promise<HookRow> {
  requireAddress(outgoing, url, locale);
  const hook = await db
    .insertInto('pageHook')
    .values({ id, name, url, secret: randomBytes(SECRET_BYTES), createdAt: now() })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!hook) throw new AppError('id_conflict');
  return hook;
}

/** @throws AppError `not_found`, `invalid_input` naming `url` */
export async function saveHook(
  { db, outgoing }: Deps,
  id: string,
  change: { name: string; url: string; enabled: boolean },
  locale: Locale,
): Promise<HookRow> {
  requireAddress(outgoing, change.url, locale);
  return found(
    await db
      .updateTable('pageHook')
      .set(change)
      .where('id', '=', id)
      .where('deletedAt', 'is', null)
      .returningAll()
      .executeTakeFirst(),
  );
}

/** Gives a webhook a new secret; what is sent from now on is signed with it. @throws AppError `not_found` */
export async function renewSecret({ db }: Deps, id: string): Promise<HookRow> {
  return found(
    await db
      .updateTable('pageHook')
      .set({ secret: randomBytes(SECRET_BYTES) })
      .where('id', '=', id)
      .where('deletedAt', 'is', null)
      .returningAll()
      .executeTakeFirst(),
  );
}

/** @throws AppError `not_found`, `in_use` by a policy */
export async function deleteHook({ db, now }: Deps, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // As policies do when they are saved: none may begin to name it meanwhile.
    await trx.selectFrom('workspace').select('onlyOne').forUpdate().execute();
    const [policy] = await findPoliciesThatPage(trx, 'webhook', id);
    if (policy) throw new AppError('in_use', { by: policy.content.name });
    found(
      await trx
        .updateTable('pageHook')
        .set({ deletedAt: now() })
        .where('id', '=', id)
        .where('deletedAt', 'is', null)
        .returningAll()
        .executeTakeFirst(),
    );
  });
}

function requireAddress(outgoing: Deps['outgoing'], url: string, locale: Locale): void {
  const refusal = outgoing.refusal(url);
  if (refusal !== null) throw invalidField('url', REFUSED[refusal], locale);
}

function found(hook: HookRow | undefined): HookRow {
  if (!hook) throw new AppError('not_found');
  return hook;
}
