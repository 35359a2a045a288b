import type { ActorRef, Call, Me } from '@alongside/contracts';
import type { Api } from './api.ts';
import { createCallController } from './call/controller.ts';
import type { CallController } from './call/model.ts';
import { createConnection } from './connection.ts';
import type { Connection } from './connection-types.ts';
import { createDrafts, type Drafts } from './drafts.ts';
import { createFiles, type Files } from './files.ts';
import { createInboxFeed, type InboxFeed } from './inbox-feed.ts';
import { createInboxStore, type InboxQuery, type InboxStore } from './inbox-store.ts';
import { createOutbox, type Outbox } from './outbox.ts';
import { openPersistence } from './persistence.ts';
import { hurryConnection, onReached } from './reached.ts';
import { createSound, type Sound } from './sound.ts';
import { openTabBus } from './tabs.ts';
import { createTicketStore, type OwnedTicketStore, type TicketStore } from './ticket-store.ts';
import { createUploads, type Uploads } from './uploads.ts';

export type ClientOptions = {
  api: Api;
  /** The signed-in person: make a new client when it changes. */
  me: Me;
  /** From the workspace: files larger than this are refused before anything is sent. */
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
  /** Opens a ticket live (id, not number). Each must be closed; the same ticket is shared underneath. */
  openTicket(ticketId: string): TicketStore;
  openInbox(query: InboxQuery): InboxStore;
  /** Ends every timer, socket, upload and call. */
  close(): void;
};

type SharedTicket = { store: OwnedTicketStore; holders: number };

/** Opens everything one signed-in person needs in a page. Close it when they sign out or the page goes. */
export function createClient(options: ClientOptions): Client {
  const { api, me } = options;
  const actor: ActorRef = { kind: me.role === 'customer' ? 'customer' : 'staff', id: me.id, name: me.name };
  const persistence = openPersistence();
  const tabs = openTabBus();
  const connection = createConnection({ api, personId: me.id });
  const feed = createInboxFeed({ api, me, connection });
  const uploads = createUploads({ api, personId: me.id, maxBytes: options.uploadMaxBytes, persistence, tabs });
  const files = createFiles(api);
  const drafts = createDrafts(persistence, me.id);
  const sound = createSound();
  const tickets = new Map<string, SharedTicket>();

  const outbox = createOutbox({
    api,
    me: actor,
    persistence,
    tabs,
    uploads,
    onSent(message, events) {
      uploads.forget(message.files.map((file) => file.id));
      const store = tickets.get(message.ticketId)?.store;
      // A repeat brings no events: then the log has it already, though this page may not have seen it yet.
      if (store && (events.length === 0 || !store.apply(events))) void store.refresh();
    },
  });

  function openTicket(ticketId: string): TicketStore {
    const shared = tickets.get(ticketId) ?? {
      store: createTicketStore({ api, me, connection, outbox, ticketId }),
      holders: 0,
    };
    tickets.set(ticketId, shared);
    shared.holders += 1;
    let open = true;
    return {
      ...shared.store,
      close() {
        if (!open) return;
        open = false;
        shared.holders -= 1;
        if (shared.holders > 0) return;
        tickets.delete(ticketId);
        shared.store.close();
      },
    };
  }

  function followCall(ticketId: string, callId: string, onCall: (call: Call) => void): () => void {
    const ticket = openTicket(ticketId);
    let last: Call | null = null;
    const look = () => {
      const entries = ticket.getSnapshot().view?.entries ?? [];
      for (const entry of entries) {
        if (entry.kind !== 'call' || entry.call.id !== callId || entry.call === last) continue;
        last = entry.call;
        onCall(entry.call);
      }
    };
    const stop = ticket.subscribe(look);
    look();
    return () => {
      stop();
      ticket.close();
    };
  }

  const call = createCallController({
    api,
    me,
    followCall,
    clockOffsetMs: () => connection.getSnapshot().clockOffsetMs,
    onReached: (listener) => onReached(connection, listener),
    ringing: feed.ringing,
    onAnswered: (callId) => feed.dismissRing(callId),
  });
  const stopBells = ringBells(feed, call, sound);
  const stopHurrying = hurryConnection(connection, call);

  return {
    api,
    me,
    connection,
    feed,
    outbox,
    drafts,
    uploads,
    files,
    sound,
    call,
    openTicket,
    openInbox: (query) => createInboxStore({ api, me, feed, query }),
    close() {
      stopBells();
      stopHurrying();
      call.close();
      for (const { store } of tickets.values()) store.close();
      tickets.clear();
      outbox.close();
      drafts.close();
      uploads.close();
      files.close();
      feed.close();
      connection.close();
      sound.close();
      tabs.close();
    },
  };
}

/** Rings while somebody calls and one is in no call; lets the caller hear that it rings over there. */
function ringBells(feed: InboxFeed, call: CallController, sound: Sound): () => void {
  let bell: { kind: 'ring' | 'ringback'; stop: () => void } | null = null;
  const look = () => {
    const { phase } = call.getSnapshot();
    const isFree = phase === 'idle' || phase === 'ended' || phase === 'failed';
    const wanted = phase === 'ringing' ? 'ringback' : isFree && feed.ringing.getSnapshot().length > 0 ? 'ring' : null;
    if (wanted === (bell?.kind ?? null)) return;
    bell?.stop();
    bell = wanted && { kind: wanted, stop: sound[wanted]() };
  };
  const stops = [feed.ringing.subscribe(look), call.subscribe(look)];
  look();
  return () => {
    for (const stop of stops) stop();
    bell?.stop();
  };
}
