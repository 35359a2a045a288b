/** Records that outlive the page, by key. Values must survive structured cloning and JSON. */
export type Persistence = {
  /** All records whose key begins with `prefix`, in the keys' order. */
  list<T>(prefix: string): Promise<T[]>;
  get<T>(key: string): Promise<T | null>;
  put(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
};

/** One place to keep records in; its calls may fail. */
type Shelf = Omit<Persistence, 'list'> & {
  /** In any order. */
  entries<T>(prefix: string): Promise<[key: string, value: T][]>;
};

/** Keeps nothing beyond the page: where the browser offers nothing better, and in tests. */
export function createMemoryPersistence(): Persistence {
  const { entries, ...rest } = createMemoryShelf();
  return { ...rest, list: async <T>(prefix: string) => inOrder(await entries<T>(prefix)) };
}

/**
 * The best place this browser lets the page keep things: IndexedDB, else localStorage (an embedded page may have one and
 * not the other), else memory. Never throws: what cannot be kept is lost with the page, and the page goes on.
 */
export function openPersistence(databaseName = 'alongside'): Persistence {
  const opened = openIndexedDb(databaseName).catch(() => openLocalStorage(databaseName) ?? createMemoryShelf());
  // A full or withdrawn store fails on single calls; the record then lives on in memory, newer than what is kept of it.
  const spare = createMemoryShelf();
  return {
    async list<T>(prefix: string) {
      const store = await opened;
      const kept = await store.entries<T>(prefix).catch(() => []);
      return inOrder([...new Map([...kept, ...(await spare.entries<T>(prefix))])]);
    },
    async get<T>(key: string) {
      const store = await opened;
      return (await spare.get<T>(key)) ?? store.get<T>(key).catch(() => null);
    },
    async put(key, value) {
      const store = await opened;
      await store.put(key, value).then(
        () => spare.remove(key),
        () => spare.put(key, value),
      );
    },
    async remove(key) {
      const store = await opened;
      await spare.remove(key);
      await store.remove(key).catch(() => {});
    },
  };
}

function inOrder<T>(entries: [key: string, value: T][]): T[] {
  return entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

function createMemoryShelf(): Shelf {
  const records = new Map<string, string>();
  return {
    async entries<T>(prefix: string) {
      const found = [...records].filter(([key]) => key.startsWith(prefix));
      return found.map(([key, text]): [string, T] => [key, JSON.parse(text) as T]);
    },
    async get<T>(key: string) {
      const text = records.get(key);
      return text === undefined ? null : (JSON.parse(text) as T);
    },
    async put(key, value) {
      records.set(key, JSON.stringify(value));
    },
    async remove(key) {
      records.delete(key);
    },
  };
}

async function openIndexedDb(name: string): Promise<Shelf> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore('records');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  });
  // Another tab with a newer version of the page may want to change the layout.
  database.onversionchange = () => database.close();

  function run<R>(mode: IDBTransactionMode, use: (records: IDBObjectStore) => () => R): Promise<R> {
    return new Promise((resolve, reject) => {
      const transaction = database.transaction('records', mode);
      const resultOf = use(transaction.objectStore('records'));
      transaction.oncomplete = () => resolve(resultOf());
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }
  return {
    entries: <T>(prefix: string) =>
      run('readonly', (records) => {
        const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
        const keys = records.getAllKeys(range);
        const values = records.getAll(range);
        // Both are in the keys' order.
        return () => keys.result.map((key, index): [string, T] => [String(key), values.result[index] as T]);
      }),
    get: <T>(key: string) =>
      run('readonly', (records) => {
        const found = records.get(key);
        return () => (found.result as T | undefined) ?? null;
      }),
    put: (key, value) =>
      run('readwrite', (records) => {
        records.put(value, key);
        return () => {};
      }),
    remove: (key) =>
      run('readwrite', (records) => {
        records.delete(key);
        return () => {};
      }),
  };
}

function openLocalStorage(name: string): Shelf | null {
  let storage: Storage;
  try {
    storage = localStorage;
    storage.setItem(`${name}:probe`, '1');
    storage.removeItem(`${name}:probe`);
  } catch {
    return null;
  }
  const keyOf = (key: string) => `${name}:${key}`;
  return {
    async entries<T>(prefix: string) {
      const keys = Object.keys(storage).filter((key) => key.startsWith(keyOf(prefix)));
      return keys.map((key): [string, T] => [key.slice(keyOf('').length), JSON.parse(storage.getItem(key)!) as T]);
    },
    async get<T>(key: string) {
      const text = storage.getItem(keyOf(key));
      return text === null ? null : (JSON.parse(text) as T);
    },
    async put(key, value) {
      storage.setItem(keyOf(key), JSON.stringify(value));
    },
    async remove(key) {
      storage.removeItem(keyOf(key));
    },
  };
}

/** A small setting of this browser (chosen devices, muted sounds); silently not kept where storage is closed to us. */
export function readSetting(key: string): string | null {
  try {
    return localStorage.getItem(`alongside:${key}`);
  } catch {
    return null;
  }
}

/** @param value null forgets it */
export function writeSetting(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`alongside:${key}`);
    else localStorage.setItem(`alongside:${key}`, value);
  } catch {
    // Private windows and blocked third-party storage: the setting holds for this page only.
  }
}
