import { expect, test } from 'vitest';
import { candidate } from '../testing.ts';
import { SessionBuilder } from './session-builder.ts';

test('forgets what is before an instant, and still knows who took part', () => {
  const builder = new SessionBuilder('live');
  const track = builder.track({ id: 't', connectionId: 'c', participantId: 'p', direction: 'send', kind: 'audio' });
  const connection = builder.connection('c', 'p');
  for (const atMs of [1_000, 2_000, 3_000]) {
    track.samples.append(atMs, { bitrateBps: atMs });
    connection.samples.append(atMs, { rttMs: 1 });
    builder.participant('p').device.append(atMs, { visible: 1 });
    builder.event({ type: 'devices_changed', atMs, participantId: 'p' });
    builder.log({ atMs, participantId: 'p', level: null, text: '' });
  }
  builder.forgetBefore(2_500);
  const session = builder.build();
  expect([session.fromMs, session.toMs, session.events.length, session.logs.length]).toEqual([3_000, 3_000, 1, 1]);
  expect(session.tracks.map(({ id, samples }) => [id, samples.length, samples.value('bitrateBps', 0)])).toEqual([
    ['t', 1, 3_000],
  ]);
  expect(session.connections[0]!.samples.length).toBe(1);
  expect(session.participants[0]!.device.length).toBe(1);
});

test('forgets one of more lines than a function takes arguments', () => {
  const builder = new SessionBuilder('live');
  for (let atMs = 0; atMs < 190_000; atMs++) builder.log({ atMs, participantId: 'p', level: 'warn', text: '' });
  builder.forgetBefore(1);
  expect(builder.build().logs).toHaveLength(189_999);
});

test('a pair for each transport is told once, and again only where it changes', () => {
  const builder = new SessionBuilder('live');
  for (let atMs = 1; atMs < 9; atMs++)
    for (const port of [1, 2]) builder.pairSelected('c', atMs, candidate({ port }), candidate(), `t${port}`);
  builder.pairSelected('c', 9, candidate({ port: 3 }), candidate(), 't1');
  expect(builder.build().events.map(({ atMs }) => atMs)).toEqual([1, 1, 9]);
});
