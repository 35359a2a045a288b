import { AddTrackRequest, DisconnectReason, TrackSource, TrackType } from '@livekit/protocol';
import { beforeEach, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../engine/messages.ts';
import { MAX_SLOTS } from './slots.ts';
import {
  answerFor,
  type Client,
  join,
  joinDual,
  last,
  media,
  offer,
  openTestRoom,
  room,
  SLOTS,
  says,
  turn,
} from './testing.ts';

const EACH = DEFAULT_LIMITS.maxTracksPerParticipant;
/** Of what is offered and asked back and forth: more than any change needs, fewer than for ever. */
const MANY_ROUNDS = 20;

beforeEach(() => openTestRoom());

/** People who publish so many pictures and one of whom also a sound, and receive nothing. */
function publishers(pictures: number): Client[] {
  const all: Client[] = [];
  const publish = (kinds: ('audio' | 'video')[]): void => {
    const client = join(`p${all.length}`, { canSubscribe: false }, []);
    all.push(client);
    kinds.forEach((kind, i) => {
      const [type, source] =
        kind === 'audio' ? [TrackType.AUDIO, TrackSource.MICROPHONE] : [TrackType.VIDEO, TrackSource.CAMERA];
      says(client, { case: 'addTrack', value: new AddTrackRequest({ cid: `t${i}`, type, source }) });
    });
    says(client, {
      case: 'offer',
      value: offer(
        kinds.map((kind, i) => media(kind, `m${i}`, 'sendonly', `t${i}`)),
        2,
      ),
    });
  };
  publish(['audio']);
  for (let left = pictures; left > 0; left -= EACH) publish(new Array(Math.min(EACH, left)).fill('video'));
  return all;
}

const served = ({ participant }: Client): number => participant.peer!.downlink.forwarders.length;

/** How often the client is asked for another description until it is left alone; it does what it is asked for. */
async function settleSingle(client: Client, sections: { audio: number; video: number }): Promise<number> {
  for (let rounds = 0; rounds < MANY_ROUNDS; rounds++) {
    client.got.length = 0;
    await turn();
    const asked = last(client, 'mediaSectionsRequirement');
    if (!asked) return rounds;
    sections.audio += asked.numAudios;
    sections.video += asked.numVideos;
    says(client, { case: 'offer', value: offer(SLOTS(sections.audio, sections.video), 3 + rounds) });
  }
  return MANY_ROUNDS;
}

async function settleDual(client: Client): Promise<number> {
  for (let rounds = 0; rounds < MANY_ROUNDS; rounds++) {
    await turn();
    if (!last(client, 'offer')) return rounds;
    const answer = answerFor(client);
    client.got.length = 0;
    says(client, { case: 'answer', value: answer });
  }
  return MANY_ROUNDS;
}

test('SFU-4: more tracks than sections are no reason to negotiate for ever; what ends makes room for another', async () => {
  const people = publishers(MAX_SLOTS + EACH);
  const sections = { audio: 1, video: 1 };
  const viewer = join('viewer', {}, SLOTS(1, 1));
  expect(await settleSingle(viewer, sections)).toBeLessThan(MANY_ROUNDS);
  expect(served(viewer)).toBe(MAX_SLOTS);
  const waiting = () => viewer.participant.subscriptions.waiting().length;
  const before = waiting();
  expect(before).toBe(EACH + 1);
  // A section of sound falls free: none of the pictures that wait can be put on it.
  room.remove(people[0]!.participant, DisconnectReason.CLIENT_INITIATED);
  expect(await settleSingle(viewer, sections)).toBeLessThan(MANY_ROUNDS);
  room.remove(people[1]!.participant, DisconnectReason.CLIENT_INITIATED);
  expect(await settleSingle(viewer, sections)).toBeLessThan(MANY_ROUNDS);
  expect([served(viewer), waiting()]).toEqual([MAX_SLOTS - 1, 1]);
});

test('SFU-40: nor over two connections', async () => {
  const people = publishers(MAX_SLOTS + EACH);
  const viewer = joinDual('viewer');
  expect(await settleDual(viewer)).toBeLessThan(MANY_ROUNDS);
  expect(served(viewer)).toBe(MAX_SLOTS);
  room.remove(people[0]!.participant, DisconnectReason.CLIENT_INITIATED);
  expect(await settleDual(viewer)).toBeLessThan(MANY_ROUNDS);
  room.remove(people[1]!.participant, DisconnectReason.CLIENT_INITIATED);
  expect(await settleDual(viewer)).toBeLessThan(MANY_ROUNDS);
  expect(served(viewer)).toBe(MAX_SLOTS - 1);
});
