import { parseSdp, writeSdp } from '@alongside/rtp';
import {
  AddTrackRequest,
  ClientInfo,
  JoinRequest,
  SessionDescription,
  SignalRequest,
  SignalResponse,
  TrackSource,
  TrackType,
  type WebhookEvent,
} from '@livekit/protocol';
import { DEFAULT_LIMITS } from '../engine/messages.ts';
import { MediaScratch } from '../media/scratch.ts';
import { EngineCounters } from '../metrics/engine-counters.ts';
import type { AccessClaims, VideoGrant } from '../service/tokens.ts';
import { noPipeTraffic, type Pipe, type PipeFactory, type PipeOptions, type PipeState } from '../transport/pipe.ts';
import type { RoomHost } from './host.ts';
import type { Participant, SignalSink } from './participant.ts';
import { handleRequest } from './requests.ts';
import { Room } from './room.ts';
import type { RoomSettings } from './room-settings.ts';

/** A pipe without a network: the test says what its state is and sees what is sent. */
export interface TestPipe extends Pipe {
  data: { label: string; bytes: Buffer }[];
  restarts: number;
  /** What the pipe may be reached over; undefined: all there is. */
  protocols: PipeOptions['protocols'];
  /** Labels of the channels the server opened. */
  opened: string[];
  setState(state: PipeState): void;
}

/** In the order the participants came. */
export let pipes: TestPipe[];
export let events: WebhookEvent[];
export let nowMs: number;
/** How often the room let urgent packets through since it was opened. */
export let urgentLooks = 0;
export let room: Room;

function openPipe(options: PipeOptions): TestPipe {
  const handlers = options.handlers ?? {};
  let state: PipeState = 'new';
  const pipe: TestPipe = {
    handlers,
    data: [],
    restarts: 0,
    protocols: options.protocols,
    opened: [],
    local: {
      iceUfrag: 'ufrag',
      icePwd: 'p'.repeat(24),
      iceLite: true,
      fingerprint: { algorithm: 'sha-256', value: 'AA' },
      candidates: [],
      setup: 'passive',
    },
    get state() {
      return state;
    },
    selectedPath: undefined,
    stats: noPipeTraffic(),
    accept: () => 'passive',
    restart() {
      pipe.restarts++;
      return pipe.local;
    },
    sendRtp: () => true,
    sendRtcp: () => true,
    sendData(label, bytes) {
      pipe.data.push({ label, bytes: Buffer.from(bytes as Buffer) });
      return true;
    },
    dataBufferedAmount: () => 0,
    dataChannel: (label) => (state === 'connected' ? { label, streamId: 1, openedBy: 'remote' } : undefined),
    openDataChannel: (label) => pipe.opened.push(label),
    close() {
      state = 'closed';
    },
    setState(next) {
      state = next;
      handlers.onState?.(next);
      if (next === 'connected') handlers.onDataChannel?.({ label: '_reliable', streamId: 1, openedBy: 'remote' });
    },
  };
  pipes.push(pipe);
  return pipe;
}

/** A fresh, empty room with its own clock; to be called before each test. */
export function openTestRoom(settings: Partial<RoomSettings> = {}): void {
  pipes = [];
  events = [];
  urgentLooks = 0;
  nowMs = 1_000;
  const transport: PipeFactory = {
    fingerprint: { algorithm: 'sha-256', value: 'AA' },
    udpPort: 1,
    tcpPort: undefined,
    create: (options) => openPipe(options ?? {}),
    iceServers: () => [],
    close: async () => {},
  };
  const host: RoomHost = {
    transport,
    scratch: new MediaScratch(),
    limits: { ...DEFAULT_LIMITS },
    counters: new EngineCounters(),
    nowMs: () => nowMs,
    wallMs: () => 1_700_000_000_000 + nowMs,
    log: () => {},
    emit: (event) => events.push(event),
    letUrgentThrough: () => void urgentLooks++,
    onRoomEnded: () => {},
  };
  const defaults = { emptyTimeoutS: 300, departureTimeoutS: 20, maxParticipants: 0, metadata: '' };
  room = new Room('r', { ...defaults, ...settings }, host);
}

/** Time goes on and the room is told of it. */
export function pass(ms: number): void {
  nowMs += ms;
  room.tick(nowMs);
}

/** A client as its signal connection shows it. */
export interface Client extends SignalSink {
  participant: Participant;
  got: SignalResponse[];
  hungUp: boolean;
  /** How many tokens it was sent. */
  refreshed: number;
}

/** What the token of somebody with the usual rights says, but for what a test says. */
export function claims(identity: string, grant: Partial<VideoGrant> = {}): AccessClaims {
  return {
    apiKey: 'k',
    identity,
    name: identity,
    metadata: '',
    attributes: {},
    kind: 'standard',
    roomConfig: undefined,
    sha256: '',
    issuedAtS: 0,
    expiresAtS: 0,
    video: {
      room: 'r',
      roomJoin: true,
      roomCreate: false,
      roomList: false,
      roomAdmin: false,
      roomRecord: false,
      canPublish: true,
      canSubscribe: true,
      canPublishData: true,
      canPublishSources: [],
      canUpdateOwnMetadata: false,
      hidden: false,
      recorder: false,
      agent: false,
      ...grant,
    },
  };
}

