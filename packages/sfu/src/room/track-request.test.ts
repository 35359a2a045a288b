import type { PartialMessage } from '@bufbuild/protobuf';
import {
  AddTrackRequest,
  AudioTrackFeature,
  ClientInfo,
  RequestResponse_Reason,
  TrackSource,
  TrackType,
  UpdateLocalAudioTrack,
  VideoLayer,
} from '@livekit/protocol';
import { beforeEach, expect, test } from 'vitest';
import { type Client, join, last, openTestRoom, publishCamera, says } from './testing.ts';

beforeEach(() => openTestRoom());

const many = <Item>(item: Item, count = 100_000): Item[] => new Array<Item>(count).fill(item);
const announce = (client: Client, more: PartialMessage<AddTrackRequest>): void =>
  says(client, {
    case: 'addTrack',
    value: new AddTrackRequest({ cid: 'mic', type: TrackType.AUDIO, source: TrackSource.MICROPHONE, ...more }),
  });

test.each([
  ['many features of sound', { audioFeatures: many(AudioTrackFeature.TF_STEREO) }],
  ['many features of packets', { packetTrailerFeatures: many(1) }],
  ['long names of layers', { layers: [new VideoLayer({ rid: 'x'.repeat(257) })] }],
  ['long names of a codec’s layers', { simulcastCodecs: [{ codec: 'vp8', layers: [{ rid: 'x'.repeat(257) }] }] }],
])('SFU-53: a track announced with %s is refused, and told to nobody', (_, more) => {
  const client = join('a');
  announce(client, more);
  expect(last(client, 'trackPublished')).toBeUndefined();
  const { reason, message, request } = last(client, 'requestResponse');
  expect([reason, request.case]).toEqual([RequestResponse_Reason.LIMIT_EXCEEDED, 'addTrack']);
  expect(message).toMatch(/^no (more than|names)/);
  announce(client, { audioFeatures: [AudioTrackFeature.TF_STEREO, AudioTrackFeature.TF_NO_DTX] });
  expect(last(client, 'trackPublished').track!.audioFeatures).toHaveLength(2);
});

test('SFU-53: features changed later are no more than those announced', () => {
  const client = join('a');
  const trackSid = publishCamera(client);
  const change = (features: AudioTrackFeature[]): void =>
    says(client, { case: 'updateAudioTrack', value: new UpdateLocalAudioTrack({ trackSid, features }) });
  change([AudioTrackFeature.TF_STEREO]);
  change(many(AudioTrackFeature.TF_NO_DTX));
  const { reason, request } = last(client, 'requestResponse');
  expect([reason, request.case]).toEqual([RequestResponse_Reason.LIMIT_EXCEEDED, 'updateAudioTrack']);
  expect(client.participant.publications.get(trackSid)!.info.audioFeatures).toEqual([AudioTrackFeature.TF_STEREO]);
});

test('SFU-53: of layers nothing is passed on that is not known of them', () => {
  const layer = Buffer.concat([
    new VideoLayer({ width: 640, height: 360 }).toBinary(),
    // Field 1000, 100,000 bytes.
    Buffer.from([0xc2, 0x3e, 0xa0, 0x8d, 0x06]),
    Buffer.alloc(100_000),
  ]);
  const client = join('a');
  announce(client, { type: TrackType.VIDEO, source: TrackSource.CAMERA, layers: [VideoLayer.fromBinary(layer)] });
  const { track } = last(client, 'trackPublished');
  expect(track!.layers[0]).toMatchObject({ width: 640, height: 360 });
  expect(track!.toBinary().length).toBeLessThan(1_000);
});

test('SFU-53: what a client says it can do is told once each, and not without end', () => {
  const watcher = join('watcher');
  join('a', {}, [], {}, new ClientInfo({ capabilities: [...many(1), ...many(0).map((_, i) => i + 2)] }));
  const { participants } = last(watcher, 'update');
  expect(participants[0]!.capabilities).toEqual(Array.from({ length: 32 }, (_, i) => i + 1));
});
