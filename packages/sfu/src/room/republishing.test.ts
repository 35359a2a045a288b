import { AddTrackRequest, RequestResponse_Reason, TrackSource, TrackType } from '@livekit/protocol';
import { beforeEach, expect, test } from 'vitest';
import { type Client, join, joinDual, last, media, offer, openTestRoom, room, says } from './testing.ts';

beforeEach(() => openTestRoom());

function announce(client: Client, muted = false): string {
  const microphone = { type: TrackType.AUDIO, source: TrackSource.MICROPHONE };
  says(client, { case: 'addTrack', value: new AddTrackRequest({ cid: 'mic', muted, ...microphone }) });
  return last(client, 'trackPublished').track!.sid;
}

const published = ({ participant }: Client) =>
  [...participant.publications.published].map(({ sid, info }) => [sid, info.mid, info.muted]);

test.each([
  ['one connection', () => join('a', {}, [])],
  ['two connections', () => joinDual('a')],
])('SFU-1: a track unpublished and published again at once is heard, over %s', (_, enter) => {
  const other = join('b');
  const client = enter();
  const old = announce(client);
  says(client, { case: 'offer', value: offer([media('audio', '1', 'sendonly', 'mic')], 2) });
  expect(published(client)).toEqual([[old, '1', false]]);
  // The track is announced before the offer that takes the old section back: clients gather what they offer.
  const fresh = announce(client, true);
  expect(fresh).not.toBe(old);
  expect(published(client)).toEqual([[old, '1', false]]);
  expect(announce(client), 'announced twice it is one').toBe(fresh);
  says(client, {
    case: 'offer',
    value: offer([media('audio', '1', 'inactive'), media('audio', '2', 'sendonly', 'mic')], 3),
  });
  expect(published(client)).toEqual([[fresh, '2', true]]);
  expect([...other.participant.subscriptions.all].map(({ publication }) => publication.sid)).toEqual([fresh]);
});

test('SFU-1: nor do two offers, of which the first only takes the old section back, lose it', () => {
  const client = join('a', {}, []);
  announce(client);
  says(client, { case: 'offer', value: offer([media('audio', '1', 'sendonly', 'mic')], 2) });
  const fresh = announce(client);
  says(client, { case: 'offer', value: offer([media('audio', '1', 'inactive')], 3) });
  expect(published(client)).toEqual([]);
  says(client, {
    case: 'offer',
    value: offer([media('audio', '1', 'inactive'), media('audio', '2', 'sendonly', 'mic')], 4),
  });
  expect(published(client)).toEqual([[fresh, '2', false]]);
});

test('SFU-53: what takes its own place is not one track too many', () => {
  room.host.limits.maxTracksPerParticipant = 1;
  const client = join('a', {}, []);
  const old = announce(client);
  says(client, { case: 'offer', value: offer([media('audio', '1', 'sendonly', 'mic')], 2) });
  expect(announce(client)).not.toBe(old);
  expect(last(client, 'requestResponse')).toBeUndefined();
  const second = new AddTrackRequest({ cid: 'second', type: TrackType.AUDIO, source: TrackSource.MICROPHONE });
  says(client, { case: 'addTrack', value: second });
  expect(last(client, 'requestResponse').reason).toBe(RequestResponse_Reason.LIMIT_EXCEEDED);
});
