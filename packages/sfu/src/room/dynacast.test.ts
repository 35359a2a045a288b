import {
  AddTrackRequest,
  SimulcastCodec,
  TrackSource,
  TrackType,
  UpdateTrackSettings,
  VideoQuality,
} from '@livekit/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import type { MediaTap } from '../media/media-source.ts';
import { Dynacast } from './dynacast.ts';
import {
  type Client,
  join,
  last,
  media,
  offer,
  openTestRoom,
  pass,
  pipes,
  publishCamera,
  room,
  SLOTS,
  says,
  sink,
} from './testing.ts';

/** What the publisher was told last, highest quality by codec; undefined when it was told nothing. */
function told(client: Client): Record<string, number> | undefined {
  const update = last(client, 'subscribedQualityUpdate');
  if (!update) return undefined;
  return Object.fromEntries(
    update.subscribedCodecs.map(({ codec, qualities }) => [
      codec,
      Math.max(-1, ...qualities.filter(({ enabled }) => enabled).map(({ quality }) => quality)),
    ]),
  );
}

test('SFU-22: more at once, less after a while, nothing less right after publishing', () => {
  const dynacast = new Dynacast('vp8', undefined, 0);
  let wanted = -1;
  const update = (nowMs: number): boolean => dynacast.update(() => wanted, nowMs);
  expect(update(9_999)).toBe(false);
  expect(update(10_000)).toBe(true);
  wanted = 1;
  expect(update(10_010), 'up').toBe(true);
  wanted = 0;
  expect(update(11_000)).toBe(false);
  wanted = 1;
  expect(update(15_000), 'wanted again in time').toBe(false);
  wanted = 0;
  expect(update(15_500)).toBe(false);
  expect(update(20_400)).toBe(false);
  expect(update(20_500)).toBe(true);
  expect(dynacast.message('TR_x').subscribedQualities.map(({ enabled }) => enabled)).toEqual([true, false, false]);
});

test('SFU-22: less at once where nobody can want more', () => {
  const dynacast = new Dynacast('vp8', undefined, 0);
  expect(dynacast.update(() => 0, 10, true)).toBe(true);
  expect(dynacast.message('TR_x').subscribedQualities.map(({ enabled }) => enabled)).toEqual([true, false, false]);
  expect(
    dynacast.update(() => 2, 20),
    'up',
  ).toBe(true);
  expect(dynacast.update(() => 0, 30)).toBe(false);
});

describe('SFU-22: publishers are told what is shown at all', () => {
  let a: Client;
  let b: Client;
  let sid: string;

  const show = (settings: Partial<UpdateTrackSettings>): void =>
    says(b, { case: 'trackSetting', value: new UpdateTrackSettings({ trackSids: [sid], ...settings }) });

  beforeEach(() => {
    openTestRoom();
    a = join('a');
    sid = publishCamera(a);
    b = join('b');
    for (const pipe of pipes) pipe.setState('connected');
    pass(10_000);
  });

  test('a small picture, a large one, none', () => {
    expect(told(a), 'everything is sent and wanted').toBeUndefined();
    show({ quality: VideoQuality.LOW });
    pass(6_000);
    expect(told(a)).toEqual({ vp8: VideoQuality.LOW });
    show({ quality: VideoQuality.HIGH });
    expect(told(a)).toEqual({ vp8: VideoQuality.HIGH });
    show({ disabled: true });
    pass(4_000);
    expect(told(a)).toEqual({ vp8: VideoQuality.HIGH });
    pass(1_500);
    expect(told(a)).toEqual({ vp8: -1 });
    show({ disabled: false, quality: VideoQuality.MEDIUM });
    expect(told(a)).toEqual({ vp8: VideoQuality.MEDIUM });
  });

  test('a publisher that was cut off is told when it is back', () => {
    show({ quality: VideoQuality.LOW });
    a.participant.detachSignal(a);
    pass(6_000);
    expect(told(a)).toBeUndefined();
    const back = sink();
    room.resume(a.participant, back);
    pass(1_000);
    expect(told(back)).toEqual({ vp8: VideoQuality.LOW });
    const again = sink();
    room.resume(a.participant, again);
    expect(told(again), 'once more: the last word may have been lost').toEqual({ vp8: VideoQuality.LOW });
  });

  test('whoever leaves wants nothing; a recorder wants the best', () => {
    const { source } = a.participant.publications.get(sid)!;
    const tap: MediaTap = { take() {}, onSourceClosed() {} };
    show({ quality: VideoQuality.LOW });
    source!.addTap(tap);
    pass(6_000);
    expect(told(a)).toBeUndefined();
    source!.removeTap(tap);
    says(b, { case: 'leave', value: {} as never });
    pass(1_000);
    pass(6_000);
    expect(told(a)).toEqual({ vp8: -1 });
  });
});

