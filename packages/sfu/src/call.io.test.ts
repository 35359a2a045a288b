import { hears, launchChromium, publish, received, seesMoving, track, until } from '@alongside/testkit';
import { RoomServiceClient, type VideoGrant } from 'livekit-server-sdk';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { devToken, serveCallPage } from './call-testing.ts';
import { type DevServer, startDevServer } from './dev.ts';

type Browser = Awaited<ReturnType<typeof launchChromium>>;
type Page = Awaited<ReturnType<Browser['newPage']>>;

let browser: Browser;
let web: Awaited<ReturnType<typeof serveCallPage>>;
let sfu: DevServer;
let roomName: string;
let pages: Page[] = [];
let roomNumber = 0;

beforeAll(async () => {
  web = await serveCallPage();
  browser = await launchChromium();
  sfu = await startDevServer({ port: 0, host: '127.0.0.1', workers: 2 });
});

afterAll(async () => {
  await browser?.close();
  await sfu?.close();
  web?.close();
});

beforeEach(() => {
  roomName = `call ${++roomNumber}`;
});

afterEach(async () => {
  await Promise.all(pages.map((page) => page.close()));
  pages = [];
});

async function join(identity: string, grant: VideoGrant = {}, options: object = {}): Promise<Page> {
  const page = await browser.newPage();
  pages.push(page);
  await page.goto(web.origin);
  await page.evaluate(
    `join(${JSON.stringify(sfu.url)}, ${JSON.stringify(await devToken(roomName, identity, grant))}, ${JSON.stringify(options)})`,
  );
  return page;
}

