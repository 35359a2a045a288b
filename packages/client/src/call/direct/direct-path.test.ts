import type { DirectMessage, DirectReturn, DirectSlot } from '@alongside/contracts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DirectLink } from './direct-link.ts';
import { createDirectPath, type DirectPath } from './direct-path.ts';
import type { DirectRoom } from './direct-room.ts';

const SLOTS: readonly DirectSlot[] = ['microphone', 'camera'];
const SERVED_AFTER_MS = 800;

/** Where one end's slot comes from, as somebody who listens there would say. */
type Heard = 'server' | 'direct' | 'nothing';

/** Two ends of a call whose network is as real as its rules: what a sender does not send does not arrive. */
class World {
  readonly ends: End[] = [];
  crowd = 0;
  obstacle: DirectReturn | null = null;
  /** Whether two browsers reach each other. */
  reachable = true;
  rttMs = 10;
  messages: string[] = [];
  /** What either end heard, at every moment in which something could have changed. */
  heard: Heard[][] = [];

  constructor() {
    this.ends = [new End(this, 'customer:a', 0), new End(this, 'staff:b', 1)];
  }

  /** Half a second, in pieces in which something arrives. */
  async run(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      for (const end of this.ends) end.flow();
      await vi.advanceTimersByTimeAsync(100);
      this.heard.push(this.ends.flatMap((end) => SLOTS.map((slot) => end.hears(slot))));
    }
  }

  stop(): void {
    for (const end of this.ends) end.path.stop();
  }
}

class End {
  readonly path: DirectPath;
  readonly world: World;
  readonly me: string;
  private readonly index: number;
  readonly toServer = new Set<DirectSlot>(SLOTS);
  /** Since when what is sent to the server arrives behind it. */
  private readonly arrivesFromMs = new Map<DirectSlot, number>();
  readonly plays = new Map<DirectSlot, MediaStreamTrack | null>();
  readonly fromServer = new Map<DirectSlot, number>(SLOTS.map((slot) => [slot, 0]));
  readonly arrived = new Map<DirectSlot, number>();
  onMessage: (from: string, message: DirectMessage) => void = () => {};
  onChange: () => void = () => {};
  link: FakeLink | null = null;
  muted = new Set<DirectSlot>();
  private readonly tracks = new Map(SLOTS.map((slot) => [slot, { id: slot } as MediaStreamTrack]));

  constructor(world: World, me: string, index: number) {
    this.world = world;
    this.me = me;
    this.index = index;
    this.path = createDirectPath({
      room: this.room(),
      makeLink: (onState) => (this.link = new FakeLink(this, onState)),
      obstacle: () => world.obstacle,
      onChange: () => {},
    });
  }

  get other(): End {
    return this.world.ends[1 - this.index]!;
  }

  hears(slot: DirectSlot): Heard {
    if (this.plays.get(slot)) return this.link?.isUp() && this.other.link?.sent.get(slot) ? 'direct' : 'nothing';
    return this.other.comesByServer(slot) ? 'server' : 'nothing';
  }

  comesByServer(slot: DirectSlot): boolean {
    return this.toServer.has(slot) && performance.now() >= (this.arrivesFromMs.get(slot) ?? 0);
  }

  /** Whoever begins to send has an encoder to start and a way to go. */
  private sendToServer(slot: DirectSlot, on: boolean): void {
    if (on && !this.toServer.has(slot)) this.arrivesFromMs.set(slot, performance.now() + SERVED_AFTER_MS);
    if (on) this.toServer.add(slot);
    else this.toServer.delete(slot);
  }

  /** Packets arrive by every way on which they are sent. */
  flow(): void {
    for (const slot of SLOTS) {
      if (this.other.muted.has(slot)) continue;
      if (this.other.comesByServer(slot)) this.fromServer.set(slot, this.fromServer.get(slot)! + 5);
      if (this.link?.isUp() && this.other.link?.sent.get(slot))
        this.arrived.set(slot, (this.arrived.get(slot) ?? 0) + 5);
    }
  }

  private room(): DirectRoom {
    const { world } = this;
    return {
      me: this.me,
      partner: () => (world.crowd === 0 ? this.other.me : null),
      isHere: () => true,
      own: () => new Map(SLOTS.map((slot) => [slot, this.muted.has(slot) ? null : this.tracks.get(slot)!])),
      sendToServer: (slot, on) => this.sendToServer(slot, on),
      theirs: () => SLOTS.filter((slot) => !this.other.muted.has(slot)),
      play: (_, slot, track) => void this.plays.set(slot, track),
      served: async (_, slot) => this.fromServer.get(slot)!,
      serverRttMs: async () => 30,
      iceServers: () => [],
      send: (_, message) => {
        world.messages.push(`${this.me} ${message.type}`);
        setTimeout(() => this.other.onMessage(this.me, message), 30);
      },
      listen: (onMessage, onChange) => {
        this.onMessage = onMessage;
        this.onChange = onChange;
        return () => {};
      },
    };
  }
}

class FakeLink implements DirectLink {
  readonly connection = {} as RTCPeerConnection;
  readonly sent = new Map<DirectSlot, MediaStreamTrack | null>();
  private readonly end: End;
  private readonly onState: () => void;
  private described = false;
  private closed = false;

  constructor(end: End, onState: () => void) {
    this.end = end;
    this.onState = onState;
  }

  isUp(): boolean {
    return !this.closed && this.described && this.end.world.reachable && this.end.other.link?.closed === false;
  }

  state() {
    if (this.closed) return 'failed' as const;
    return this.isUp() && this.end.other.link!.described ? ('connected' as const) : ('connecting' as const);
  }

