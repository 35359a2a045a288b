import type { HostEventName, OpenRequest } from '../protocol.ts';
import type { Watching } from './watching.ts';

/** What `window.Alongside(…)` understands. */
export type Commands = {
  open(request?: OpenRequest): void;
  close(): void;
  /** A JWT signed by the host's back end. */
  identify(identity: string): void;
  /** Facts shown to the customer and sent with a new request; merged, null removes one. */
  context(custom: Record<string, unknown>): void;
  configure(options: Record<string, unknown>): void;
  /** Returns how to stop listening. */
  on(name: HostEventName, listener: (detail: Record<string, unknown>) => void): () => void;
  /** Watches a WebRTC call of the page, so that a request can carry its last minutes. */
  watch: Watching['watch'];
  /** The person signed out: forget them and remove the widget from the page. */
  shutdown(): void;
};

export type CommandName = keyof Commands;
export type AlongsideFunction = {
  (...call: unknown[]): unknown;
  /** Calls made before the script was there. */
  q?: ArrayLike<unknown>[];
};

/**
 * The function a host page calls. A wrong call says so on the console and breaks nothing: the host page comes first.
 * @param commands what to do
 * @param early what stood in its place before the script was there; its calls are made up for, in order
 */
export function createAlongside(commands: Commands, early: unknown): AlongsideFunction {
  function alongside(...call: unknown[]): unknown {
    const [name, ...values] = call;
    // Own keys only: 'constructor' and the like are no commands.
    const command = Object.hasOwn(commands, String(name)) ? commands[name as CommandName] : null;
    if (!command) {
      console.warn(`Alongside: there is no command "${String(name)}". Known: ${Object.keys(commands).join(', ')}.`);
      return undefined;
    }
    try {
      return (command as (...values: unknown[]) => unknown)(...values);
    } catch (thrown) {
      console.error(`Alongside: "${String(name)}" failed.`, thrown);
      return undefined;
    }
  }
  for (const call of earlyCalls(early)) alongside(...Array.from(call));
  return alongside;
}

function earlyCalls(early: unknown): ArrayLike<unknown>[] {
  if (Array.isArray(early)) return early as ArrayLike<unknown>[];
  const queue = (early as AlongsideFunction | undefined)?.q;
  return Array.isArray(queue) ? queue : [];
}
