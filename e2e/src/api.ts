import { randomUUID } from 'node:crypto';
import type { TicketView } from '@alongside/contracts';

/** A person who talks to the server as programs do, without a browser. */
export type Person = {
  /** @throws Error with status and body on any answer that is not a success */
  request<T>(method: string, path: string, body?: unknown): Promise<T>;
  ticket(id: string): Promise<TicketView>;
};

/** @param headers what identifies the person: a cookie or a bearer token */
export function person(origin: () => string, headers: Record<string, string>): Person {
  const request = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const reply = await fetch(origin() + path, {
      method,
      headers: {
        'x-alongside': '1',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${text}`);
    return JSON.parse(text) as T;
  };
  return { request, ticket: async (id) => (await request<{ view: TicketView }>('GET', `/api/tickets/${id}`)).view };
}

/** The first administrator of an empty workspace. */
export async function setUpAdministrator(origin: () => string): Promise<Person> {
  const reply = await fetch(`${origin()}/api/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-alongside': '1' },
    body: JSON.stringify({
      workspaceName: 'Acme',
      name: '林薇',
      email: 'lin@acme.test',
      password: randomUUID(),
      locale: 'en',
    }),
  });
  if (!reply.ok) throw new Error(`setup: ${reply.status} ${await reply.text()}`);
  return person(origin, {
    cookie: reply.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; '),
  });
}

/** A new visitor of the widget. */
export async function visitor(origin: () => string): Promise<Person> {
  const { token } = await person(origin, {}).request<{ token: string }>('POST', '/api/widget/session', {
    locale: 'en',
  });
  return person(origin, { authorization: `Bearer ${token}` });
}

/** Opens a ticket with one message and answers its id. */
export async function openTicket(customer: Person, body: string): Promise<string> {
  const id = randomUUID();
  await customer.request('POST', '/api/tickets', { id, channel: 'widget', message: { id: randomUUID(), body } });
  return id;
}

/** Whom a printed or mailed link signs in. The link is spent by it. */
export async function signIn(origin: () => string, link: string): Promise<Person> {
  const token = new URLSearchParams(new URL(link).hash.slice(1)).get('t');
  const reply = await fetch(`${origin()}/api/sign-in-link/redeem`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-alongside': '1' },
    body: JSON.stringify({ token }),
  });
  if (!reply.ok) throw new Error(`sign-in: ${reply.status} ${await reply.text()}`);
  const cookies = reply.headers.getSetCookie().map((one) => one.split(';')[0]);
  return person(origin, { cookie: cookies.join('; ') });
}
