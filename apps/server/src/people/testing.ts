import { randomUUID } from 'node:crypto';
import {
  CSRF_HEADER,
  type ErrorReply,
  type Me,
  type Route,
  type RouteInput,
  type RouteReply,
  redeemSignInLink,
  type StaffRole,
  setUpWorkspace,
  signInStaff,
} from '@alongside/contracts';
import type { Platform } from '../platform/platform.ts';
import { createStaff } from './actions.ts';
import { SESSION_COOKIES } from './cookies.ts';
import { createPasswords } from './passwords.ts';
import { createSignInLink } from './session.actions.ts';

export const PASSWORD = 'correct horse battery';

/** What a test sees of a reply: the body the contract promises, or the error's. */
export type Answer<R extends Route> = {
  status: number;
  /** Of a success; reading it of a failure fails the test with the error. */
  readonly body: RouteReply<R>;
  readonly error: ErrorReply['error'];
  headers: Record<string, unknown>;
};

/** Someone who calls the server as a browser would, with the session they got. */
export class Client {
  readonly platform: Pick<Platform, 'app'>;
  me: Me | null = null;
  bearer: string | null = null;
  cookies: Record<string, string> = {};
  locale = 'en';
  /** Where it seems to be. */
  address = '127.0.0.1';

  constructor(platform: Pick<Platform, 'app'>) {
    this.platform = platform;
  }

  get id(): string {
    if (this.me === null) throw new Error('not signed in');
    return this.me.id;
  }

  async call<R extends Route>(contract: R, input: RouteInput<R>): Promise<Answer<R>> {
    const { params, query, body } = input as Record<string, Record<string, string> | undefined>;
    const url = contract.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params?.[name])));
    return this.raw(contract.method, query === undefined ? url : `${url}?${new URLSearchParams(query)}`, body);
  }

  async raw<R extends Route>(method: Route['method'], url: string, body?: unknown): Promise<Answer<R>> {
    const reply = await this.platform.app.inject({
      method,
      url,
      remoteAddress: this.address,
      headers: {
        [CSRF_HEADER]: '1',
        'accept-language': this.locale,
        ...(this.bearer === null ? {} : { authorization: `Bearer ${this.bearer}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      cookies: this.cookies,
      ...(body === undefined ? {} : { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    for (const { name, value, maxAge } of reply.cookies) {
      if (value === '' || maxAge === 0) delete this.cookies[name];
      else this.cookies[name] = value;
    }
    const parsed = reply.json();
    return {
      status: reply.statusCode,
      headers: reply.headers,
      get body() {
        if (parsed.error) throw new Error(`${method} ${url}: ${reply.statusCode} ${JSON.stringify(parsed.error)}`);
        return parsed;
      },
      get error() {
        if (!parsed.error) throw new Error(`${method} ${url}: ${reply.statusCode}, not an error`);
        return parsed.error;
      },
    };
  }

  /** Credentials as a socket's opening request carries them. */
  get origin() {
    return { address: this.address, cookies: this.cookies, bearer: this.bearer };
  }
}

/** Sets the workspace up through its first-run page. */
export async function setUp(platform: Platform, name = 'Ada Admin'): Promise<Client> {
  const client = new Client(platform);
  const body = { workspaceName: 'Acme', name, email: 'admin@acme.test', password: PASSWORD, locale: 'en' as const };
  client.me = (await client.call(setUpWorkspace, { body })).body.me;
  return client;
}

// One hash for everybody: each costs 30 ms.
let hashed: Promise<string> | undefined;

/** A member of staff, signed in with e-mail and password. */
export async function signedInStaff(platform: Platform, role: StaffRole, name: string): Promise<Client> {
  hashed ??= createPasswords().hash(PASSWORD);
  const email = `${role}-${randomUUID().slice(0, 8)}@acme.test`;
  await createStaff(platform.db, { name, email, role, passwordHash: await hashed });
  const client = new Client(platform);
  client.me = (await client.call(signInStaff, { body: { email, password: PASSWORD } })).body.me;
  return client;
}

/** A customer's person, signed in with a magic link. */
export async function signedInCustomer(platform: Platform, email: string): Promise<Client> {
  const token = await createSignInLink(platform.db, { email, visitorId: null }, 'en');
  const client = new Client(platform);
  client.me = (await client.call(redeemSignInLink, { body: { token: token! } })).body.me;
  if (client.cookies[SESSION_COOKIES.customer] === undefined) throw new Error('no session');
  return client;
}
