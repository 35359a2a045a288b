/** Measure → its values at the batch's instants, as differences in whole steps; null where not measured. */
export type WireColumns = Record<string, (number | null)[]>;

export type WireConnection = {
  id: string;
  url?: string | undefined;
  iceServers?: string[] | undefined;
  relayOnly?: boolean | undefined;
  /** To whom a media server's connection leads; pages tell none. */
  peer?: string | undefined;
  columns: WireColumns;
};

export type WireTrack = {
  id: string;
  connection: string;
  direction: 'send' | 'receive';
  kind: 'audio' | 'video';
  source?: 'microphone' | 'camera' | 'screen' | undefined;
  /** Who sends what is received, as the page knows them. */
  sender?: string | undefined;
  ssrc?: number | undefined;
  mid?: string | undefined;
  rid?: string | undefined;
  mimeType?: string | undefined;
  implementation?: string | undefined;
  columns: WireColumns;
};

export type WireEvent = { type: string; at: number; [member: string]: unknown };

/** What was measured of one stay in a stretch of time, as it crosses the wire: JSON, a column per measure. */
export type SampleRows = {
  /** Instants are relative to this, ms since 1970 by the clock of whoever measured. */
  fromMs: number;
  /** When samples were taken, ms after the one before; the first after `fromMs`. */
  instants: number[];
  connections: WireConnection[];
  tracks: WireTrack[];
  device: WireColumns;
  events: WireEvent[];
};

/** What one batch may hold. */
export const ROWS_LIMITS = { instants: 60, connections: 20, tracks: 120, events: 200 } as const;

/** Texts are cut here: a batch is for numbers. */
export const TEXT_MAX = { id: 80, word: 80, url: 500, server: 200, text: 300 } as const;
