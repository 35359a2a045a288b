/**
 * The people of a measurement, in a process of their own, so that what they cost is nobody else's. Told by messages
 * what to do (`LoadOrder`), answers each with a `LoadAnswer`.
 */

import { JanusDoor } from './janus-door.ts';
import { LiveKitDoor } from './livekit-door.ts';
import type { LoadAnswer, LoadOrder } from './load.ts';
import type { LoadDoor, LoadParticipant, ParticipantSpec } from './participant.ts';

const SEND_EVERY_MS = 5;

const people: LoadParticipant[] = [];
let scale = 1;
let ticks = 0;

setInterval(() => {
  const nowMs = performance.now();
  const connections = people.flatMap((person) => person.connections);
  for (const connection of connections) connection.send(nowMs, scale);
  ticks++;
  // Each at a turn of its own: a hundred browsers do not report in the same millisecond.
  for (let i = ticks % 20; i < connections.length; i += 20) connections[i]!.sendFeedback();
  for (let i = ticks % 200; i < connections.length; i += 200) connections[i]!.sendReports();
}, SEND_EVERY_MS);

async function enter(order: Extract<LoadOrder, { do: 'enter' }>): Promise<void> {
  const door: LoadDoor =
    order.door.kind === 'janus'
      ? await JanusDoor.open(order.door.url)
      : new LiveKitDoor(order.door.url, order.door.keys);
  // Those who send first: whoever comes later finds everything there.
  const specs = order.people.toSorted((a, b) => b.publish.length - a.publish.length);
  for (let i = 0; i < specs.length; i += order.atOnce) {
    await Promise.all(specs.slice(i, i + order.atOnce).map((spec) => enterOne(door, spec)));
  }
  await door.subscribe();
}

async function enterOne(door: LoadDoor, spec: ParticipantSpec): Promise<void> {
  people.push(await door.enter(spec));
}

function counted(): LoadAnswer {
  let sent = 0;
  let received = 0;
  for (const { connections } of people) {
    for (const connection of connections) {
      received += connection.received;
      for (const track of connection.tracks) sent += track.packets;
    }
  }
  return { sent, received };
}

process.on('message', (order: LoadOrder) => {
  void (async () => {
    try {
      if (order.do === 'enter') await enter(order);
      else if (order.do === 'scale') scale = order.scale;
      else if (order.do === 'leave') for (const person of people.splice(0)) person.leave();
      process.send!({ id: order.id, ...counted() });
    } catch (error) {
      process.send!({ id: order.id, sent: 0, received: 0, failed: error instanceof Error ? error.message : 'failed' });
    }
  })();
});
process.on('disconnect', () => process.exit());
