/** The way one end of a connection is reached. Addresses are masked before they get here, where that is asked for. */
export type Candidate = {
  type: 'host' | 'srflx' | 'prflx' | 'relay' | 'unknown';
  protocol: 'udp' | 'tcp' | 'unknown';
  /** How the relay is reached; null when it is none, or nobody says. */
  relayProtocol: 'udp' | 'tcp' | 'tls' | null;
  address: string | null;
  port: number | null;
  /** The server it came from. */
  url: string | null;
  /** wifi, ethernet, cellular, vpn, …; null where the platform does not tell. */
  networkType: string | null;
};

/** Names of `getUserMedia`'s and `getDisplayMedia`'s errors (Media Capture and Streams, section 10.2.6), as thrown. */
export type CaptureErrorName =
  | 'AbortError'
  | 'InvalidStateError'
  | 'NotAllowedError'
  | 'NotFoundError'
  | 'NotReadableError'
  | 'OverconstrainedError'
  | 'SecurityError'
  | 'TypeError'
  | (string & {});

type Happening =
  | { type: 'ice_state'; connectionId: string; state: string }
  | { type: 'connection_state'; connectionId: string; state: string }
  | { type: 'gathering_state'; connectionId: string; state: string }
  | { type: 'dtls_state'; connectionId: string; state: string }
  | { type: 'ice_restarted'; connectionId: string }
  | { type: 'candidate'; connectionId: string; side: 'local' | 'remote'; candidate: Candidate }
  /** `icecandidateerror` (WebRTC 1.0, section 4.8.3). */
  | { type: 'candidate_error'; connectionId: string; url: string; code: number; text: string }
  | { type: 'pair_selected'; connectionId: string; local: Candidate; remote: Candidate }
  | { type: 'description_failed'; connectionId: string; what: 'offer' | 'answer' | 'local' | 'remote'; text: string }
  /** An m-line of the other end's answer with port 0, though a stream was offered (RFC 8829, section 5.3.1). */
  | { type: 'media_rejected'; connectionId: string; kind: 'audio' | 'video' }
  | { type: 'codec_chosen'; connectionId: string; trackId: string; mimeType: string }
  | {
      type: 'capture_failed';
      what: 'microphone' | 'camera' | 'screen' | 'unknown';
      name: CaptureErrorName;
      text: string;
    }
  | { type: 'capture_started'; what: 'microphone' | 'camera' | 'screen' | 'unknown'; label: string | null }
  | { type: 'track_muted'; trackId: string; muted: boolean }
  | { type: 'track_ended'; trackId: string }
  /** A person turned it off or on: what is not sent then is no fault. */
  | { type: 'track_enabled'; trackId: string; enabled: boolean }
  | { type: 'devices_changed' }
  /** Of a stream: the first picture was encoded or decoded. */
  | { type: 'first_frame'; connectionId: string; trackId: string }
  /** What encodes or decodes became another one, e.g. `ExternalDecoder` became `libvpx`. */
  | { type: 'implementation_changed'; connectionId: string; trackId: string; before: string; now: string }
  /**
   * Which microphone a call uses, which one the system would take, and which one brings sound where somebody measured;
   * names as the browser tells them, null where nobody knows.
   */
  | { type: 'microphone_compared'; label: string; defaultLabel: string | null; audibleLabel: string | null }
  | { type: 'play_failed'; name: string; text: string }
  | { type: 'signalling'; state: 'open' | 'closed' | 'reconnecting'; text: string }
  | { type: 'page_visible'; visible: boolean }
  /** The browser stopped the page's timers, or lets them run again (Page Lifecycle: `freeze`, `resume`). */
  | { type: 'page_frozen'; frozen: boolean }
  /** The device itself says that it has, or has lost, its network. */
  | { type: 'online'; online: boolean }
  | {
      type: 'server_tried';
      address: string;
      role: 'primary' | 'backup';
      outcome: 'connected' | 'failed';
      text: string;
    };

/** Something that happened at an instant, by whom it was told. */
export type SessionEvent = { atMs: number; participantId: string } & Happening;

export type SessionEventType = SessionEvent['type'];
