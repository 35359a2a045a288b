import { randomUUID } from 'node:crypto';
import {
  CSRF_HEADER,
  createContact,
  createIdentityKey,
  createOrganisation,
  getContact,
  getSession,
  listContacts,
  listMail,
  listOrganisations,
  markTicket,
  openTicket,
  openWidgetSession,
  redeemSignInLink,
  requestMagicLink,
  updateMe,
  updateOrganisation,
  updateWorkspace,
} from '@alongside/contracts';
import { SignJWT } from 'jose';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Client } from '../people/testing.ts';
import { newVisitor, opened, snapshot, startTestDesk, type TestDesk } from '../tickets/testing.ts';

let desk: TestDesk;
let key: { id: string; secret: string };
beforeAll(async () => {
  desk = await startTestDesk();
  const { key: made, secret } = (
    await desk.people.administrator.call(createIdentityKey, { body: { name: 'Shop', organisationId: null } })
  ).body;
  key = { id: made.id, secret };
});
afterAll(() => desk?.close());

function identity(claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: key.id })
    .setExpirationTime('10m')
    .sign(new TextEncoder().encode(key.secret));
}

async function widget(body: { identity?: string; token?: string; locale?: 'en' | 'zh-CN' }) {
  const client = new Client(desk.platform);
  const reply = await client.call(openWidgetSession, { body: { locale: 'en', ...body } });
  client.bearer = reply.body.token;
  client.me = reply.body.me;
  return client;
}

const isSignedIn = async (client: Client) => (await client.call(getSession, {})).body.me !== null;

describe('the widget’s session', () => {
  test('a visitor comes back by their token; an unknown one begins anew', async () => {
    const first = await widget({ locale: 'zh-CN' });
    expect(first.me).toMatchObject({
      anonymous: true,
      role: 'customer',
      email: null,
      name: expect.stringMatching(/^访客 /),
    });
    const again = await widget({ token: first.bearer! });
    expect([again.id, again.bearer]).toEqual([first.id, first.bearer]);
    const unknown = await widget({ token: 'not a token of ours' });
    expect(unknown.id).not.toBe(first.id);
    expect(unknown.me!.name).not.toBe((await widget({})).me!.name);
  });

  test('a signed identity is one contact, however often and however parallel', async () => {
    const token = await identity({ sub: 'many', name: 'Mia', email: 'mia@north.test' });
    const clients = await Promise.all(Array.from({ length: 30 }, () => widget({ identity: token })));
    expect(new Set(clients.map((client) => client.id)).size).toBe(1);
    expect(clients[0]!.me).toMatchObject({ name: 'Mia', anonymous: false, organisation: { name: 'North Works' } });
    const renamed = await widget({
      identity: await identity({ sub: 'many', name: 'Mia Marlow' }),
      token: clients[0]!.bearer!,
    });
    expect([renamed.id, renamed.bearer]).toEqual([clients[0]!.id, clients[0]!.bearer]);
    expect(renamed.me).toMatchObject({ name: 'Mia Marlow', email: 'mia@north.test' });
  });

  test('names the organisation, once for all who name it', async () => {
    const clients = await Promise.all(
      ['o1', 'o2', 'o3', 'o4'].map(async (sub, index) =>
        widget({ identity: await identity({ sub, organisation: index % 2 ? 'East Works' : 'EAST WORKS' }) }),
      ),
    );
    expect(new Set(clients.map((client) => client.me!.organisation!.id)).size).toBe(1);
    const ticket = await opened(clients[0]!, 'Seen by colleagues');
    expect(await snapshot(clients[1]!, ticket)).not.toBeNull();
    expect(await snapshot(desk.people.customer, ticket)).toBeNull();
  });

  test('who joins an organisation later keeps what was asked before to themselves, under a new name too', async () => {
    const alone = await widget({ identity: await identity({ sub: 'joins-later', name: 'Ann' }) });
    const ticket = await opened(alone, 'Of me alone');
    const colleague = await widget({ identity: await identity({ sub: 'was-there', organisation: 'Harbour Works' }) });
    for (const name of ['Ann', 'Ann B.']) {
      const ann = await widget({
        identity: await identity({ sub: 'joins-later', name, organisation: 'Harbour Works' }),
      });
      expect(ann.me!.organisation).toEqual(colleague.me!.organisation);
      expect((await snapshot(ann, ticket))!.ticket).toMatchObject({ contact: { name }, organisation: null });
      expect(await snapshot(colleague, ticket)).toBeNull();
    }
  });

  test('takes up the person of that address, but never takes an address from somebody else', async () => {
    const { customer } = desk.people;
    const taken = await widget({
      identity: await identity({ sub: 'cleo', email: 'cleo@north.test', name: 'Cleo Customer' }),
    });
    expect(taken.id).toBe(customer.id);
    const second = await widget({ identity: await identity({ sub: 'impostor', email: 'cleo@north.test' }) });
    expect(second.id).not.toBe(customer.id);
    expect(second.me!.email).toBeNull();
  });

  test('is refused with an identity that does not hold, in the reader’s language', async () => {
    const wrong = { id: key.id, secret: 'another secret' };
    const token = await new SignJWT({ sub: 'x' })
      .setProtectedHeader({ alg: 'HS256', kid: wrong.id })
      .setExpirationTime('10m')
      .sign(new TextEncoder().encode(wrong.secret));
    const client = new Client(desk.platform);
    client.locale = 'zh-CN';
    const reply = await client.call(openWidgetSession, { body: { identity: token, locale: 'zh-CN' } });
    expect([reply.status, reply.error.code]).toEqual([401, 'identity_rejected']);
    expect(reply.error.message).toContain('签名不匹配');
  });

  test('is refused to pages of sites that are not allowed', async () => {
    const { administrator } = desk.people;
    const from = async (origin: string) =>
      (
        await desk.platform.app.inject({
          method: 'POST',
          url: openWidgetSession.path,
          headers: { origin, [CSRF_HEADER]: '1', authorization: 'Bearer none' },
          payload: { locale: 'en' },
        })
      ).statusCode;
    expect(await from('https://anywhere.test')).toBe(403);
    expect(await from('http://localhost:80')).toBe(200);
    await administrator.call(updateWorkspace, { body: { widgetOrigins: ['https://shop.test'] } });
    expect(await from('https://shop.test')).toBe(200);
    expect(await from('https://anywhere.test')).toBe(403);
    await administrator.call(updateWorkspace, { body: { widgetOrigins: [] } });
  });
});

