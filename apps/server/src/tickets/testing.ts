import { randomUUID } from 'node:crypto';
import {
  getTicket,
  openTicket,
  openWidgetSession,
  type RouteInput,
  type ServerFrame,
  type TicketView,
} from '@alongside/contracts';
import { vi } from 'vitest';
import { createContact } from '../customers/actions.ts';
import { customersFeature } from '../customers/feature.ts';
import { createOrganisation } from '../customers/organisation.actions.ts';
import { peopleFeature } from '../people/feature.ts';
import { Client, setUp, signedInCustomer, signedInStaff } from '../people/testing.ts';
import { plansFeature } from '../plans/feature.ts';
import type { Feature, Platform } from '../platform/platform.ts';
import { startTestServer } from '../platform/testing.ts';
import { ticketsFeature } from './feature.ts';

/** Everybody who can look at a ticket in a different way. The ticket of these tests is the customer's. */
export const ROLES_OF_READERS = [
  'customer',
  'colleague',
  'otherCustomer',
  'visitor',
  'engineer',
  'lead',
  'administrator',
] as const;
export type ReaderName = (typeof ROLES_OF_READERS)[number];

export type TestDesk = Awaited<ReturnType<typeof startTestDesk>>;

/** A running server with one signed-in person of each kind: two organisations, a visitor, the team. */
export async function startTestDesk(moreFeatures: readonly Feature[] = [], env: Record<string, string> = {}) {
  const server = await startTestServer(
    [peopleFeature, customersFeature, plansFeature, ticketsFeature, ...moreFeatures],
    { env },
  );
  const { platform } = server;
  const administrator = await setUp(platform);
  const [ours, theirs] = [randomUUID(), randomUUID()];
  await createOrganisation(platform.db, { id: ours, name: 'North Works', domains: ['north.test'] }, 'en');
  await createOrganisation(platform.db, { id: theirs, name: 'South Works', domains: ['south.test'] }, 'en');
  for (const [name, email] of [
    ['Cleo Customer', 'cleo@north.test'],
    ['Colin Colleague', 'colin@north.test'],
    ['Otto Other', 'otto@south.test'],
  ] as const)
    await createContact(platform.db, { id: randomUUID(), name, email }, 'en');
  const people: Record<ReaderName, Client> = {
    customer: await signedInCustomer(platform, 'cleo@north.test'),
    colleague: await signedInCustomer(platform, 'colin@north.test'),
    otherCustomer: await signedInCustomer(platform, 'otto@south.test'),
    visitor: await newVisitor(platform),
    engineer: await signedInStaff(platform, 'engineer', 'Eve Engineer'),
    lead: await signedInStaff(platform, 'lead', 'Liam Lead'),
    administrator,
  };
  return { server, platform, people, organisationId: ours, close: () => server.close() };
}

/** Somebody who opens the widget for the first time. */
export async function newVisitor(platform: Platform): Promise<Client> {
  const client = new Client(platform);
  const { token, me } = (await client.call(openWidgetSession, { body: { locale: 'en' } })).body;
  client.bearer = token;
  client.me = me;
  return client;
}

/** Opens a ticket over HTTP. @returns its id */
export async function opened(
  client: Client,
  body: string,
  more: Partial<RouteInput<typeof openTicket>['body']> = {},
): Promise<string> {
  const input = { id: randomUUID(), channel: 'portal' as const, message: { id: randomUUID(), body }, ...more };
  return (await client.call(openTicket, { body: input })).body.ticketId;
}

/** The fresh snapshot. @returns null where this reader gets 404 */
export async function snapshot(client: Client, ticketId: string): Promise<TicketView | null> {
  const reply = await client.call(getTicket, { params: { id: ticketId } });
  return reply.status === 404 ? null : reply.body.view;
}

/** A live connection without a network between: everything above the wire is the real thing. */
export class LiveClient {
  readonly frames: ServerFrame[] = [];
  closedWith: number | null = null;
  readonly #send: (text: string) => void;
  readonly #closed: () => void;
  #lastId = 0;

  private constructor(platform: Platform, client: Client) {
    const { receive, closed } = platform.sockets.open(
      {
        send: (text) => void this.frames.push(JSON.parse(text)),
        close: (code) => {
          this.closedWith = code;
        },
        terminate: () => {
          this.closedWith = 1006;
        },
        bufferedBytes: () => 0,
      },
      client.origin,
    );
    this.#send = receive;
    this.#closed = closed;
  }

  static async open(platform: Platform, client: Client): Promise<LiveClient> {
    const live = new LiveClient(platform, client);
    live.send({ t: 'hello', protocol: 1, locale: 'en' });
    await until('the answer to hello', () => live.of('welcome').length > 0 || live.of('refused').length > 0);
    return live;
  }

  send(frame: object): void {
    this.#send(JSON.stringify(frame));
  }

  /** Subscribes and waits for the answer. @returns the subscription's number */
  async subscribe(
    topic:
      | { topic: 'ticket'; ticketId: string; since: number }
      | { topic: 'inbox'; since: number }
      | { topic: 'watching'; ticketId: string; since: 0 },
  ) {
    this.#lastId += 1;
    const id = this.#lastId;
    this.send({ t: 'subscribe', id, ...topic });
    await until('the answer to subscribe', () =>
      this.frames.some((frame) => 'id' in frame && frame.id === id && /live|reset|refused/.test(frame.t)),
    );
    return id;
  }

  of<T extends ServerFrame['t']>(type: T): Extract<ServerFrame, { t: T }>[] {
    return this.frames.filter((frame): frame is Extract<ServerFrame, { t: T }> => frame.t === type);
  }

  close(): void {
    this.#closed();
  }
}

/** Waits for a condition, looking often: most of these come within milliseconds. */
export async function until(what: string, look: () => boolean): Promise<void> {
  await vi.waitUntil(look, { interval: 5 }).catch((error) => {
    throw new Error(`waited in vain for: ${what}`, { cause: error });
  });
}
