import { parseRtcp } from '@alongside/rtp';
import { describe, expect, test } from 'vitest';
import { type Path, SimulatedCall } from './simulation/call.ts';
import { Camera } from './simulation/camera.ts';
import { Ear } from './simulation/ear.ts';
import { Eye } from './simulation/eye.ts';
import { Microphone } from './simulation/microphone.ts';
import { OPUS, RED, VP8 } from './testing.ts';

const DELAY_MS = 10;
const ROUND_TRIP_MS = 2 * DELAY_MS;
/** So many pictures behind the camera is as good as present. */
const PRESENT_FRAMES = 5;

/** Twenty seconds of sound after ten to settle. @returns the share concealed, and what it cost */
function listen(
  paths: { up?: Path; down?: Path },
  options: { seed?: number; red?: boolean; subscriberRed?: boolean; asks?: boolean } = {},
) {
  const { seed = 1, red = true, subscriberRed = true, asks = true } = options;
  const call = new SimulatedCall({
    kind: 'audio',
    codecs: red ? [RED, OPUS] : [OPUS],
    subscriberCodecs: subscriberRed ? [RED, OPUS] : [OPUS],
    up: paths.up ?? {},
    down: paths.down ?? {},
    delayMs: DELAY_MS,
    seed,
  });
  const { clock } = call;
  const microphone = new Microphone((packet) => call.links.up.send(packet), {
    seed,
    useRed: red,
    roundTripMs: ROUND_TRIP_MS,
  });
  const ear = new Ear((packet) => call.links.downBack.send(packet), { asks, roundTripMs: ROUND_TRIP_MS });
  call.onPublisherRtcp = (bytes) => {
    for (const one of parseRtcp(bytes) ?? []) microphone.onRtcp(one, clock.nowMs);
  };
  call.onSubscriberRtp = (bytes) => ear.onRtp(bytes, clock.nowMs);
  clock.at(0, () => microphone.speak(0));
  clock.every(20, () => microphone.speak(clock.nowMs));
  // The loudspeaker's clock has its own beat.
  clock.at(7, () => clock.every(20, () => ear.play(clock.nowMs)));
  clock.runUntil(10_000);
  ear.restart();
  const bytesBefore = call.links.down.bytes;
  clock.runUntil(30_000);
  return {
    concealed: ear.concealedShare,
    delayMs: ear.delayMs,
    depth: call.forwarder.audio!.depth,
    downKbps: ((call.links.down.bytes - bytesBefore) * 8) / 20_000,
  };
}

/** A camera at 30 frames a second, and who looks at it. */
function pictureCall(paths: { up?: Path; down?: Path }, seed: number) {
  const call = new SimulatedCall({
    kind: 'video',
    codecs: [VP8],
    subscriberCodecs: [VP8],
    up: paths.up ?? {},
    down: paths.down ?? {},
    delayMs: DELAY_MS,
    seed,
  });
  const { clock } = call;
  const camera = new Camera((packet) => call.links.up.send(packet), {
    framesPerSecond: 30,
    roundTripMs: ROUND_TRIP_MS,
  });
  const eye = new Eye((packet) => call.links.downBack.send(packet), { roundTripMs: ROUND_TRIP_MS });
  call.onPublisherRtcp = (bytes) => {
    for (const one of parseRtcp(bytes) ?? []) camera.onRtcp(one, clock.nowMs);
  };
  call.onSubscriberRtp = (bytes) => eye.onRtp(bytes, clock.nowMs);
  clock.every(1_000 / 30, () => camera.shoot(clock.nowMs));
  clock.every(20, () => eye.tick(clock.nowMs));
  return { call, camera, eye };
}

/** Twenty seconds of pictures after five to settle. */
function watch(paths: { up?: Path; down?: Path }, seed = 1) {
  const { call, camera, eye } = pictureCall(paths, seed);
  const { clock } = call;
  clock.runUntil(5_000);
  eye.restart(clock.nowMs);
  const keyFrames = camera.keyFrames;
  clock.runUntil(25_000);
  return {
    framesPerSecond: eye.decoded / 20,
    frozenShare: eye.frozenMs / 20_000,
    keyFrames: camera.keyFrames - keyFrames,
    keyFrameRequests: eye.keyFrameRequests,
    /** What the subscriber was told because of its own path. */
    toldDelayMs: call.downlink.pictureDelay.delayMs,
  };
}

/** Nothing passes between the engine and one of the two for so long. @returns when what is shown is what is, ms after its end */
function presentAfterMs(outageMs: number, way: 'up' | 'down'): number {
  const { call, camera, eye } = pictureCall({}, 1);
  const { clock, links } = call;
  clock.runUntil(5_000);
  const setLoss = (lossRatio: number) => {
    for (const link of [links[way], links[`${way}Back`]]) link.options = { ...link.options, lossRatio };
  };
  setLoss(1);
  clock.runUntil(5_000 + outageMs);
  setLoss(0);
  const isLate = () => camera.frames - 1 - eye.shown > PRESENT_FRAMES;
  while (isLate() && clock.nowMs < 30_000 + outageMs) clock.runUntil(clock.nowMs + 10);
  return clock.nowMs - 5_000 - outageMs;
}

