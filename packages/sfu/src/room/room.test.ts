import { parseSdp } from '@alongside/rtp';
import {
  AddTrackRequest,
  DataPacket,
  DataPacket_Kind,
  DisconnectReason,
  JoinRequest,
  LeaveRequest_Action,
  ParticipantPermission,
  SessionDescription,
  SignalRequest,
  SignalResponse,
  SubscriptionPermission,
  SyncState,
  TrackInfo,
  TrackPublishedResponse,
  TrackSource,
  TrackType,
  UserPacket,
  type WebhookEvent,
} from '@livekit/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../engine/messages.ts';
import { MediaScratch } from '../media/scratch.ts';
import type { AccessClaims, VideoGrant } from '../service/tokens.ts';
import type { Pipe, PipeFactory, PipeHandlers, PipeState } from '../transport/pipe.ts';
import type { RoomHost } from './host.ts';
import { givenUp } from './lost-participants.ts';
import type { Participant, SignalSink } from './participant.ts';
import { mayBecome } from './participant-state.ts';
import { qualityScore } from './quality.ts';
import { handleRequest } from './requests.ts';
import { Room } from './room.ts';

/** A pipe without a network: the test says what its state is and sees what is sent. */
interface TestPipe extends Pipe {
  data: { label: string; bytes: Buffer }[];
  restarts: number;
  setState(state: PipeState): void;
}

let pipes: TestPipe[];
let events: WebhookEvent[];
let nowMs: number;
let room: Room;

