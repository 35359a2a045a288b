import type { SessionEvent } from './events.ts';
import type { ConnectionField, DeviceField, TrackField } from './fields.ts';
import type { ReadonlySeries } from './series.ts';

/** Where what is known of a session came from. */
export type SessionFormat =
  | 'live'
  | 'webrtc_internals'
  | 'webrtc_internals_legacy'
  | 'rtcstats'
  | 'about_webrtc'
  | 'get_stats'
  | 'har'
  | 'log';

/** Somebody who measured. The far end is one only where its own measurements are here too. */
export type Participant = {
  id: string;
  name: string | null;
  /** As the browser names itself; null when nobody said. */
  userAgent: string | null;
  device: ReadonlySeries<DeviceField>;
};

/** One peer connection, as the participant at this end sees it. */
export type Connection = {
  id: string;
  participantId: string;
  /** Of a media server's connections: the participant each leads to. Null for people's own. */
  peerId: string | null;
  /** The page it was made in; null when nobody said. */
  url: string | null;
  /** Addresses of STUN and TURN servers it was given. */
  iceServers: string[];
  /** `relay` where it may use nothing else. */
  transportPolicy: 'all' | 'relay';
  samples: ReadonlySeries<ConnectionField>;
};

/** One RTP stream in one direction, as the end that sends or receives it measures it. */
export type Track = {
  id: string;
  connectionId: string;
  participantId: string;
  /** The participant who sends what is received here; null where nobody says, and for what is sent. */
  senderId: string | null;
  direction: 'send' | 'receive';
  kind: 'audio' | 'video';
  /** What it shows or sounds like, where that is known. */
  source: 'microphone' | 'camera' | 'screen' | 'unknown';
  ssrc: number | null;
  mid: string | null;
  /** Of a simulcast layer. */
  rid: string | null;
  /** e.g. `video/VP8`; null when nobody said. */
  mimeType: string | null;
  /** As the browser names what encodes or decodes, e.g. `libvpx`, `ExternalDecoder`. */
  implementation: string | null;
  samples: ReadonlySeries<TrackField>;
};

/** A line of a client's log. */
export type LogLine = { atMs: number | null; participantId: string; level: string | null; text: string };

/** What could not be read, and where: what was readable before and after it is kept. */
export type ReadProblem = {
  code: 'truncated' | 'not_utf8' | 'malformed' | 'too_deep' | 'too_large' | 'unknown_record';
  /** For people: a line, a byte offset, a path in the document. */
  place: string;
};

/** All that is known of one call, in one form whatever it was read from. Instants are ms. */
export type Session = {
  format: SessionFormat;
  /** `relative` where the source tells no date: instants then count from its beginning. */
  clock: 'wall' | 'relative';
  fromMs: number;
  toMs: number;
  participants: readonly Participant[];
  connections: readonly Connection[];
  tracks: readonly Track[];
  /** In the order of their instants. */
  events: readonly SessionEvent[];
  logs: readonly LogLine[];
  problems: readonly ReadProblem[];
};
