import { parseSdp } from '@alongside/rtp';
import {
  AddTrackRequest,
  LeaveRequest_Action,
  type SessionDescription,
  TrackSource,
  TrackType,
  UpdateSubscription,
} from '@livekit/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  answerFor,
  type Client,
  joinDual,
  last,
  media,
  offer,
  openTestRoom,
  pass,
  pipes,
  room,
  says,
  sink,
  turn,
} from './testing.ts';

beforeEach(openTestRoom);

/** What each section of an offer sends: the track, or how it stands. */
const sections = (description: SessionDescription): string[] =>
  parseSdp(description.sdp).media.map((section) => section.msid?.trackId ?? `${section.kind} ${section.direction}`);

function publish(client: Client, cids: string[], id = 1): string[] {
  for (const cid of cids) {
    says(client, {
      case: 'addTrack',
      value: new AddTrackRequest({ cid, type: TrackType.VIDEO, source: TrackSource.CAMERA }),
    });
  }
  says(client, {
    case: 'offer',
    value: offer(
      cids.map((cid) => media('video', cid, 'sendonly', cid)),
      id,
    ),
  });
  return [...client.participant.publications.published].map((publication) => publication.sid);
}

const answer = (client: Client, ufrag?: string): void =>
  says(client, { case: 'answer', value: answerFor(client, ufrag) });

const offers = (client: Client): SessionDescription[] =>
  client.got.flatMap((response) => (response.message.case === 'offer' ? [response.message.value] : []));

describe('SFU-40: two connections', () => {
  test('the join says so, the first offer carries data channels and every track that is there', () => {
    const a = joinDual('a');
    const [sid] = publish(a, ['cam']);
    const b = joinDual('b');
    expect(last(b, 'join').subscriberPrimary).toBe(true);
    expect(sections(last(b, 'offer'))).toEqual(['application sendrecv', sid]);
    expect(b.got.findIndex((response) => response.message.case === 'join')).toBeLessThan(
      b.got.findIndex((response) => response.message.case === 'offer'),
    );
  });

  test('one offer is under way at a time; what changed meanwhile is in the next one', async () => {
    const a = joinDual('a');
    const b = joinDual('b');
    expect(offers(b)).toHaveLength(1);
    const [first] = publish(a, ['one']);
    await turn();
    const all = publish(a, ['one', 'two'], 2);
    await turn();
    expect(offers(b)).toHaveLength(1);
    answer(b);
    await turn();
    expect(offers(b).map((entry) => entry.id)).toEqual([1, 2]);
    expect(sections(last(b, 'offer'))).toEqual(['application sendrecv', first, all[1]]);
  });

  test('packets flow after the answer, not before', () => {
    const a = joinDual('a');
    publish(a, ['cam']);
    const b = joinDual('b');
    const { downlink } = b.participant.peer!;
    expect(downlink.forwarders).toHaveLength(0);
    answer(b);
    expect(downlink.forwarders.map((forwarder) => forwarder.active)).toEqual([false]);
    // Both pipes of a, then both of b: publisher first.
    pipes[3]!.setState('connected');
    expect(downlink.forwarders.map((forwarder) => forwarder.active)).toEqual([true]);
    expect(b.participant.state).toBe('active');
  });

  test('a section is silent for one answered offer before it carries another track', async () => {
    const a = joinDual('a');
    const [one] = publish(a, ['one']);
    const b = joinDual('b');
    answer(b);
    says(b, { case: 'subscription', value: new UpdateSubscription({ trackSids: [one!], subscribe: false }) });
    await turn();
    expect(sections(last(b, 'offer'))).toEqual(['application sendrecv', 'video inactive']);
    const all = publish(a, ['one', 'two'], 2);
    answer(b);
    await turn();
    expect(sections(last(b, 'offer'))).toEqual(['application sendrecv', all[1]]);
  });

  test('an answer to another offer, a second one, or one nobody asked for changes nothing', () => {
    const a = joinDual('a');
    const sid = publish(a, ['cam']);
    const b = joinDual('b');
    const right = answerFor(b);
    const wrong = answerFor(b);
    wrong.id = 7;
    says(b, { case: 'answer', value: wrong });
    expect(b.participant.peer!.downlink.forwarders).toHaveLength(0);
    says(b, { case: 'answer', value: right });
    says(b, { case: 'answer', value: right });
    expect(b.participant.peer!.downlink.forwarders).toHaveLength(1);
    expect(sid).toHaveLength(1);
    expect(room.participantCount).toBe(2);
  });

  test('no answer for 15 s: start over', () => {
    const b = joinDual('b');
    pass(14_000);
    expect(b.hungUp).toBe(false);
    pass(1_500);
    expect(last(b, 'leave').action).toBe(LeaveRequest_Action.RECONNECT);
  });

  test('data goes down the channels we opened, and comes up those of the client', () => {
    const a = joinDual('a');
    expect(pipes[1]!.opened).toEqual(['_reliable', '_lossy']);
    expect(pipes[0]!.opened).toEqual([]);
    pipes[0]!.setState('connected');
    expect(a.participant.state, 'the primary path is the one down').toBe('joined');
    pipes[1]!.setState('connected');
    expect(a.participant.state).toBe('active');
  });

  test('who may not receive connects for sending, and is offered to when that changes', async () => {
    const a = joinDual('a');
    publish(a, ['cam']);
    const b = joinDual('b', { canSubscribe: false });
    expect([last(b, 'join').subscriberPrimary, offers(b)]).toEqual([false, []]);
    b.participant.setPermission(Object.assign(b.participant.permission.clone(), { canSubscribe: true }));
    await turn();
    expect(offers(b)).toHaveLength(1);
  });

  test('a track refused by the client is told to it, and the rest goes on', () => {
    const a = joinDual('a');
    const [one] = publish(a, ['one', 'two']);
    const b = joinDual('b');
    const refusing = answerFor(b);
    refusing.sdp = refusing.sdp.replace('m=video 9', 'm=video 0');
    says(b, { case: 'answer', value: refusing });
    expect(last(b, 'subscriptionResponse').trackSid).toBe(one);
    expect(b.participant.peer!.downlink.forwarders).toHaveLength(1);
  });

  test('a resume offers anew on new addresses, whatever was under way', () => {
    const a = joinDual('a');
    publish(a, ['cam']);
    const b = joinDual('b');
    answer(b);
    pipes[3]!.setState('connected');
    const again = sink();
    again.participant = b.participant;
    b.participant.detachSignal(b);
    room.resume(b.participant, again);
    const kinds = again.got.map((response) => response.message.case);
    expect(kinds[0]).toBe('reconnect');
    expect(kinds.at(-1)).toBe('offer');
    expect([pipes[3]!.restarts, pipes[2]!.restarts]).toEqual([1, 0]);
    answer(again, 'changed');
    expect(b.participant.peer!.downlink.forwarders, 'the same one goes on').toHaveLength(1);
  });
});

