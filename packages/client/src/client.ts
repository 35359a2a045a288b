import type { Me } from '@alongside/contracts';
import type { Api } from './api.ts';
import type { CallController } from './call/controller.ts';
import type { Connection } from './connection.ts';
import type { Drafts } from './drafts.ts';
import type { Files } from './files.ts';
import type { InboxFeed } from './inbox-feed.ts';
import type { InboxQuery, InboxStore } from './inbox-store.ts';
import type { Outbox } from './outbox.ts';
import type { Sound } from './sound.ts';
import type { TicketStore } from './ticket-store.ts';
import type { Uploads } from './uploads.ts';

export type ClientOptions = {
  api: Api;
  /** The signed-in person: make a new client when it changes. */
  me: Me;
  uploadMaxBytes: number;
};

/** All of the SDK for one signed-in person. */
export type Client = {
  readonly api: Api;
  readonly me: Me;
  readonly connection: Connection;
  readonly feed: InboxFeed;
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly uploads: Uploads;
  readonly files: Files;
  readonly sound: Sound;
  readonly call: CallController;
  /** Opens a ticket live (id, not number). Each call must be closed; the same ticket is shared underneath. */
  openTicket(ticketId: string): TicketStore;
  openInbox(query: InboxQuery): InboxStore;
  /** Ends every timer, socket, upload and call. */
  close(): void;
};

export declare function createClient(options: ClientOptions): Client;