describe('two browsers with the unmodified livekit-client', () => {
  test('SFU-1, SFU-3: see and hear each other, a late one at once', async () => {
    const a = await join('a');
    await publish(a);
    const b = await join('b');
    await publish(b);
    await Promise.all([seesMoving(a, 'b'), hears(a, 'b'), seesMoving(b, 'a'), hears(b, 'a')]);
    const picture = (await b.evaluate('picture()')) as { width: number; colours: number };
    expect(picture.width).toBeGreaterThan(0);
    expect(picture.colours, 'the fake camera is colourful, a black picture is not').toBeGreaterThan(3);
    // It tells of one moment, in which a busy browser may have sent nothing.
    await vi.waitFor(async () => {
      const seen = (await sfu.media.roomView(roomName))!.participants.find(({ identity }) => identity === 'b')!;
      expect(seen.received.some(({ source, alive, packets }) => source === 'camera' && alive && packets > 0)).toBe(
        true,
      );
      expect(seen.received.some(({ kind, packets }) => kind === 'audio' && packets > 0)).toBe(true);
      expect(seen.sent.map(({ publisher, active }) => [publisher, active])).toEqual([
        ['a', true],
        ['a', true],
      ]);
      expect(await sfu.media.roomView('nobody is here')).toBeUndefined();
    });
    const c = await join('c');
    await Promise.all([seesMoving(c, 'a'), seesMoving(c, 'b'), hears(c, 'a'), hears(c, 'b')]);
  });

  test('SFU-6: mute stops the packets and tells, unmute brings the picture back', async () => {
    const a = await join('a');
    const b = await join('b');
    await publish(a);
    await Promise.all([seesMoving(b, 'a'), hears(b, 'a')]);
    await a.evaluate('call.room.localParticipant.setCameraEnabled(false)');
    await a.evaluate('call.room.localParticipant.setMicrophoneEnabled(false)');
    await until('b sees both muted', async () => (await received(b)).every((row) => row.muted));
    await a.evaluate('call.room.localParticipant.setCameraEnabled(true)');
    await a.evaluate('call.room.localParticipant.setMicrophoneEnabled(true)');
    await Promise.all([seesMoving(b, 'a'), hears(b, 'a')]);
  });

  test('SFU-6: the service API mutes a track, and nobody opens a microphone from afar', async () => {
    const a = await join('a');
    const b = await join('b');
    await publish(a);
    await hears(b, 'a');
    const service = new RoomServiceClient(sfu.url.replace('ws', 'http'), 'devkey', 'secret');
    const microphone = (await track(b, 'a', 'microphone'))!;
    await service.mutePublishedTrack(roomName, 'a', microphone.sid, true);
    await until('a muted itself', async () => {
      const own = (await a.evaluate('publications()')) as { sid: string; muted: boolean }[];
      return own.some((publication) => publication.sid === microphone.sid && publication.muted);
    });
    await expect(service.mutePublishedTrack(roomName, 'a', microphone.sid, false)).rejects.toThrow(/unmute/);
  });

  test.each([
    ['one connection', { singlePeerConnection: true }],
    ['two connections', { singlePeerConnection: false }],
  ])('SFU-1: tracks unpublished and published again at once are seen and heard, over %s', async (_, options) => {
    const a = await join('a', {}, options);
    const b = await join('b');
    await publish(a);
    await Promise.all([seesMoving(b, 'a'), hears(b, 'a')]);
    const before = (await a.evaluate('publications()')) as { sid: string }[];
    await a.evaluate(`(async () => {
      const { localParticipant } = call.room;
      const tracks = [...localParticipant.trackPublications.values()].map(({ track }) => track);
      await Promise.all(tracks.flatMap((track) => {
        const gone = localParticipant.unpublishTrack(track, false);
        return [gone, localParticipant.publishTrack(track)];
      }));
    })()`);
    await until('b sees the new ones only', async () => {
      const rows = await received(b);
      return rows.length === 2 && rows.every(({ sid }) => !before.some((old) => old.sid === sid));
    });
    await Promise.all([seesMoving(b, 'a'), hears(b, 'a')]);
  });

  test('SFU-3, SFU-4: screen share comes and goes ten times on the same sections', async () => {
    const a = await join('a');
    const b = await join('b');
    await publish(a);
    await seesMoving(b, 'a');
    for (let round = 0; round < 10; round++) {
      await a.evaluate('call.room.localParticipant.setScreenShareEnabled(true)');
      await seesMoving(b, 'a', 'screen_share');
      await a.evaluate('call.room.localParticipant.setScreenShareEnabled(false)');
      await until('screen gone', async () => !(await track(b, 'a', 'screen_share')));
    }
    expect(await b.evaluate('sectionCount()'), 'three and three from the start are enough').toBe(6);
  });

  test('SFU-4: more tracks than sections: the client is asked for more', async () => {
    const a = await join('a');
    const b = await join('b');
    for (let i = 0; i < 5; i++) {
      await a.evaluate(`(async () => {
        const canvas = document.createElement('canvas'); canvas.width = 160; canvas.height = 120;
        const context = canvas.getContext('2d');
        setInterval(() => { context.fillStyle = 'hsl(' + (performance.now() / 5 % 360) + ' 80% 50%)'; context.fillRect(0, 0, 160, 120); }, 50);
        const [track] = canvas.captureStream(20).getVideoTracks();
        await call.room.localParticipant.publishTrack(track, { name: 'canvas ${i}', simulcast: false, source: 'unknown' });
      })()`);
    }
    await until('all five moving', async () => {
      const rows = await received(b);
      return rows.length === 5 && rows.every((row) => row.subscribed && row.framesDecoded! > 10);
    });
  });

  test('SFU-7: chat passes both ways beside the picture', async () => {
    const a = await join('a');
    const b = await join('b');
    await a.evaluate(`call.room.localParticipant.sendText('look at this', { topic: 'lk.chat' })`);
    await b.evaluate(`call.room.localParticipant.sendText('我看到了', { topic: 'lk.chat' })`);
    await until('b reads', async () => (await b.evaluate('call.messages[0]?.text')) === 'look at this');
    await until('a reads', async () => (await a.evaluate('call.messages[0]?.text')) === '我看到了');
  });

  test('SFU-5: a second one with the same identity takes the place of the first', async () => {
    const first = await join('a');
    const b = await join('b');
    const second = await join('a');
    await publish(second);
    await until('the first is out', () => first.evaluate(`call.events.includes('Disconnected')`));
    await seesMoving(b, 'a');
    expect(await b.evaluate('call.room.remoteParticipants.size')).toBe(1);
  });

  test('SFU-9: adaptive stream pauses what is not shown and brings it back', async () => {
    const a = await join('a');
    await publish(a);
    const b = await join('b', {}, { adaptiveStream: true });
    await seesMoving(b, 'a');
    await b.evaluate(`for (const video of document.querySelectorAll('video')) video.style.display = 'none'`);
    let before = -1;
    await until('no more video packets', async () => {
      const now = (await track(b, 'a', 'camera'))?.packetsReceived ?? 0;
      const still = now === before;
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 300));
      return still;
    });
    await b.evaluate(`for (const video of document.querySelectorAll('video')) video.style.display = ''`);
    await seesMoving(b, 'a');
  });

  test('SFU-2: who may not publish is told so, and who may not subscribe gets nothing', async () => {
    const a = await join('a');
    await publish(a);
    const watcher = await join('watcher', { canPublish: false });
    await seesMoving(watcher, 'a');
    const refused = await watcher.evaluate(
      'call.room.localParticipant.setCameraEnabled(true).then(() => "", (error) => String(error))',
    );
    expect(refused).toMatch(/permission/i);
    const mute = await join('deaf', { canSubscribe: false });
    await until('deaf knows of a', async () => (await received(mute)).length > 0);
    expect((await received(mute)).every((row) => !row.subscribed)).toBe(true);
  });

  test('SFU-10: who speaks is told, and who falls silent', async () => {
    const a = await join('a');
    const b = await join('b');
    // The fake microphone only ticks; a voice goes on.
    await a.evaluate(`(async () => {
      const audio = new AudioContext();
      const voice = audio.createOscillator();
      const volume = audio.createGain();
      const out = audio.createMediaStreamDestination();
      voice.connect(volume).connect(out);
      voice.start();
      globalThis.silence = () => { volume.gain.value = 0; };
      await call.room.localParticipant.publishTrack(out.stream.getAudioTracks()[0], { source: 'microphone' });
    })()`);
    const speaks = `call.room.activeSpeakers.some((speaker) => speaker.identity === 'a')`;
    await until('a speaks', () => b.evaluate(speaks));
    await a.evaluate('silence()');
    await until('a is silent', async () => !(await b.evaluate(speaks)));
  });
});