function openPipe(handlers: PipeHandlers): TestPipe {
  let state: PipeState = 'new';
  const pipe: TestPipe = {
    handlers,
    data: [],
    restarts: 0,
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
    stats: {
      packetsReceived: 0,
      packetsSent: 0,
      bytesReceived: 0,
      bytesSent: 0,
      packetsRefused: 0,
      sendsDropped: 0,
      handlerErrors: 0,
    },
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
    openDataChannel() {},
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

beforeEach(() => {
  pipes = [];
  events = [];
  nowMs = 1_000;
  const transport: PipeFactory = {
    fingerprint: { algorithm: 'sha-256', value: 'AA' },
    udpPort: 1,
    tcpPort: undefined,
    create: (options) => openPipe(options?.handlers ?? {}),
    close: async () => {},
  };
  const host: RoomHost = {
    transport,
    scratch: new MediaScratch(),
    limits: DEFAULT_LIMITS,
    nowMs: () => nowMs,
    wallMs: () => 1_700_000_000_000 + nowMs,
    log: () => {},
    emit: (event) => events.push(event),
    onRoomEnded: () => {},
  };
  room = new Room('r', { emptyTimeoutS: 300, departureTimeoutS: 20, maxParticipants: 0, metadata: '' }, host);
});

interface Client extends SignalSink {
  participant: Participant;
  got: SignalResponse[];
  hungUp: boolean;
}

function claims(identity: string, grant: Partial<VideoGrant>): AccessClaims {
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

function sink(): Client {
  const client: Client = {
    participant: undefined as unknown as Participant,
    got: [],
    hungUp: false,
    send: (data) => client.got.push(SignalResponse.fromBinary(data)),
    hangUp: () => {
      client.hungUp = true;
    },
    refresh() {},
  };
  return client;
}

const SLOTS = (audio: number, video: number): string[] => [
  ...Array.from({ length: audio }, (_, i) => media('audio', `a${i}`, 'recvonly')),
  ...Array.from({ length: video }, (_, i) => media('video', `v${i}`, 'recvonly')),
];

function media(kind: 'audio' | 'video', mid: string, direction: string, cid = ''): string {
  const codec = kind === 'audio' ? '111\r\na=rtpmap:111 opus/48000/2' : '96\r\na=rtpmap:96 VP8/90000';
  const msid = cid === '' ? '' : `\r\na=msid:s ${cid}`;
  return `m=${kind} 9 UDP/TLS/RTP/SAVPF ${codec}\r\na=mid:${mid}\r\na=${direction}\r\na=rtcp-mux\r\na=ice-ufrag:u\r\na=ice-pwd:${'w'.repeat(24)}${msid}`;
}

function offer(sections: string[], id = 1): SessionDescription {
  return new SessionDescription({
    type: 'offer',
    id,
    sdp: `v=0\r\no=- 1 1 IN IP4 0\r\ns=-\r\nt=0 0\r\n${sections.join('\r\n')}\r\n`,
  });
}

function join(identity: string, grant: Partial<VideoGrant> = {}, sections: string[] = SLOTS(1, 1)): Client {
  const client = sink();
  client.participant = room.join(claims(identity, grant), new JoinRequest({ publisherOffer: offer(sections) }), client);
  return client;
}

function says(client: Client, message: SignalRequest['message']): void {
  handleRequest(client.participant, new SignalRequest({ message }).toBinary());
}

function last<C extends SignalResponse['message']['case']>(
  client: Client,
  kind: C,
): Extract<SignalResponse['message'], { case: C }>['value'] {
  return client.got.findLast((response) => response.message.case === kind)?.message.value as never;
}

/** Announces a camera and offers its section beside the slots. */
function publishCamera(client: Client, cid = 'cam', id = 2): string {
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

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('joining', () => {
  test('the answer comes right after the join, with the offer’s id', () => {
    const a = join('a');
    expect(a.got.map((response) => response.message.case)).toEqual(['join', 'answer']);
    expect(last(a, 'answer').id).toBe(1);
    expect(last(a, 'join').participant?.permission?.canPublish).toBe(true);
    expect(a.participant.state).toBe('joined');
    pipes[0]!.setState('connected');
    expect(a.participant.state).toBe('active');
  });

  test('SFU-3: tracks already there are in the very first answer, with the whole map', () => {
    const sid = publishCamera(join('a'));
    const b = join('b');
    expect(last(b, 'answer').midToTrackId).toEqual({ v0: sid });
    const section = parseSdp(last(b, 'answer').sdp).media.find((candidate) => candidate.mid === 'v0')!;
    expect(section.direction).toBe('sendonly');
    expect(section.msid!.streamId).toBe(`${room.byIdentity('a')!.sid}|${sid}`);
  });

  test('hidden ones are told to nobody', () => {
    const a = join('a');
    join('ghost', { hidden: true });
    expect(a.got.some((response) => response.message.case === 'update')).toBe(false);
    expect(last(join('b'), 'join').otherParticipants.map((other) => other.identity)).toEqual(['a']);
    expect(room.info().numParticipants).toBe(2);
  });

  test('SFU-5: the newer connection of an identity wins', () => {
    const first = join('a');
    const second = join('a');
    expect(last(first, 'leave')).toMatchObject({
      reason: DisconnectReason.DUPLICATE_IDENTITY,
      action: LeaveRequest_Action.DISCONNECT,
    });
    expect(room.byIdentity('a')).toBe(second.participant);
    expect(room.participantCount).toBe(1);
  });
});

describe('SFU-4: sections', () => {
  test('a new track is told before it is asked for, and comes with the next offer', async () => {
    const a = join('a');
    const b = join('b');
    const sid = publishCamera(a);
    await turn();
    const kinds = b.got.map((response) => response.message.case);
    expect(kinds.indexOf('update')).toBeLessThan(kinds.indexOf('mediaSectionsRequirement'));
    expect(last(b, 'mediaSectionsRequirement')).toMatchObject({ numAudios: 0, numVideos: 0 });
    says(b, { case: 'offer', value: offer(SLOTS(1, 1), 2) });
    expect(last(b, 'answer').midToTrackId).toEqual({ v0: sid });
  });

  test('missing sections are asked for once, not again by an offer that crossed', async () => {
    const a = join('a');
    const b = join('b', {}, SLOTS(1, 0));
    publishCamera(a);
    await turn();
    expect(last(b, 'mediaSectionsRequirement')).toMatchObject({ numVideos: 1 });
    says(b, { case: 'offer', value: offer(SLOTS(1, 0), 2) });
    await turn();
    expect(b.got.filter((response) => response.message.case === 'mediaSectionsRequirement')).toHaveLength(1);
    nowMs += 4_000;
    room.tick(nowMs);
    expect(b.got.filter((response) => response.message.case === 'mediaSectionsRequirement')).toHaveLength(2);
  });

  test('a section is inactive in one answer before it carries another track', async () => {
    const a = join('a');
    const b = join('b');
    publishCamera(a);
    says(b, { case: 'offer', value: offer(SLOTS(1, 1), 2) });
    says(a, { case: 'offer', value: offer([...SLOTS(1, 1), media('video', 'sendcam', 'inactive')], 3) });
    const second = publishCamera(a, 'cam2', 4);
    says(b, { case: 'offer', value: offer(SLOTS(1, 1), 3) });
    expect(last(b, 'answer').midToTrackId).toEqual({});
    await turn();
    says(b, { case: 'offer', value: offer(SLOTS(1, 1), 4) });
    expect(last(b, 'answer').midToTrackId).toEqual({ v0: second });
  });
});

describe('SFU-2: rights', () => {
  test('a source that is not allowed is refused', () => {
    const a = join('a', { canPublishSources: ['microphone'] });
    says(a, {
      case: 'addTrack',
      value: new AddTrackRequest({ cid: 'c', type: TrackType.VIDEO, source: TrackSource.CAMERA }),
    });
    expect(last(a, 'requestResponse').request.case).toBe('addTrack');
    expect(last(a, 'trackPublished')).toBeUndefined();
  });

  test('a permission taken away takes the tracks with it', () => {
    const a = join('a');
    const b = join('b');
    const sid = publishCamera(a);
    a.participant.setPermission(new ParticipantPermission({ canSubscribe: true }));
    expect(last(a, 'trackUnpublished').trackSid).toBe(sid);
    expect(last(b, 'update').participants[0]!.tracks).toEqual([]);
  });

  test('a publisher decides who gets its tracks', () => {
    const a = join('a');
    const sid = publishCamera(a);
    const b = join('b');
    says(a, { case: 'subscriptionPermission', value: new SubscriptionPermission({ allParticipants: false }) });
    expect(last(b, 'subscriptionPermissionUpdate')).toMatchObject({ trackSid: sid, allowed: false });
    says(b, { case: 'offer', value: offer(SLOTS(1, 1), 2) });
    expect(last(b, 'answer').midToTrackId).toEqual({});
  });
});

describe('SFU-7: data', () => {
  const packet = (sequence: number, as = 'mallory'): Buffer =>
    Buffer.from(
      new DataPacket({
        kind: DataPacket_Kind.RELIABLE,
        participantIdentity: as,
        sequence,
        value: { case: 'user', value: new UserPacket({ payload: Buffer.from([sequence]), participantIdentity: as }) },
      }).toBinary(),
    );

  test('the sender is the server’s word, duplicates go, what comes early waits', () => {
    join('a');
    join('b');
    pipes[0]!.setState('connected');
    for (const sequence of [1, 2, 2, 1, 3]) pipes[0]!.handlers.onDataMessage?.('_reliable', packet(sequence), true);
    expect(pipes[1]!.data).toHaveLength(0);
    pipes[1]!.setState('connected');
    const got = pipes[1]!.data.map(({ bytes }) => DataPacket.fromBinary(bytes));
    expect(got.map((received) => received.sequence)).toEqual([1, 2, 3]);
    expect(new Set(got.map((received) => received.participantIdentity))).toEqual(new Set(['a']));
    expect(pipes[0]!.data, 'no echo').toHaveLength(0);
  });

  test('without the right nothing is passed on, nor from broken bytes', () => {
    join('a', { canPublishData: false });
    join('b');
    for (const pipe of pipes) pipe.setState('connected');
    pipes[0]!.handlers.onDataMessage?.('_reliable', packet(1), true);
    pipes[1]!.handlers.onDataMessage?.('_reliable', Buffer.from([0xff, 0xff, 0xff]), true);
    expect(pipes.flatMap((pipe) => pipe.data)).toEqual([]);
  });
});

describe('SFU-8: coming back', () => {
  test('a resume begins with reconnect and tells everything again; a new ufrag restarts ICE only', () => {
    const a = join('a');
    join('b');
    pipes[0]!.setState('connected');
    a.participant.detachSignal(a);
    expect(room.participantCount).toBe(2);
    const again = sink();
    again.participant = a.participant;
    room.resume(a.participant, again);
    expect(again.got.map((response) => response.message.case).slice(0, 3)).toEqual([
      'reconnect',
      'update',
      'roomUpdate',
    ]);
    const restarted = offer(SLOTS(1, 1), 5);
    restarted.sdp = restarted.sdp.replaceAll('a=ice-ufrag:u', 'a=ice-ufrag:new');
    says(again, { case: 'offer', value: restarted });
    expect([pipes[0]!.restarts, last(again, 'answer').id]).toEqual([1, 5]);
    expect(pipes).toHaveLength(2);
  });

  test('a client that believes to publish what is not known starts over', () => {
    const a = join('a');
    const track = new TrackInfo({ sid: 'TR_gone' });
    says(a, {
      case: 'syncState',
      value: new SyncState({ publishTracks: [new TrackPublishedResponse({ cid: 'x', track })] }),
    });
    expect(last(a, 'leave').action).toBe(LeaveRequest_Action.RECONNECT);
  });

  test.each([
    ['all there', { signalLostMs: -1, mediaLostMs: -1 }, undefined],
    ['signal gone, media alive, may resume', { signalLostMs: 20_000, mediaLostMs: -1 }, undefined],
    ['signal gone too long', { signalLostMs: 31_000, mediaLostMs: -1 }, DisconnectReason.SIGNAL_CLOSE],
    ['media gone, signal there', { signalLostMs: -1, mediaLostMs: 60_000 }, undefined],
    ['both gone', { signalLostMs: 16_000, mediaLostMs: 16_000 }, DisconnectReason.SIGNAL_CLOSE],
  ])('%s', (_what, absence, reason) => {
    expect(givenUp({ state: 'active', sinceJoinMs: 100_000, ...absence })).toBe(reason);
  });

  test('who never gets a media path is sent away', () => {
    expect(givenUp({ state: 'joined', sinceJoinMs: 61_000, signalLostMs: -1, mediaLostMs: -1 })).toBe(
      DisconnectReason.JOIN_FAILURE,
    );
  });
});

test('SFU-16: a room ends some time after the last one left', () => {
  const a = join('a');
  says(a, { case: 'leave', value: undefined as never });
  room.remove(a.participant, DisconnectReason.CLIENT_INITIATED);
  nowMs += 19_000;
  room.tick(nowMs);
  expect(room.ended).toBe(false);
  nowMs += 2_500;
  room.tick(nowMs);
  expect(room.ended).toBe(true);
  expect(events.map((event) => event.event)).toEqual(['room_started', 'room_finished']);
});

test('the participant’s states go one way', () => {
  expect(mayBecome('joined', 'active')).toBe(true);
  expect(mayBecome('active', 'joined')).toBe(false);
  for (const state of ['joining', 'joined', 'active', 'disconnected'] as const) {
    expect(mayBecome('disconnected', state)).toBe(false);
  }
});

test('quality falls with loss and delay', () => {
  const score = (lossUpRatio: number, roundTripMs = 50): number =>
    qualityScore({ lossUpRatio, lossDownRatio: 0, roundTripMs, jitterMs: 2 });
  expect(score(0)).toBeGreaterThan(90);
  expect(score(0.3)).toBeLessThan(score(0.05));
  expect(score(0, 900)).toBeLessThan(score(0));
});