describe('a visitor who is recognised', () => {
  test('brings along tickets and marks, and leaves no way in behind', async () => {
    const visitor = await widget({});
    const id = await opened(visitor, 'Before');
    await visitor.call(markTicket, { params: { id }, body: { deliveredSeq: 2, readSeq: 2 } });
    const known = await widget({
      identity: await identity({ sub: 'vera', name: 'Vera', email: 'vera@north.test' }),
      token: visitor.bearer!,
    });
    expect(known.bearer).not.toBe(visitor.bearer);
    const { ticket, entries } = (await snapshot(known, id))!;
    expect(ticket).toMatchObject({
      contact: { id: known.id, name: 'Vera', anonymous: false },
      organisation: { name: 'North Works' },
    });
    expect(entries.at(-1)).toMatchObject({
      kind: 'change',
      change: { what: 'contact', from: visitor.me!.name, to: 'Vera' },
    });
    const marks = await known.call(markTicket, { params: { id }, body: { deliveredSeq: 0, readSeq: 0 } });
    expect(marks.body.marks).toMatchObject([{ who: { id: known.id, name: 'Vera' }, readSeq: 2 }]);
    expect(await isSignedIn(visitor)).toBe(false);
    expect((await widget({ token: visitor.bearer! })).id).not.toBe(known.id);
    expect((await desk.people.engineer.call(getContact, { params: { id: known.id } })).body.tickets).toHaveLength(1);
  });

  test('loses nothing that is being written meanwhile, and repeats of it still succeed', async () => {
    const visitor = await widget({});
    const token = await identity({ sub: 'walter', name: 'Walter' });
    const messages = Array.from({ length: 20 }, (_, index) => ({ id: randomUUID(), body: `m${index}` }));
    const send = (client: Client, message: (typeof messages)[number]) =>
      client.call(openTicket, { body: { id: randomUUID(), channel: 'widget', conversation: 'current', message } });
    const [known, ...replies] = await Promise.all([
      widget({ identity: token, token: visitor.bearer! }),
      ...messages.map((message) => send(visitor, message)),
    ]);
    expect(replies.filter((reply) => reply.status !== 200).every((reply) => reply.status === 401)).toBe(true);
    // The outbox tries again as who they are now.
    for (const message of messages) expect((await send(known, message)).status).toBe(200);
    const { platform } = desk;
    const rows = await platform.db
      .selectFrom('ticket')
      .select(['id', 'contactId'])
      .where('contactId', 'in', [visitor.id, known.id])
      .execute();
    expect(rows.map((row) => row.contactId)).toEqual(rows.map(() => known.id));
    const bodies: string[] = [];
    for (const { id } of rows)
      for (const entry of (await snapshot(known, id))!.entries) if (entry.kind === 'message') bodies.push(entry.body);
    expect(bodies.sort()).toEqual(messages.map((message) => message.body).sort());
  });

  test('two pages recognising at once claim once', async () => {
    const visitor = await widget({});
    const id = await opened(visitor, 'Once');
    const token = await identity({ sub: 'twice', name: 'Tess' });
    const [a, b] = await Promise.all([1, 2].map(() => widget({ identity: token, token: visitor.bearer! })));
    expect(a!.id).toBe(b!.id);
    const claims = (await snapshot(a!, id))!.entries.filter(
      (entry) => entry.kind === 'change' && entry.change.what === 'contact',
    );
    expect(claims).toHaveLength(1);
  });

  test('a known person’s token claims nothing for another', async () => {
    const ann = await widget({ identity: await identity({ sub: 'ann' }) });
    const id = await opened(ann, 'Ann’s');
    const ben = await widget({ identity: await identity({ sub: 'ben' }), token: ann.bearer! });
    expect(await snapshot(ben, id)).toBeNull();
    expect(await snapshot(ann, id)).not.toBeNull();
  });

  test('an address left to be answered at proves nothing', async () => {
    const visitor = await widget({});
    const id = await opened(visitor, 'Answer me');
    const left = await visitor.call(updateMe, { body: { email: 'Colin@North.test', name: 'Not Colin' } });
    expect(left.body.me).toMatchObject({
      email: 'colin@north.test',
      anonymous: true,
      organisation: null,
      id: visitor.id,
    });
    expect(await snapshot(desk.people.colleague, id)).toBeNull();
    expect(
      (await desk.people.engineer.call(listContacts, { query: { search: 'colin@north' } })).body.contacts,
    ).toHaveLength(1);
    const known = await desk.people.customer.call(updateMe, { body: { email: 'new@north.test' } });
    expect([known.status, known.error.field]).toEqual([422, 'email']);
  });

  test('changing one thing leaves what somebody else changes at the same moment', async () => {
    const visitor = await widget({});
    const { db } = desk.platform;
    const changing = await db.transaction().execute(async (trx) => {
      await trx.updateTable('contact').set({ email: 'proven@north.test' }).where('id', '=', visitor.id).execute();
      const running = visitor.call(updateMe, { body: { theme: 'dark' } });
      await vi.waitUntil(async () => {
        const waiting = sql`select 1 from pg_stat_activity
          where wait_event_type = 'Lock' and datname = current_database()`;
        return (await waiting.execute(db)).rows.length > 0;
      });
      return { running };
    });
    expect((await changing.running).body.me).toMatchObject({ email: 'proven@north.test', theme: 'dark' });
  });
});

