import { RtpWriter } from '@alongside/rtp';
import {
  AddTrackRequest,
  ParticipantInfo_State,
  ParticipantPermission,
  TrackSource,
  TrackType,
} from '@livekit/protocol';
import { beforeEach, expect, test } from 'vitest';
import { forwardedSpeakersOf } from './room-settings.ts';
import {
  type Client,
  join,
  last,
  media,
  nowMs,
  offer,
  openTestRoom,
  pass,
  pipes,
  SLOTS,
  says,
  turn,
  urgentLooks,
} from './testing.ts';

const LISTENER = { canPublish: false };
const SPEECH_DBOV = 20;
const SILENCE_DBOV = 127;
const LEVEL_ID = 1;

beforeEach(() => openTestRoom());

function hall(listeners: number): Client[] {
  return Array.from({ length: listeners }, (_, i) => join(`listener ${i}`, LISTENER));
}

function publishMicrophone(client: Client, slots: number, id = 2): string {
  says(client, {
    case: 'addTrack',
    value: new AddTrackRequest({ cid: 'mic', type: TrackType.AUDIO, source: TrackSource.MICROPHONE }),
  });
  const extmap = `\r\na=extmap:${LEVEL_ID} urn:ietf:params:rtp-hdrext:ssrc-audio-level`;
  const section = `${media('audio', 'mic', 'sendonly', 'mic')}${extmap}`;
  says(client, { case: 'offer', value: offer([...SLOTS(slots, 0), section], id) });
  return last(client, 'trackPublished').track!.sid;
}

/** How many times each client was told of somebody. */
const updatesOf = (client: Client): number =>
  client.got.filter((response) => response.message.case === 'update').length;

test('SFU-61: listeners of a big room come and go in the news of many, who speaks is told of at once', () => {
  const clients = hall(200);
  pass(400);
  const first = clients[0]!;
  // Fifty one by one; a hundred and fifty in one message.
  expect(updatesOf(first)).toBeLessThan(60);
  const told = new Set(
    first.got.flatMap((response) =>
      response.message.case === 'update' ? response.message.value.participants.map(({ identity }) => identity) : [],
    ),
  );
  expect(told.size).toBeGreaterThanOrEqual(199);
  const before = updatesOf(first);
  for (const client of clients.slice(100, 150)) says(client, { case: 'leave', value: {} as never });
  expect(updatesOf(first)).toBe(before);
  pass(400);
  expect(updatesOf(first)).toBe(before + 1);
  expect(last(first, 'update').participants).toHaveLength(50);
  const sid = publishMicrophone(join('speaker'), 1);
  expect(last(first, 'update').participants[0]!.tracks[0]!.sid).toBe(sid);
});

/** Who is there and with which tracks, as an SDK keeps it: by identity, in the order of what it is told. */
function rosterOf(client: Client): Map<string, string[]> {
  const roster = new Map<string, string[]>();
  for (const { message } of client.got) {
    if (message.case !== 'update') continue;
    for (const { identity, state, tracks } of message.value.participants) {
      if (state === ParticipantInfo_State.DISCONNECTED) roster.delete(identity);
      else
        roster.set(
          identity,
          tracks.map(({ sid }) => sid),
        );
    }
  }
  return roster;
}

/** Whom a client takes itself for: SDKs believe the last they are told of their own identity. */
const ownSid = (client: Client): string | undefined =>
  client.got
    .flatMap(({ message }) => (message.case === 'update' ? message.value.participants : []))
    .findLast(({ identity }) => identity === client.participant.identity)?.sid;

test.each([
  ['left before', true],
  ['is replaced', false],
])('SFU-61: who %s and comes back at once is there for the others, with what it publishes', (_, leaves) => {
  const clients = hall(60);
  pass(400);
  const [first, gone] = [clients[0]!, clients[30]!];
  if (leaves) says(gone, { case: 'leave', value: {} as never });
  const back = join(gone.participant.identity);
  const sid = publishMicrophone(back, 1);
  expect(rosterOf(first).get('listener 30'), 'the track is told of before any description names it').toEqual([sid]);
  pass(400);
  expect(rosterOf(first).get('listener 30')).toEqual([sid]);
  expect(ownSid(back)).toBe(back.participant.sid);
});

test('SFU-61: who comes back at once to listen is there for the others, and knows itself', () => {
  const clients = hall(60);
  pass(400);
  const [first, gone] = [clients[0]!, clients[30]!];
  const back = join(gone.participant.identity, LISTENER);
  pass(400);
  expect(rosterOf(first).get('listener 30')).toEqual([]);
  expect(ownSid(back)).toBe(back.participant.sid);
});

