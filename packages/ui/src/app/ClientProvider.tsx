import type {
  Api,
  Client,
  InboxQuery,
  InboxSnapshot,
  InboxStore,
  Store,
  TicketSnapshot,
  TicketStore,
} from '@alongside/client';
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';

const Context = createContext<Client | null>(null);
const ApiContext = createContext<Api | null>(null);

/** Gives the pieces that need the server (files, uploads, drafts, outbox) the signed-in person's client. */
export function ClientProvider({ client, children }: { client: Client; children: ReactNode }) {
  return <Context value={client}>{children}</Context>;
}

/** Gives pages that need no person the way to the server. */
export function ApiProvider({ api, children }: { api: Api; children: ReactNode }) {
  return <ApiContext value={api}>{children}</ApiContext>;
}

/**
 * The way to the server: the signed-in person's, or of a page that needs none.
 * @throws Error outside a ClientProvider and an ApiProvider
 */
export function useApi(): Api {
  const ofPage = useContext(ApiContext);
  const api = useContext(Context)?.api ?? ofPage;
  if (!api) throw new Error('useApi needs a ClientProvider or an ApiProvider around it');
  return api;
}

/**
 * The signed-in person's client.
 * @throws Error outside a ClientProvider
 */
export function useClient(): Client {
  const client = useContext(Context);
  if (!client) throw new Error('useClient needs a ClientProvider around it');
  return client;
}

/** The present value of a store; renders again when it changes. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.getSnapshot, store.getSnapshot);
}

/**
 * What is asked of a store's value; renders again when that changes, and not with everything else in the store.
 * @param select pure; gives a string, a number, a boolean or null, or what is itself kept in the store
 */
export function useSelected<T, S>(store: Store<T>, select: (value: T) => S): S {
  const read = () => select(store.getSnapshot());
  return useSyncExternalStore(store.subscribe, read, read);
}

const NOTHING = { subscribe: () => () => {}, getSnapshot: () => null };

/** Opens a ticket for as long as the component is there. Null for a moment, and while there is no id. */
export function useTicket(ticketId: string | null): { store: TicketStore; snapshot: TicketSnapshot } | null {
  const client = useClient();
  const [store, setStore] = useState<TicketStore | null>(null);
  useEffect(() => {
    if (ticketId === null) return;
    const opened = client.openTicket(ticketId);
    setStore(opened);
    return () => {
      setStore(null);
      opened.close();
    };
  }, [client, ticketId]);
  const snapshot = useStore<TicketSnapshot | null>(store ?? NOTHING);
  return store && snapshot && store.ticketId === ticketId ? { store, snapshot } : null;
}

/** Opens a list of tickets for as long as the component is there. */
export function useInbox(query: InboxQuery): { store: InboxStore; snapshot: InboxSnapshot } | null {
  const client = useClient();
  const key = JSON.stringify(query);
  const [opened, setOpened] = useState<{ key: string; store: InboxStore } | null>(null);
  useEffect(() => {
    const store = client.openInbox(JSON.parse(key) as InboxQuery);
    setOpened({ key, store });
    return () => {
      setOpened(null);
      store.close();
    };
  }, [client, key]);
  const snapshot = useStore<InboxSnapshot | null>(opened?.store ?? NOTHING);
  return opened && snapshot && opened.key === key ? { store: opened.store, snapshot } : null;
}