describe('magic links', () => {
  const lastMail = async (to: string) =>
    (await desk.people.administrator.call(listMail, {})).body.mails.find((mail) => mail.to === to);
  const tokenIn = (text: string) => /\/portal\/sign-in#t=([\w-]+)/.exec(text)![1]!;

  test('come by mail in the reader’s language and sign in once', async () => {
    const client = new Client(desk.platform);
    await client.call(requestMagicLink, { body: { email: 'Otto@South.test', locale: 'zh-CN' } });
    const mail = (await lastMail('otto@south.test'))!;
    expect(mail.subject).toBe('登录 Acme 支持中心');
    expect(mail.text).toContain('Otto Other，您好');
    const token = tokenIn(mail.text);
    expect((await client.call(redeemSignInLink, { body: { token } })).body.me).toMatchObject({
      name: 'Otto Other',
      organisation: { name: 'South Works' },
    });
    expect(client.cookies.alongside_customer).toBeDefined();
    expect(await isSignedIn(client)).toBe(true);
    expect((await new Client(desk.platform).call(redeemSignInLink, { body: { token } })).error.code).toBe(
      'link_expired',
    );
  });

  test('are answered alike for unknown addresses, which get no mail', async () => {
    const client = new Client(desk.platform);
    const ask = async (email: string) => {
      const from = performance.now();
      const { status, body } = await client.call(requestMagicLink, { body: { email, locale: 'en' } });
      return { answer: { status, body }, tookMs: performance.now() - from };
    };
    const known = await ask('colin@north.test');
    const unknown = await ask('nobody@nowhere.test');
    expect(unknown.answer).toEqual(known.answer);
    for (const { tookMs } of [known, unknown]) expect(tookMs).toBeGreaterThan(240);
    expect(await lastMail('nobody@nowhere.test')).toBeUndefined();
    expect(await lastMail('colin@north.test')).toBeDefined();
  });

  test('do not fill a mailbox', async () => {
    const client = new Client(desk.platform);
    await Promise.all(
      Array.from({ length: 6 }, () =>
        client.call(requestMagicLink, { body: { email: 'full@north.test', locale: 'en' } }),
      ),
    );
    const { mails } = (await desk.people.administrator.call(listMail, {})).body;
    expect(mails.filter((mail) => mail.to === 'full@north.test')).toHaveLength(3);
  });

  test('make a colleague of a customer’s domain known', async () => {
    const client = new Client(desk.platform);
    await client.call(requestMagicLink, { body: { email: 'nina@north.test', locale: 'en' } });
    const { text } = (await lastMail('nina@north.test'))!;
    const { me } = (await client.call(redeemSignInLink, { body: { token: tokenIn(text) } })).body;
    expect(me).toMatchObject({ name: 'nina', anonymous: false, organisation: { name: 'North Works' } });
  });

  test('asked for by a visitor, bring their conversation along, in another browser too', async () => {
    const visitor = await newVisitor(desk.platform);
    const id = await opened(visitor, 'From the widget');
    await visitor.call(updateMe, { body: { name: 'Wanda', email: 'wanda@elsewhere.test' } });
    await visitor.call(requestMagicLink, { body: { email: 'wanda@elsewhere.test', locale: 'en' } });
    const phone = new Client(desk.platform);
    const { text } = (await lastMail('wanda@elsewhere.test'))!;
    phone.me = (await phone.call(redeemSignInLink, { body: { token: tokenIn(text) } })).body.me;
    expect(phone.me).toMatchObject({ name: 'Wanda', email: 'wanda@elsewhere.test', anonymous: false });
    expect((await snapshot(phone, id))!.ticket.contact).toMatchObject({ id: phone.id, name: 'Wanda' });
    expect(await isSignedIn(visitor)).toBe(false);
  });
});

