/** Records that outlive the page, by key. Values must survive structured cloning and JSON. */
export type Persistence = {
  /** All records whose key begins with `prefix`, in the keys' order. */
  list<T>(prefix: string): Promise<T[]>;
  get<T>(key: string): Promise<T | null>;
  put(key: string, value: unknown): Promise<void>;
  remove(key: string): Promise<void>;
};

/** Keeps nothing beyond the page: where the browser offers nothing better, and in tests. */
export function createMemoryPersistence(): Persistence {
  const records = new Map<string, string>();
  return {
    async list<T>(prefix: string) {
      const keys = [...records.keys()].filter((key) => key.startsWith(prefix)).sort();
      return keys.map((key) => JSON.parse(records.get(key)!) as T);
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

/**
 * The best place this browser lets the page keep things: IndexedDB, else localStorage (an embedded page may have one and
 * not the other), else memory. Never throws: what cannot be kept is lost with the page, and the page goes on.
 */
export function openPersistence(databaseName = 'alongside'): Persistence {
  const opened = openIndexedDb(databaseName).catch(() => openLocalStorage(databaseName) ?? createMemoryPersistence());
  const spare = createMemoryPersistence();
  // A full or withdrawn store fails on single calls; the message then lives on in memory.
  async function attempt<R>(use: (store: Persistence) => Promise<R>): Promise<R> {
    const store = await opened;
    return use(store).catch(() => use(spare));
  }
  return {
    list: async <T>(prefix: string) => {
      const kept = await attempt((store) => store.list<T>(prefix));
      const inMemory = await spare.list<T>(prefix);
      return kept.length === 0 || inMemory.length === 0 ? [...kept, ...inMemory] : [...new Set([...kept, ...inMemory])];
    },
    get: async <T>(key: string) => (await attempt((store) => store.get<T>(key))) ?? spare.get<T>(key),
    put: (key, value) => attempt((store) => store.put(key, value)),
    remove: async (key) => {
      await attempt((store) => store.remove(key));
      await spare.remove(key);
    },
  };
}

async function openIndexedDb(name: string): Promise<Persistence> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore('records');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  });
  // Another tab with a newer version of the page may want to change the layout.
  database.onversionchange = () => database.close();

  function run<T>(mode: IDBTransactionMode, use: (records: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const transaction = database.transaction('records', mode);
      const request = use(transaction.objectStore('records'));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  }
  return {
    list: (prefix) =>
      run('readonly', (records) => records.getAll(IDBKeyRange.bound(prefix, `${prefix}\uffff`))) as Promise<never[]>,
    get: async <T>(key: string) => ((await run('readonly', (records) => records.get(key))) as T | undefined) ?? null,
    put: async (key, value) => {
      await run('readwrite', (records) => records.put(value, key));
    },
    remove: async (key) => {
      await run('readwrite', (records) => records.delete(key));
    },
  };
}

function openLocalStorage(name: string): Persistence | null {
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
    async list<T>(prefix: string) {
      const keys = Object.keys(storage).filter((key) => key.startsWith(keyOf(prefix)));
      return keys.sort().map((key) => JSON.parse(storage.getItem(key)!) as T);
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
