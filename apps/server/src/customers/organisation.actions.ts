import { AppError, type Locale, type LocalisedText } from '@alongside/contracts';
import { sql } from 'kysely';
import type { Db, Trx } from '../platform/database/database.ts';
import { lockNames } from './locks.ts';
import { findOrganisations, type OrganisationRow } from './queries.ts';

/** Where anybody gets an address: making one of these a customer's domain would let strangers read their tickets. */
const PUBLIC_MAIL_DOMAINS = new Set(
  (
    'gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com me.com aol.com ' +
    'gmx.com gmx.net gmx.de web.de mail.com mail.ru yandex.ru yandex.com proton.me protonmail.com zoho.com fastmail.com ' +
    'qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com aliyun.com 139.com 189.cn tom.com'
  ).split(' '),
);

const MESSAGES = {
  nameTaken: { en: 'Another organisation has this name.', 'zh-CN': '已有同名组织。' },
  domainTaken: { en: 'This domain belongs to {name}.', 'zh-CN': '该域名属于 {name}。' },
  publicDomain: {
    en: 'Anybody can get an address at this domain, so it cannot stand for one organisation.',
    'zh-CN': '任何人都可以注册该域名的邮箱，不能用来代表某个组织。',
  },
} satisfies Record<string, LocalisedText>;

/**
 * Adds a customer organisation. The same again changes nothing.
 * @throws AppError `id_conflict`, `invalid_input` naming the field
 */
export async function createOrganisation(
  db: Db,
  organisation: { id: string; name: string; domains: readonly string[] },
  locale: Locale,
): Promise<OrganisationRow> {
  return db.transaction().execute(async (trx) => {
    const { id, name } = organisation;
    // A repeat that comes at the same time waits, and finds what the first one made.
    await lockNames(trx, [`organisation-id:${id}`]);
    const [present] = await findOrganisations(trx, { id });
    if (present) {
      if (present.name === name) return present;
      throw new AppError('id_conflict');
    }
    await refuseTakenName(trx, id, name, locale);
    await trx.insertInto('organisation').values({ id, name }).execute();
    await setDomains(trx, id, organisation.domains, locale);
    return (await findOrganisations(trx, { id }))[0]!;
  });
}

/** @throws AppError `not_found`, `invalid_input` naming the field */
export async function updateOrganisation(
  db: Db,
  id: string,
  change: { name?: string | undefined; domains?: readonly string[] | undefined },
  locale: Locale,
): Promise<OrganisationRow> {
  return db.transaction().execute(async (trx) => {
    if ((await findOrganisations(trx, { id })).length === 0) throw new AppError('not_found');
    if (change.name !== undefined) {
      await refuseTakenName(trx, id, change.name, locale);
      await trx.updateTable('organisation').set({ name: change.name }).where('id', '=', id).execute();
    }
    if (change.domains !== undefined) await setDomains(trx, id, change.domains, locale);
    return (await findOrganisations(trx, { id }))[0]!;
  });
}

/** @throws AppError `invalid_input` naming organisationId */
export async function requireOrganisation(trx: Trx, id: string, locale: Locale): Promise<void> {
  const row = await trx.selectFrom('organisation').select('id').where('id', '=', id).executeTakeFirst();
  if (row) return;
  const message = { en: 'There is no such organisation.', 'zh-CN': '该组织不存在。' }[locale];
  throw new AppError('invalid_input', { field: 'organisationId' }, [{ field: 'organisationId', message }]);
}

async function setDomains(trx: Trx, id: string, domains: readonly string[], locale: Locale): Promise<void> {
  await trx.deleteFrom('organisationDomain').where('organisationId', '=', id).execute();
  for (const [index, domain] of domains.entries()) {
    const field = `domains.${index}`;
    if (PUBLIC_MAIL_DOMAINS.has(domain)) throw invalid(field, MESSAGES.publicDomain[locale]);
    const inserted = await trx
      .insertInto('organisationDomain')
      .values({ domain, organisationId: id })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (inserted.numInsertedOrUpdatedRows !== 0n) continue;
    const owner = await trx
      .selectFrom('organisationDomain')
      .innerJoin('organisation', 'organisation.id', 'organisationId')
      .select(['organisation.id', 'organisation.name'])
      .where('domain', '=', domain)
      .executeTakeFirst();
    if (owner && owner.id !== id)
      throw invalid(
        field,
        MESSAGES.domainTaken[locale].replace('{name}', () => owner.name),
      );
  }
}

async function refuseTakenName(trx: Trx, id: string, name: string, locale: Locale): Promise<void> {
  // Held to the end, since two of the same name could come at once.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`organisation:${name.toLowerCase()}`}, 7700))`.execute(trx);
  const other = await trx
    .selectFrom('organisation')
    .select('id')
    .where(sql`lower(name)`, '=', sql`lower(${name})`)
    .where('id', '!=', id)
    .executeTakeFirst();
  if (other) throw invalid('name', MESSAGES.nameTaken[locale]);
}

function invalid(field: string, message: string): AppError {
  return new AppError('invalid_input', { field }, [{ field, message }]);
}