describe('the directory', () => {
  test('keeps a domain for one organisation, and public ones for none', async () => {
    const { lead } = desk.people;
    const make = (name: string, domains: string[], id: string = randomUUID()) =>
      lead.call(createOrganisation, { body: { id, name, domains } });
    const id = randomUUID();
    expect((await make('West Works', ['West.test'], id)).body.organisation).toMatchObject({
      domains: ['west.test'],
      contactCount: 0,
    });
    expect((await make('West Works', ['west.test'], id)).status).toBe(200);
    expect((await make('Other name', [], id)).error.code).toBe('id_conflict');
    const atOnce = randomUUID();
    const repeats = await Promise.all(Array.from({ length: 5 }, () => make('At Once', ['at-once.test'], atOnce)));
    expect(repeats.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect((await make('WEST works', [])).error.field).toBe('name');
    const taken = await make('Thieves', ['thieves.test', 'west.test']);
    expect([taken.error.field, taken.error.issues![0]!.message]).toEqual([
      'domains.1',
      'This domain belongs to West Works.',
    ]);
    expect((await make('Everybody', ['gmail.com'])).error.field).toBe('domains.0');
    expect((await lead.call(listOrganisations, { query: { search: 'thieves' } })).body.organisations).toEqual([]);
    const moved = await lead.call(updateOrganisation, {
      params: { id },
      body: { domains: ['west.test', 'west2.test'] },
    });
    expect(moved.body.organisation.domains).toEqual(['west.test', 'west2.test']);
  });

  test('adds a person once and finds their organisation', async () => {
    const { engineer } = desk.people;
    const body = { id: randomUUID(), name: 'Nora', email: 'nora@north.test' };
    const made = await engineer.call(createContact, { body });
    expect(made.body.contact).toMatchObject({ organisation: { name: 'North Works' }, anonymous: false });
    expect((await engineer.call(createContact, { body })).body).toEqual(made.body);
    const twice = await engineer.call(createContact, { body: { ...body, id: randomUUID() } });
    expect([twice.error.code, twice.error.field]).toEqual(['email_taken', 'email']);
    const nowhere = await engineer.call(createContact, {
      body: { id: randomUUID(), name: 'N', email: 'n@n.test', organisationId: randomUUID() },
    });
    expect(nowhere.error.field).toBe('organisationId');
  });

  test('lists people page by page, visitors only when asked for', async () => {
    const { engineer } = desk.people;
    for (let index = 0; index < 60; index += 1)
      await engineer.call(createContact, {
        body: { id: randomUUID(), name: `Page ${index}`, email: `p${index}@pages.test` },
      });
    const names: string[] = [];
    for (let before: string | undefined; ; ) {
      const page = (
        await engineer.call(listContacts, { query: { search: 'pages.test', ...(before ? { before } : {}) } })
      ).body;
      names.push(...page.contacts.map((contact) => contact.name));
      if (page.next === null) break;
      before = page.next;
    }
    expect(names).toEqual(Array.from({ length: 60 }, (_, index) => `Page ${59 - index}`));
    const visitor = await newVisitor(desk.platform);
    const search = visitor.me!.name;
    expect((await engineer.call(listContacts, { query: { search } })).body.contacts).toEqual([]);
    expect((await engineer.call(listContacts, { query: { search, anonymous: 'include' } })).body.contacts[0]!.id).toBe(
      visitor.id,
    );
    expect((await engineer.call(listContacts, { query: { search: '%' } })).body.contacts).toEqual([]);
  });
});
