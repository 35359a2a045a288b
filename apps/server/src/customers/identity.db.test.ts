import { randomUUID } from 'node:crypto';
import {
  createContact,
  createIdentityKey,
  deleteIdentityKey,
  getSession,
  type IdentityKey,
  listIdentityKeys,
  listMail,
  openWidgetSession,
  redeemSignInLink,
  requestMagicLink,
} from '@alongside/contracts';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client } from '../people/testing.ts';
import { opened, snapshot, startTestDesk, type TestDesk } from '../tickets/testing.ts';

type Key = { key: IdentityKey; secret: string };

let desk: TestDesk;
let shop: Key;
let north: Key;
beforeAll(async () => {
  desk = await startTestDesk();
  shop = await make('Shop', null);
  north = await make('North', desk.organisationId);
});
afterAll(() => desk?.close());

async function make(name: string, organisationId: string | null): Promise<Key> {
  return (await desk.people.administrator.call(createIdentityKey, { body: { name, organisationId } })).body;
}

function sign({ key, secret }: Key, claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: key.id })
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(secret));
}

async function enter(by: Key, claims: Record<string, unknown>): Promise<Client> {
  const client = new Client(desk.platform);
  const body = { identity: await sign(by, claims), locale: 'en' as const };
  const reply = (await client.call(openWidgetSession, { body })).body;
  client.bearer = reply.token;
  client.me = reply.me;
  return client;
}

async function refusal(by: Key, claims: Record<string, unknown>) {
  const body = { identity: await sign(by, claims), locale: 'en' as const };
  return (await new Client(desk.platform).call(openWidgetSession, { body })).error;
}

describe('identity keys', () => {
  test('show their secret once and nowhere else', async () => {
    const { administrator } = desk.people;
    const { key, secret } = await make('Once', null);
    await enter({ key, secret }, { sub: 'once' });
    const { keys } = (await administrator.call(listIdentityKeys, {})).body;
    expect(keys.find(({ id }) => id === key.id)).toMatchObject({ name: 'Once', lastUsedAt: expect.any(String) });
    expect(JSON.stringify(keys)).not.toContain(secret);
    expect(secret.length).toBeGreaterThanOrEqual(43);
  });

  test('say for whom they vouch, and whoever makes one must say it', async () => {
    const { administrator } = desk.people;
    const { keys } = (await administrator.call(listIdentityKeys, {})).body;
    expect(keys).toMatchObject([
      { name: 'Shop', organisation: null },
      { name: 'North', organisation: { id: desk.organisationId, name: 'North Works' } },
      {},
    ]);
    const unsaid = await administrator.raw('POST', createIdentityKey.path, { name: 'Unsaid' });
    expect([unsaid.status, unsaid.error.field]).toEqual([422, 'organisationId']);
    const nobody = await administrator.call(createIdentityKey, {
      body: { name: 'Nobody', organisationId: randomUUID() },
    });
    expect([nobody.status, nobody.error.field]).toEqual([422, 'organisationId']);
  });

  test('sign nothing any more once revoked', async () => {
    const { administrator } = desk.people;
    const old = await make('Old', null);
    expect((await enter(old, { sub: 'late' })).me!.anonymous).toBe(false);
    await administrator.call(deleteIdentityKey, { params: { id: old.key.id } });
    expect((await refusal(old, { sub: 'late' })).code).toBe('identity_rejected');
    expect((await administrator.call(deleteIdentityKey, { params: { id: old.key.id } })).status).toBe(404);
  });
});

describe('an organisation’s own key', () => {
  test('vouches for its people, named or not, and for no other’s', async () => {
    for (const claims of [{}, { organisation: 'north works' }])
      expect((await enter(north, { sub: 'nils', ...claims })).me!.organisation).toMatchObject({
        id: desk.organisationId,
      });
    const foreign = await refusal(north, { sub: 'nils', organisation: 'South Works' });
    expect([foreign.code, foreign.details!.reason]).toEqual([
      'identity_rejected',
      'its signing key belongs to another organisation',
    ]);
    expect((await refusal(north, { sub: 'nils', organisation: 'Made Up Works' })).code).toBe('identity_rejected');
  });

  test('numbers its people by itself: the same id by another key is somebody else', async () => {
    const ours = await enter(shop, { sub: '1', name: 'One of the shop', organisation: 'South Works' });
    const id = await opened(ours, 'Not for the North');
    const theirs = await enter(north, { sub: '1', name: 'One of the North' });
    expect(theirs.id).not.toBe(ours.id);
    expect(await snapshot(theirs, id)).toBeNull();
    expect((await enter(north, { sub: '1' })).id).toBe(theirs.id);
    expect((await enter(shop, { sub: '1' })).me).toMatchObject({ id: ours.id, name: 'One of the shop' });
  });

  test('takes up its own people by their address, and nobody of another organisation', async () => {
    const { customer, otherCustomer } = desk.people;
    const cleo = await enter(north, { sub: 'cleo', email: 'cleo@north.test' });
    expect(cleo.id).toBe(customer.id);
    const otto = await enter(north, { sub: 'otto', email: 'otto@south.test' });
    expect(otto.id).not.toBe(otherCustomer.id);
    expect(otto.me).toMatchObject({ email: null, organisation: { id: desk.organisationId } });
    expect((await otherCustomer.call(getSession, {})).body.me).toMatchObject({ email: 'otto@south.test' });
    // A person of no organisation is nobody's to take up either.
    const { engineer } = desk.people;
    const id = randomUUID();
    await engineer.call(createContact, { body: { id, name: 'Free', email: 'free@anywhere.test' } });
    expect((await enter(north, { sub: 'free', email: 'free@anywhere.test' })).id).not.toBe(id);
  });

  test('keeps the owner of an address outside its domains from nothing', async () => {
    const said = await enter(north, { sub: 'sofia', name: 'Sofia?', email: 'sofia@south.test' });
    // Answers still go there.
    expect(said.me!.email).toBe('sofia@south.test');
    const owner = new Client(desk.platform);
    await owner.call(requestMagicLink, { body: { email: 'sofia@south.test', locale: 'en' } });
    const { mails } = (await desk.people.administrator.call(listMail, {})).body;
    const token = /#t=([\w-]+)/.exec(mails.find((mail) => mail.to === 'sofia@south.test')!.text)![1]!;
    owner.me = (await owner.call(redeemSignInLink, { body: { token } })).body.me;
    expect(owner.me).toMatchObject({ name: 'sofia', organisation: { name: 'South Works' } });
    expect(owner.id).not.toBe(said.id);
    // The proven one has it from now on, and the claim neither takes it back nor breaks.
    expect((await enter(north, { sub: 'sofia', email: 'sofia@south.test' })).id).toBe(said.id);
    expect((await owner.call(getSession, {})).body.me).toMatchObject({ email: 'sofia@south.test' });
  });

  test('gives up no proven address for one that is merely said', async () => {
    const nora = await enter(north, { sub: 'nora', email: 'nora@north.test' });
    const again = await enter(north, { sub: 'nora', email: 'nora@elsewhere.test' });
    expect([again.id, again.me!.email]).toEqual([nora.id, 'nora@north.test']);
  });
});