/** A camera that sends too much for a narrow path now, and little then. @returns what was told at most, ms */
function overflow(up: Path): number {
  const call = new SimulatedCall({
    kind: 'video',
    codecs: [VP8],
    subscriberCodecs: [VP8],
    up,
    down: {},
    delayMs: DELAY_MS,
    seed: 1,
  });
  const { clock, source } = call;
  const camera = new Camera((packet) => call.links.up.send(packet), {
    framesPerSecond: 30,
    roundTripMs: ROUND_TRIP_MS,
  });
  call.onPublisherRtcp = (bytes) => {
    for (const one of parseRtcp(bytes) ?? []) camera.onRtcp(one, clock.nowMs);
  };
  let frames = 0;
  clock.every(1_000 / 30, () => {
    frames += 1;
    if (frames % 90 < 45 || frames % 5 === 0) camera.shoot(clock.nowMs);
    else camera.frames += 1;
  });
  let toldMs = -1;
  clock.every(500, () => (toldMs = Math.max(toldMs, source.pictureDelay.delayMs)));
  clock.runUntil(30_000);
  return toldMs;
}

/** Of two different runs. */
function mean<Of extends string>(measure: (seed: number) => Record<Of, number>): Record<Of, number> {
  const all = [1, 2].map(measure);
  const names = Object.keys(all[0]!) as Of[];
  return Object.fromEntries(
    names.map((name) => [name, all.reduce((sum, one) => sum + one[name], 0) / all.length]),
  ) as Record<Of, number>;
}

const random = (lossRatio: number): Path => ({ lossRatio });
const bursts = (lossRatio: number): Path => ({ lossRatio, burstPackets: 3 });

describe('SFU-27 sound over a bad path, simulated', () => {
  test.each([
    ['no loss', { down: random(0) }, 0, 1],
    ['5 % down', { down: random(0.05) }, 0.005, 2],
    ['10 % down', { down: random(0.1) }, 0.008, 3],
    ['30 % down', { down: random(0.3) }, 0.012, 6],
    ['50 % down', { down: random(0.5) }, 0.03, 7],
    ['30 % down in bursts', { down: bursts(0.3) }, 0.03, 7],
    ['30 % up', { up: random(0.3) }, 0.04, 1],
    ['50 % up', { up: random(0.5) }, 0.06, 1],
    ['30 % up in bursts', { up: bursts(0.3) }, 0.06, 1],
  ])('%s', (_, paths, most, depth) => {
    const { concealed, ...rest } = mean((seed) => listen(paths, { seed }));
    expect(concealed).toBeLessThanOrEqual(most);
    expect(Math.round(rest.depth)).toBeLessThanOrEqual(depth);
    expect(rest.downKbps, 'what redundancy may cost').toBeLessThan(330);
  });

  test('a subscriber without RED is repaired on request', () => {
    const { concealed } = mean((seed) => listen({ down: random(0.3) }, { seed, subscriberRed: false }));
    expect(concealed).toBeLessThan(0.05);
  });

  test('a publisher without RED is asked for what is lost', () => {
    const { concealed } = mean((seed) => listen({ up: random(0.3) }, { seed, red: false }));
    expect(concealed).toBeLessThan(0.06);
  });

  test('where nothing is repaired the loss is heard: the model hides nothing', () => {
    const deaf = listen({ down: random(0.3) }, { subscriberRed: false, asks: false });
    expect(deaf.concealed).toBeGreaterThan(0.25);
  });
});

describe('SFU-27 a picture over a bad path, simulated', () => {
  test.each([
    ['10 % down', { down: random(0.1) }],
    ['10 % up', { up: random(0.1) }],
    ['30 % down', { down: random(0.3) }],
    ['30 % up', { up: random(0.3) }],
  ])('%s', (_, paths) => {
    const { framesPerSecond, frozenShare } = mean((seed) => watch(paths, seed));
    expect(framesPerSecond).toBeGreaterThan(28);
    expect(frozenShare).toBeLessThan(0.05);
  });

  test('whose own path loses is told to wait for repair, and nobody else is', () => {
    expect(watch({}).toldDelayMs).toBe(-1);
    expect(watch({ up: random(0.3) }).toldDelayMs).toBe(-1);
    const { toldDelayMs } = watch({ down: random(0.3) });
    expect(toldDelayMs).toBeGreaterThan(80);
    expect(toldDelayMs).toBeLessThanOrEqual(250);
  });

  test('what a queue drops that fills now and then is not waited for: a longer wait repairs none of it', () => {
    expect(overflow({ rateBps: 400_000 })).toBe(-1);
    expect(overflow({ rateBps: 500_000 })).toBe(-1);
    expect(overflow(random(0.3)), 'as what is lost by chance is').toBeGreaterThan(100);
  });

  test.each([200, 400, 1_000, 3_000, 8_000, 40_000])('after %i ms of nothing at all one sees what is', (outageMs) => {
    expect(presentAfterMs(outageMs, 'down'), 'SFU-28').toBeLessThan(200);
    expect(presentAfterMs(outageMs, 'up'), 'SFU-28').toBeLessThan(400);
  });

  test('at half lost it still moves', () => {
    expect(mean((seed) => watch({ down: random(0.5) }, seed)).framesPerSecond).toBeGreaterThan(15);
  });
});
