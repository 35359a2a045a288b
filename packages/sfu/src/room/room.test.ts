import { parseSdp } from '@alongside/rtp';
import type { PartialMessage } from '@bufbuild/protobuf';
import {
  AddTrackRequest,
  DisconnectReason,
  JoinRequest,
  LeaveRequest_Action,
  ParticipantInfo_State,
  ParticipantPermission,
  RequestResponse_Reason,
  SubscriptionError,
  SubscriptionPermission,
  TrackSource,
  TrackType,
  UpdateSubscription,
  UpdateTrackSettings,
  VideoQuality,
} from '@livekit/protocol';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Participant } from './participant.ts';
import { JoinRefused } from './room-settings.ts';
import {
  type Client,
  claims,
  events,
  join,
  last,
  media,
  nowMs,
  offer,
  openTestRoom,
  pass,
  pipes,
  publishCamera,
  room,
  SLOTS,
  says,
  sink,
  turn,
} from './testing.ts';

beforeEach(openTestRoom);

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

describe('SFU-17: standing by, hidden and without rights, until they are given', () => {
  const STANDBY = { hidden: true, canPublish: false, canSubscribe: false, canPublishData: false };
  const RIGHTS = new ParticipantPermission({ canPublish: true, canSubscribe: true, canPublishData: true });

  /** How many layers of its picture a publisher was told to send. */
  const layersOf = (client: Client) =>
    last(client, 'subscribedQualityUpdate').subscribedQualities.filter(({ enabled }) => enabled).length;

  test('it is told to nobody and given nothing', async () => {
    const a = join('a');
    publishCamera(a);
    const b = join('b', STANDBY);
    pipes[1]!.setState('connected');
    says(b, {
      case: 'addTrack',
      value: new AddTrackRequest({ cid: 'c', type: TrackType.VIDEO, source: TrackSource.CAMERA }),
    });
    await turn();
    expect(last(b, 'mediaSectionsRequirement')).toBeUndefined();
    expect(last(a, 'trackSubscribed')).toBeUndefined();
    expect(b.participant.peer!.downlink.forwarders.map((forwarder) => forwarder.shown)).toEqual([false]);
    expect(last(b, 'requestResponse').reason).toBe(RequestResponse_Reason.NOT_ALLOWED);
    const told = a.got.flatMap((response) =>
      response.message.case === 'update' ? response.message.value.participants.map(({ identity }) => identity) : [],
    );
    expect(new Set(told)).toEqual(new Set(['a']));
  });

  test('SFU-64: its sections are agreed upon before it has rights: then packets flow without another word', async () => {
    const a = join('a');
    const sid = publishCamera(a);
    const b = join('b', STANDBY);
    pipes[1]!.setState('connected');
    expect(last(b, 'answer').midToTrackId).toEqual({ v0: sid });
    const answers = b.got.filter(({ message }) => message.case === 'answer').length;
    expect(layersOf(a), 'nobody can see more yet').toBe(1);
    // The page shows nothing while it rings, and says so.
    says(b, { case: 'trackSetting', value: new UpdateTrackSettings({ trackSids: [sid], disabled: true }) });
    b.participant.setPermission(RIGHTS);
    expect(last(a, 'update').participants[0]!.identity).toBe('b');
    expect(last(a, 'trackSubscribed').trackSid).toBe(sid);
    expect(last(b, 'update').participants[0]!.permission).toMatchObject({ canPublish: true, hidden: false });
    expect(b.participant.peer!.downlink.forwarders.map((forwarder) => forwarder.shown)).toEqual([true]);
    await turn();
    expect(last(b, 'mediaSectionsRequirement'), 'no round trip').toBeUndefined();
    expect(b.got.filter(({ message }) => message.case === 'answer')).toHaveLength(answers);
    const settings = new UpdateTrackSettings({ trackSids: [sid], quality: VideoQuality.HIGH });
    says(b, { case: 'trackSetting', value: settings });
    expect(layersOf(a)).toBe(3);
  });

  test('SFU-64: what is published while it stands by is agreed upon too; taken back, its rights end at once', async () => {
    const b = join('b', STANDBY);
    const a = join('a');
    pipes[0]!.setState('connected');
    const sid = publishCamera(a);
    await turn();
    expect(last(b, 'mediaSectionsRequirement')).toMatchObject({ numAudios: 0, numVideos: 0 });
    says(b, { case: 'offer', value: offer(SLOTS(1, 1), 2) });
    expect(last(b, 'answer').midToTrackId).toEqual({ v0: sid });
    const [forwarder] = b.participant.peer!.downlink.forwarders;
    expect(forwarder!.shown).toBe(false);
    const { source } = a.participant.publications.get(sid)!;
    const lowest = { keyFrameAtMs: nowMs - 500, keyFrames: { request: vi.fn() } };
    source!.streams.push(lowest as never);
    pass(200);
    expect(lowest.keyFrames.request, 'fresh enough').not.toHaveBeenCalled();
    pass(1_000);
    expect(lowest.keyFrames.request).toHaveBeenCalled();
    source!.streams.pop();
    b.participant.setPermission(RIGHTS);
    expect(forwarder!.shown).toBe(true);
    b.participant.setPermission(new ParticipantPermission({ hidden: true }));
    expect(forwarder!.shown).toBe(false);
  });

  test('SFU-65: what it publishes meanwhile is told and given to nobody, and is there with its rights', async () => {
    const a = join('a');
    const recorded = () => [...room.publications()].map(({ sid }) => sid);
    const b = join('b', { ...STANDBY, canPublish: true });
    pipes[1]!.setState('connected');
    const sid = publishCamera(b);
    await turn();
    expect(b.participant.publications.get(sid)!.published).toBe(true);
    expect([recorded(), events.filter(({ event }) => event === 'track_published')]).toEqual([[], []]);
    says(a, { case: 'subscription', value: new UpdateSubscription({ trackSids: [sid], subscribe: true }) });
    expect(last(a, 'subscriptionResponse').err).toBe(SubscriptionError.SE_TRACK_NOTFOUND);
    expect([...a.participant.subscriptions.all]).toEqual([]);
    expect(a.got.some(({ message }) => message.case === 'update')).toBe(false);
    // For longer than any encoder is kept running that nobody wants.
    pass(20_000);
    expect(layersOf(b), 'what it will begin with stays ready').toBe(1);
    expect(join('c').participant.subscriptions.get(sid)).toBeUndefined();

    b.participant.setPermission(RIGHTS);
    expect(last(a, 'update').participants[0]).toMatchObject({ identity: 'b', tracks: [{ sid }] });
    expect(a.participant.subscriptions.get(sid)).toBeDefined();
    expect(recorded()).toEqual([sid]);
    expect(events.filter(({ event }) => event === 'track_published')).toHaveLength(1);

    b.participant.setPermission(new ParticipantPermission({ hidden: true, canPublish: true }));
    expect([recorded(), a.participant.subscriptions.get(sid)]).toEqual([[], undefined]);
  });

  test('SFU-66: announced, what it will send is agreed upon by those who are here, and had with its rights', async () => {
    const a = join('a');
    pipes[0]!.setState('connected');
    const b = join('b', { ...STANDBY, canPublish: true }, SLOTS(1, 1), { announced: 'true' });
    const c = join('c', STANDBY);
    pipes[1]!.setState('connected');
    const sid = publishCamera(b);
    await turn();
    expect(last(a, 'update').participants[0]).toMatchObject({ identity: 'b', name: '', tracks: [{ sid }] });
    expect(last(a, 'update').participants[0]!.permission).toMatchObject({ hidden: true });
    expect(last(a, 'mediaSectionsRequirement')).toMatchObject({ numAudios: 0, numVideos: 0 });
    says(a, { case: 'offer', value: offer(SLOTS(1, 1), 2) });
    expect(last(a, 'answer').midToTrackId).toEqual({ v0: sid });
    const [forwarder] = a.participant.peer!.downlink.forwarders;
    expect(forwarder!.shown, 'nothing is given').toBe(false);
    expect([...room.publications()], 'nothing is recorded').toEqual([]);
    expect(c.participant.subscriptions.get(sid), 'nobody else who stands by').toBeUndefined();
    expect(events.filter(({ event }) => event === 'track_published')).toEqual([]);
    const answers = a.got.filter(({ message }) => message.case === 'answer').length;

    b.participant.setPermission(RIGHTS);
    expect(last(a, 'update').participants[0]).toMatchObject({ identity: 'b', name: 'b' });
    expect(forwarder!.shown).toBe(true);
    await turn();
    expect(
      a.got.filter(({ message }) => message.case === 'answer'),
      'no round trip',
    ).toHaveLength(answers);

    b.participant.setPermission(new ParticipantPermission({ hidden: true, canPublish: true }));
    expect(forwarder!.shown).toBe(false);
    room.remove(b.participant, DisconnectReason.CLIENT_INITIATED);
    expect(last(a, 'update').participants[0]).toMatchObject({ identity: 'b', tracks: [] });
    expect(a.participant.subscriptions.get(sid)).toBeUndefined();
  });

  test('SFU-66: of many who stand by the first two are announced', () => {
    const a = join('a');
    for (const name of ['b', 'c', 'd'])
      join(name, { ...STANDBY, canPublish: true }, SLOTS(1, 1), { announced: 'true' });
    const told = a.got.flatMap(({ message }) =>
      message.case === 'update' ? message.value.participants.map(({ identity }) => identity) : [],
    );
    expect(new Set(told.filter((identity) => identity !== 'a'))).toEqual(new Set(['b', 'c']));
    expect(last(join('e'), 'join').otherParticipants.map(({ identity }) => identity)).toEqual(['a', 'b', 'c']);

    room.remove(room.byIdentity('b')!, DisconnectReason.CLIENT_INITIATED);
    const { participants } = last(a, 'update');
    expect(participants[0], 'whoever was told of is told to be gone').toMatchObject({
      identity: 'b',
      state: ParticipantInfo_State.DISCONNECTED,
    });
    join('f', { ...STANDBY, canPublish: true }, SLOTS(1, 1), { announced: 'true' });
    expect(last(a, 'update').participants[0], 'the next to come takes its place').toMatchObject({ identity: 'f' });
  });

  test('SFU-66: whoever comes again is announced in its own place', () => {
    const comes = (name: string): Client => join(name, STANDBY, SLOTS(1, 1), { announced: 'true' });
    for (const name of ['b', 'c', 'c']) comes(name);
    expect(room.byIdentity('c')!.announced).toBe(true);
    comes('d');
    expect(room.byIdentity('d')!.announced).toBe(false);
  });

  test('it takes nobody’s place', () => {
    room.settings.maxParticipants = 2;
    for (const name of ['b', 'c']) join(name, STANDBY);
    expect(() => join('d', STANDBY)).toThrow(JoinRefused);
    join('a');
    join('e');
    expect(() => join('f')).toThrow(JoinRefused);
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
    pass(4_000);
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
  test('attributes asked for with the join need the right to change one’s own, and stay within their limit', () => {
    const comes = (participantAttributes: Record<string, string>, canUpdateOwnMetadata: boolean): Participant => {
      const by = { ...claims('a', { canUpdateOwnMetadata }), attributes: { role: 'guest' } };
      return room.join(by, new JoinRequest({ participantAttributes }), sink());
    };
    const refused = (status: number): unknown => expect.objectContaining({ name: 'JoinRefused', status });
    expect(() => comes({ role: 'host' }, false)).toThrow(refused(401));
    expect(() => comes({ note: 'x'.repeat(room.host.limits.maxAttributesBytes) }, true)).toThrow(refused(400));
    expect(comes({}, false).attributes).toEqual({ role: 'guest' });
    expect(comes({ mood: 'good' }, true).attributes).toEqual({ role: 'guest', mood: 'good' });
  });

  test('SFU-53: names that are told to everybody are short, and so are lists of layers', () => {
    const a = join('a');
    const asks = (fields: PartialMessage<AddTrackRequest>): void =>
      says(a, { case: 'addTrack', value: new AddTrackRequest({ cid: 'c', type: TrackType.VIDEO, ...fields }) });
    asks({ cid: 'c'.repeat(257) });
    asks({ stream: 's'.repeat(257) });
    const answers = a.got.flatMap(({ message }) => (message.case === 'requestResponse' ? [message.value.reason] : []));
    expect(answers).toEqual([RequestResponse_Reason.LIMIT_EXCEEDED, RequestResponse_Reason.LIMIT_EXCEEDED]);
    expect(last(a, 'trackPublished')).toBeUndefined();
    asks({ layers: Array.from({ length: 100 }, () => ({ width: 1 })) });
    expect(last(a, 'trackPublished').track!.layers).toHaveLength(4);
  });

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

test('SFU-16: a room ends some time after the last one left', () => {
  const a = join('a');
  says(a, { case: 'leave', value: undefined as never });
  room.remove(a.participant, DisconnectReason.CLIENT_INITIATED);
  pass(19_000);
  expect(room.ended).toBe(false);
  pass(2_500);
  expect(room.ended).toBe(true);
  expect(events.map((event) => event.event)).toEqual([
    'room_started',
    'participant_connection_aborted',
    'room_finished',
  ]);
});

test('SFU-13: every event of a room is told: who came through, who did not, what was published', async () => {
  const a = join('a');
  pipes[0]!.setState('connected');
  publishCamera(a);
  await turn();
  const b = join('b');
  room.remove(b.participant, DisconnectReason.SIGNAL_CLOSE);
  room.remove(a.participant, DisconnectReason.CLIENT_INITIATED);
  expect(events.map((event) => [event.event, event.participant?.identity, event.track?.source])).toEqual([
    ['room_started', undefined, undefined],
    ['participant_joined', 'a', undefined],
    ['track_published', 'a', TrackSource.CAMERA],
    ['participant_connection_aborted', 'b', undefined],
    ['track_unpublished', 'a', TrackSource.CAMERA],
    ['participant_left', 'a', undefined],
  ]);
});