test('SFU-66: who comes back announced is there for the others, and not gone with its older self', () => {
  const clients = hall(60);
  pass(400);
  const [first, gone] = [clients[0]!, clients[30]!];
  says(gone, { case: 'leave', value: {} as never });
  join('listener 30', { hidden: true, canSubscribe: false }, undefined, { announced: 'true' });
  pass(400);
  expect(rosterOf(first).has('listener 30')).toBe(true);
});

test('SFU-62: a listener is made a speaker on the connection that stands, and back, in the same turn', async () => {
  const clients = hall(60);
  for (const pipe of pipes) pipe.setState('connected');
  pass(400);
  const raised = clients[7]!;
  const other = clients[50]!;
  const rights = { canSubscribe: true, canPublishData: true };
  const began = nowMs;
  raised.participant.setPermission(new ParticipantPermission({ ...rights, canPublish: true }));
  expect(last(raised, 'update').participants[0]!.permission!.canPublish).toBe(true);
  const sid = publishMicrophone(raised, 1);
  // Everybody knows the speaker and the track before any description names it, without waiting for the others' news.
  expect(last(other, 'update').participants[0]!.tracks.map((track) => track.sid)).toEqual([sid]);
  await turn();
  expect(last(other, 'mediaSectionsRequirement')).toBeDefined();
  says(other, { case: 'offer', value: offer(SLOTS(1, 1), 2) });
  expect(Object.values(last(other, 'answer').midToTrackId)).toEqual([sid]);
  expect(other.participant.subscriptions.count).toBe(1);
  raised.participant.setPermission(new ParticipantPermission({ ...rights, canPublish: false }));
  expect(last(raised, 'trackUnpublished').trackSid).toBe(sid);
  expect(other.participant.subscriptions.count).toBe(0);
  expect(nowMs).toBe(began);
});

/** Everybody sends one frame; says how many packets each got. */
function frame(levels: number[], sequence: number): number[] {
  const writer = new RtpWriter();
  const counts = pipes.map(() => 0);
  for (const [i, pipe] of pipes.entries()) {
    pipe.sendRtp = () => {
      counts[i]!++;
      return true;
    };
  }
  for (const [i, pipe] of pipes.entries()) {
    writer.start(111, false, sequence, sequence * 960, 1_000 + i);
    writer.addExtensionU8(LEVEL_ID, levels[i]!);
    writer.endHeader();
    writer.append(Buffer.alloc(40, i), 0, 40);
    pipe.handlers.onRtp?.(writer.toBuffer(), nowMs);
  }
  return counts;
}

test.each([
  [10, {}, 9],
  [20, {}, 6],
  [10, { forwardedSpeakers: 3 }, 3],
  [20, { forwardedSpeakers: 0 }, 19],
])('SFU-60: of %i microphones in a room set to %j each hears at most %i', (people, settings, heard) => {
  openTestRoom(settings);
  const clients = Array.from({ length: people }, (_, i) => join(`p${i}`, {}, SLOTS(people - 1, 0)));
  for (const client of clients) publishMicrophone(client, people - 1);
  for (const client of clients) says(client, { case: 'offer', value: againWithMicrophone(people - 1) });
  for (const pipe of pipes) pipe.setState('connected');
  pass(400);
  const silent = clients.map(() => SILENCE_DBOV);
  for (let sequence = 1; sequence < 50; sequence++) {
    pass(20);
    frame(silent, sequence);
  }
  pass(20);
  const counts = frame(
    clients.map(() => SPEECH_DBOV),
    50,
  );
  for (const count of counts) expect(count).toBeLessThanOrEqual(heard);
  expect(Math.max(...counts)).toBe(heard);
});

function againWithMicrophone(slots: number) {
  const extmap = `\r\na=extmap:${LEVEL_ID} urn:ietf:params:rtp-hdrext:ssrc-audio-level`;
  return offer([...SLOTS(slots, 0), `${media('audio', 'mic', 'sendonly', 'mic')}${extmap}`], 3);
}

test('SFU-60: a room is told how many speakers to forward by a tag', () => {
  expect(forwardedSpeakersOf({ 'forwarded-speakers': '4' })).toEqual({ forwardedSpeakers: 4 });
  expect(forwardedSpeakersOf({ 'forwarded-speakers': '0' })).toEqual({ forwardedSpeakers: 0 });
  for (const bad of ['', '-1', '51', 'all', '4.5'])
    expect(forwardedSpeakersOf({ 'forwarded-speakers': bad })).toEqual({});
  expect(forwardedSpeakersOf({})).toEqual({});
});

test('SFU-67: lets sound through after the work for each of many people', () => {
  hall(30);
  const before = urgentLooks;
  pass(10);
  expect(urgentLooks - before).toBe(30);
});