describe('SFU-40: sections named otherwise than their tracks (Firefox)', () => {
  const announce = (client: Client, cid: string, source: TrackSource): void =>
    says(client, { case: 'addTrack', value: new AddTrackRequest({ cid, type: TrackType.VIDEO, source }) });

  test('are those announced, in order', () => {
    const a = joinDual('a');
    announce(a, '{cam}', TrackSource.CAMERA);
    announce(a, '{screen}', TrackSource.SCREEN_SHARE);
    says(a, {
      case: 'offer',
      value: offer([media('video', '1', 'sendonly', '{x}'), media('video', '2', 'sendonly', '{y}')]),
    });
    const published = [...a.participant.publications.published].map((publication) => publication.info);
    expect(published.map((info) => [info.mid, info.source])).toEqual([
      ['1', TrackSource.CAMERA],
      ['2', TrackSource.SCREEN_SHARE],
    ]);
  });

  test('a camera that was refused is not taken for the screen beside it', () => {
    const a = joinDual('a', { canPublishSources: ['screen_share'] });
    announce(a, '{cam}', TrackSource.CAMERA);
    announce(a, '{screen}', TrackSource.SCREEN_SHARE);
    says(a, {
      case: 'offer',
      value: offer([media('video', '1', 'sendonly', '{x}'), media('video', '2', 'sendonly', '{y}')]),
    });
    expect(a.participant.publications.count).toBe(0);
    says(a, {
      case: 'offer',
      value: offer([media('video', '1', 'inactive'), media('video', '2', 'sendonly', '{y}')], 2),
    });
    expect([...a.participant.publications.published].map((publication) => publication.info.mid)).toEqual(['2']);
  });
});