  async offer() {
    return 'offer';
  }

  async answer() {
    this.described = true;
    return 'answer';
  }

  async accept() {
    this.described = true;
    this.onState();
  }

  send(own: ReadonlyMap<DirectSlot, MediaStreamTrack | null>) {
    for (const [slot, track] of own) this.sent.set(slot, track);
  }

  track = (slot: DirectSlot) => ({ id: `direct ${slot}` }) as MediaStreamTrack;
  slotOf = () => null;

  async reading() {
    const { arrived, world } = this.end;
    const bytesReceived = [...arrived.values()].reduce((sum, one) => sum + one, 0);
    const audio = arrived.get('microphone') ?? 0;
    return {
      atMs: performance.now(),
      rttMs: world.rttMs,
      bytesReceived,
      audioReceived: audio,
      audioLost: 0,
      arrived,
      theirLevel: 0.1,
      myLevel: 0.2,
    };
  }

  close() {
    this.closed = true;
  }
}

let world: World;
beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});
afterEach(() => {
  world.stop();
  vi.useRealTimers();
});

const everything = (heard: Heard) => [heard, heard, heard, heard];

test('two alone go direct, media leaves the server, and at no moment is anything missing', async () => {
  await world.run(5_000);
  expect(world.heard.at(-1)).toEqual(everything('direct'));
  for (const end of world.ends) {
    expect([...end.toServer]).toEqual([]);
    expect(end.path.isDirect()).toBe(true);
    expect(end.path.levels()).toEqual({ mine: 0.2, theirs: 0.1 });
  }
  expect(world.heard.flat()).not.toContain('nothing');
});

test.each<[string, (world: World) => void]>([
  ['a third comes', (one) => (one.crowd = 1)],
  ['a recording is asked for', (one) => (one.obstacle = 'recording')],
  ['the direct way becomes the longer one', (one) => (one.rttMs = 300)],
])('when %s all comes from the media server again, without a gap', async (_, happens) => {
  await world.run(5_000);
  happens(world);
  await world.run(20_000);
  expect(world.heard.at(-1)).toEqual(everything('server'));
  expect(world.heard.flat()).not.toContain('nothing');
  for (const end of world.ends) {
    expect([...end.toServer].sort()).toEqual([...SLOTS].sort());
    expect(end.path.connection()).toBeNull();
  }
});

test('alone again they go direct again; a path that was worse is not tried at once', async () => {
  await world.run(5_000);
  world.crowd = 1;
  await world.run(6_000);
  world.crowd = 0;
  await world.run(5_000);
  expect(world.heard.at(-1)).toEqual(everything('direct'));
  world.rttMs = 300;
  await world.run(16_000);
  world.rttMs = 10;
  await world.run(20_000);
  expect(world.heard.at(-1)).toEqual(everything('server'));
  await world.run(60_000);
  expect(world.heard.at(-1)).toEqual(everything('direct'));
});

test('two who do not reach each other stay where they are, and try again ever more rarely', async () => {
  world.reachable = false;
  await world.run(30_000);
  expect(new Set(world.heard.flat())).toEqual(new Set(['server']));
  const offers = () => world.messages.filter((text) => text.endsWith('offer')).length;
  expect(offers()).toBe(1);
  await world.run(60_000);
  expect(offers()).toBe(2);
  await world.run(60_000);
  expect(offers()).toBe(2);
});

test('a path that breaks is left by both within seconds', async () => {
  await world.run(5_000);
  world.reachable = false;
  await world.run(10_000);
  expect(world.heard.at(-1)).toEqual(everything('server'));
  expect(world.ends.map((end) => end.path.connection())).toEqual([null, null]);
});

test('what is turned off and on again goes on directly; it is not waited for on the way back', async () => {
  await world.run(5_000);
  const [first] = world.ends as [End, End];
  first.muted.add('camera');
  first.onChange();
  await world.run(1_000);
  world.crowd = 1;
  await world.run(3_000);
  expect(first.other.path.connection()).toBeNull();
  first.muted.delete('camera');
  world.crowd = 0;
  await world.run(5_000);
  expect(world.heard.at(-1)).toEqual(everything('direct'));
});

test('one who may not says so, and nothing of theirs goes past the media server', async () => {
  world.obstacle = 'not-allowed';
  await world.run(5_000);
  expect(world.messages).toEqual([]);
  const [answerer] = world.ends as [End, End];
  answerer.onMessage('staff:b', { type: 'offer', attempt: crypto.randomUUID(), sdp: 'offer' });
  await world.run(100);
  expect(world.messages).toEqual(['customer:a close']);
});

test('an offer of somebody who came in between is refused, and what goes on goes on', async () => {
  await world.run(5_000);
  const [first] = world.ends as [End, End];
  world.crowd = 1;
  first.onMessage('customer:third', { type: 'offer', attempt: crypto.randomUUID(), sdp: 'offer' });
  expect(first.path.connection()).not.toBeNull();
  await world.run(6_000);
  expect(world.heard.at(-1)).toEqual(everything('server'));
  expect(world.heard.flat()).not.toContain('nothing');
});

test('words of somebody else, or of another attempt, change nothing', async () => {
  await world.run(5_000);
  const [first] = world.ends as [End, End];
  first.onMessage('staff:b', { type: 'close', attempt: crypto.randomUUID(), reason: 'failed' });
  first.onMessage('customer:stranger', { type: 'close', attempt: crypto.randomUUID(), reason: 'failed' });
  await world.run(1_000);
  expect(world.heard.at(-1)).toEqual(everything('direct'));
});