/** A signal connection that belongs to nobody yet. */
export function sink(): Client {
  const client: Client = {
    participant: undefined as unknown as Participant,
    got: [],
    hungUp: false,
    refreshed: 0,
    send: (data) => client.got.push(SignalResponse.fromBinary(data)),
    hangUp: () => {
      client.hungUp = true;
    },
    cut: () => {
      client.hungUp = true;
    },
    refresh: () => client.refreshed++,
  };
  return client;
}

/** Sections a client can receive on. */
export const SLOTS = (audio: number, video: number): string[] => [
  ...Array.from({ length: audio }, (_, i) => media('audio', `a${i}`, 'recvonly')),
  ...Array.from({ length: video }, (_, i) => media('video', `v${i}`, 'recvonly')),
];

/** One section of an offer; `cid` names the track sent on it. */
export function media(kind: 'audio' | 'video', mid: string, direction: string, cid = ''): string {
  const codec = kind === 'audio' ? '111\r\na=rtpmap:111 opus/48000/2' : '96\r\na=rtpmap:96 VP8/90000';
  const msid = cid === '' ? '' : `\r\na=msid:s ${cid}`;
  return `m=${kind} 9 UDP/TLS/RTP/SAVPF ${codec}\r\na=mid:${mid}\r\na=${direction}\r\na=rtcp-mux\r\na=ice-ufrag:u\r\na=ice-pwd:${'w'.repeat(24)}${msid}`;
}

/** An offer of these sections. */
export function offer(sections: string[], id = 1): SessionDescription {
  return new SessionDescription({
    type: 'offer',
    id,
    sdp: `v=0\r\no=- 1 1 IN IP4 0\r\ns=-\r\nt=0 0\r\n${sections.join('\r\n')}\r\n`,
  });
}

/** Lets a client in that offers `sections` with its join. */
export function join(
  identity: string,
  grant: Partial<VideoGrant> = {},
  sections: string[] = SLOTS(1, 1),
  attributes: Record<string, string> = {},
  clientInfo = new ClientInfo(),
): Client {
  const client = sink();
  const request = new JoinRequest({ publisherOffer: offer(sections), clientInfo });
  client.participant = room.join({ ...claims(identity, grant), attributes }, request, client);
  return client;
}

/** Lets a client in over two connections. */
export function joinDual(identity: string, grant: Partial<VideoGrant> = {}): Client {
  const client = sink();
  client.participant = room.join(claims(identity, grant), new JoinRequest(), client, 'dual');
  return client;
}

/** What a browser would answer to our newest offer: it receives all that is sent. */
export function answerFor(client: Client, ufrag = 'u'): SessionDescription {
  const offered = last(client, 'offer');
  const session = parseSdp(offered.sdp);
  for (const section of session.media) {
    if (section.direction === 'sendonly') section.direction = 'recvonly';
    section.setup = 'active';
    section.iceUfrag = ufrag;
    section.ssrcs = [];
    section.ssrcGroups = [];
    section.msid = undefined;
  }
  return new SessionDescription({ type: 'answer', id: offered.id, sdp: writeSdp(session) });
}

/** The client sends one message. */
export function says(client: Client, message: SignalRequest['message']): void {
  handleRequest(client.participant, new SignalRequest({ message }).toBinary());
}

/** The newest message of a kind the client got; undefined when none came. */
export function last<C extends SignalResponse['message']['case']>(
  client: Client,
  kind: C,
): Extract<SignalResponse['message'], { case: C }>['value'] {
  return client.got.findLast((response) => response.message.case === kind)?.message.value as never;
}

/** Announces a microphone and offers its section. */
export function publishMicrophone(client: Client): void {
  const microphone = { cid: 'mic', type: TrackType.AUDIO, source: TrackSource.MICROPHONE };
  says(client, { case: 'addTrack', value: new AddTrackRequest(microphone) });
  says(client, { case: 'offer', value: offer([media('audio', 'm', 'sendonly', 'mic')], 2) });
}

/** Announces a camera and offers its section beside the slots. */
export function publishCamera(client: Client, cid = 'cam', id = 2): string {
  says(client, {
    case: 'addTrack',
    value: new AddTrackRequest({ cid, type: TrackType.VIDEO, source: TrackSource.CAMERA, width: 640, height: 360 }),
  });
  says(client, {
    case: 'offer',
    value: offer([...SLOTS(1, 1), media('video', `send ${cid}`.replace(' ', ''), 'sendonly', cid)], id),
  });
  return last(client, 'trackPublished').track!.sid;
}

/** After all that was put off to the end of this turn. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