describe('SFU-23: two codecs', () => {
  const VP9_FIRST = '98 96\r\na=rtpmap:98 VP9/90000\r\na=rtpmap:96 VP8/90000';
  const withVp9 = (section: string): string => section.replace('96\r\na=rtpmap:96 VP8/90000', VP9_FIRST);

  beforeEach(openTestRoom);

  function publishVp9(client: Client): string {
    const simulcastCodecs = [new SimulcastCodec({ codec: 'vp9', cid: 'cam' }), new SimulcastCodec({ codec: 'vp8' })];
    const request = { cid: 'cam', type: TrackType.VIDEO, source: TrackSource.CAMERA, width: 640, height: 360 };
    says(client, { case: 'addTrack', value: new AddTrackRequest({ ...request, simulcastCodecs }) });
    says(client, {
      case: 'offer',
      value: offer([...SLOTS(1, 1), withVp9(media('video', 's1', 'sendonly', 'cam'))], 2),
    });
    return last(client, 'trackPublished').track!.sid;
  }

  test('who cannot decode the first gets the second, which the publisher is asked for', () => {
    const a = join('a');
    const sid = publishVp9(a);
    const publication = a.participant.publications.get(sid)!;
    expect(publication.info.mimeType).toBe('video/VP9');
    const modern = join('modern', {}, SLOTS(1, 1).map(withVp9));
    for (const pipe of pipes) pipe.setState('connected');
    pass(11_000);
    expect(told(a), 'nobody needs another').toBeUndefined();
    const old = join('old');
    for (const pipe of pipes) pipe.setState('connected');
    expect(told(a)).toEqual({ vp9: VideoQuality.HIGH, vp8: VideoQuality.HIGH });
    expect(old.participant.subscriptions.get(sid)!.forwarder, 'nothing it could decode is sent yet').toBeUndefined();
    // As livekit-client does: it names the first codec in the second announcement as well.
    const simulcastCodecs = [new SimulcastCodec({ codec: 'vp9', cid: 'again' })];
    says(a, {
      case: 'addTrack',
      value: new AddTrackRequest({ sid, cid: 'again', type: TrackType.VIDEO, simulcastCodecs }),
    });
    expect(last(a, 'trackPublished').track!.sid).toBe(sid);
    const sections = [
      withVp9(media('video', 's1', 'sendonly', 'cam')),
      withVp9(media('video', 's2', 'sendonly', 'again')),
    ];
    says(a, { case: 'offer', value: offer([...SLOTS(1, 1), ...sections], 3) });
    expect(a.participant.publications.count, 'one publication').toBe(1);
    expect(publication.info.codecs.map(({ mimeType, mid }) => [mimeType, mid])).toEqual([
      ['video/VP9', 's1'],
      ['video/VP8', 's2'],
    ]);
    const forwarders = [modern, old].map(({ participant }) => participant.subscriptions.get(sid)!.forwarder!);
    expect(forwarders.map(({ source }) => source)).toEqual([publication.source, publication.backup]);
    expect(forwarders.map(({ active }) => active)).toEqual([true, true]);
    says(old, { case: 'leave', value: {} as never });
    pass(1_000);
    pass(6_000);
    expect(told(a), 'and not any more when it is gone').toEqual({ vp9: VideoQuality.HIGH, vp8: -1 });
  });

  test('when the second is not sent any more its subscribers wait for it on a section of their own', () => {
    const a = join('a');
    const sid = publishVp9(a);
    const old = join('old', {}, SLOTS(1, 2));
    says(a, { case: 'addTrack', value: new AddTrackRequest({ sid, cid: 'again', type: TrackType.VIDEO }) });
    const first = withVp9(media('video', 's1', 'sendonly', 'cam'));
    says(a, { case: 'offer', value: offer([...SLOTS(1, 1), first, media('video', 's2', 'sendonly', 'again')], 3) });
    expect(old.participant.subscriptions.get(sid)!.forwarder).toBeDefined();
    says(a, { case: 'offer', value: offer([...SLOTS(1, 1), first, media('video', 's2', 'inactive')], 4) });
    expect(old.participant.subscriptions.get(sid)).toMatchObject({ mid: '', forwarder: undefined });
    expect(room.publication(sid)!.info.codecs).toHaveLength(1);
  });
});
