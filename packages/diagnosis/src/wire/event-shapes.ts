import type { SessionEventType } from '../model/events.ts';

/** What a member of an event may be. `id` is of the batch: of one of its connections or streams. */
export type MemberShape = 'id' | 'text' | 'text?' | 'boolean' | 'number' | 'candidate' | readonly string[];

const CAPTURED = ['microphone', 'camera', 'screen', 'unknown'] as const;

/** Every event a batch may bring, with all its members: the compiler asks for those that are missing. */
export const EVENT_SHAPES: Readonly<Record<SessionEventType, Readonly<Record<string, MemberShape>>>> = {
  ice_state: { connectionId: 'id', state: 'text' },
  connection_state: { connectionId: 'id', state: 'text' },
  gathering_state: { connectionId: 'id', state: 'text' },
  dtls_state: { connectionId: 'id', state: 'text' },
  ice_restarted: { connectionId: 'id' },
  candidate: { connectionId: 'id', side: ['local', 'remote'], candidate: 'candidate' },
  candidate_error: { connectionId: 'id', url: 'text', code: 'number', text: 'text' },
  pair_selected: { connectionId: 'id', local: 'candidate', remote: 'candidate' },
  description_failed: { connectionId: 'id', what: ['offer', 'answer', 'local', 'remote'], text: 'text' },
  media_rejected: { connectionId: 'id', kind: ['audio', 'video'] },
  codec_chosen: { connectionId: 'id', trackId: 'id', mimeType: 'text' },
  capture_failed: { what: CAPTURED, name: 'text', text: 'text' },
  capture_started: { what: CAPTURED, label: 'text?' },
  track_muted: { trackId: 'id', muted: 'boolean' },
  track_ended: { trackId: 'id' },
  track_enabled: { trackId: 'id', enabled: 'boolean' },
  devices_changed: {},
  first_frame: { connectionId: 'id', trackId: 'id' },
  implementation_changed: { connectionId: 'id', trackId: 'id', before: 'text', now: 'text' },
  microphone_compared: { label: 'text', defaultLabel: 'text?', audibleLabel: 'text?' },
  play_failed: { name: 'text', text: 'text' },
  signalling: { state: ['open', 'closed', 'reconnecting'], text: 'text' },
  page_visible: { visible: 'boolean' },
  page_frozen: { frozen: 'boolean' },
  online: { online: 'boolean' },
  server_tried: { address: 'text', role: ['primary', 'backup'], outcome: ['connected', 'failed'], text: 'text' },
};

/** The members of one end of a pair. */
export const CANDIDATE_SHAPE: Readonly<Record<string, MemberShape | 'number?' | readonly (string | null)[]>> = {
  type: ['host', 'srflx', 'prflx', 'relay', 'unknown'],
  protocol: ['udp', 'tcp', 'unknown'],
  relayProtocol: ['udp', 'tcp', 'tls', null],
  address: 'text?',
  port: 'number?',
  url: 'text?',
  networkType: 'text?',
};
