/** A room at a server, with what its kind of server wants to let somebody in. */
export type Door = { kind: 'livekit'; url: string; token: string } | { kind: 'janus'; url: string; room: number };

/** What a page gives into a call, and what it wants to be told of it. */
export type Call = {
  /** Camera and microphone, for this call alone. */
  tracks: MediaStreamTrack[];
  /** Takes an element with a picture or sound of the other one. */
  play(element: HTMLMediaElement): void;
  /** The connection to the media server was lost, or the call with it. */
  interrupted(): void;
};

/** How a page enters a room of one kind of server. Runs in the page: see livekit-entry.ts and janus-entry.ts. */
export type Entry<Kind extends Door['kind']> = {
  /** Resolves once the tracks are published; the other one's come when they come. */
  enter(door: Extract<Door, { kind: Kind }>, call: Call): Promise<void>;
  leave(): Promise<void>;
};

declare global {
  interface Window {
    weakEntries: { [Kind in Door['kind']]?: Entry<Kind> };
  }
}
