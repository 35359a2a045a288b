import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { SessionBuilder } from '../model/session-builder.ts';
import { callOf, pieces, seconds, T0 } from '../testing.ts';
import { diagnose } from '../verdict/report.ts';
import { joinSessions } from './join-sessions.ts';
import { readSessions } from './read-sessions.ts';

const call = callOf({
  connection: seconds(30, { rttMs: 20 }),
  tracks: [{ rows: seconds(30, { lossRatio: 0.2, bitrateBps: 1 }) }],
  events: [{ type: 'ice_state', second: 25, state: 'failed' }],
});

function logAt(second: number, state = 'failed') {
  const builder = new SessionBuilder('log');
  const atMs = T0 + second * 1_000;
  builder.connection('log', 'p');
  builder.log({ atMs, participantId: 'p', level: null, text: 'x' });
  builder.event({ type: 'ice_state', atMs, participantId: 'p', connectionId: 'log', state });
  return builder.build();
}

test('a dump and the log of whoever saved it are one call, and what both tell is told once', () => {
  const [one, ...more] = joinSessions([
    { name: 'app.log', session: logAt(26) },
    { name: 'dump.json', session: call },
  ]);
  expect(more).toEqual([]);
  expect(one!.names).toEqual(['dump.json', 'app.log']);
  expect(one!.session.connections.map(({ id }) => id)).toEqual(['c']);
  expect(one!.session.events.filter(({ type }) => type === 'ice_state')).toHaveLength(1);
  expect(one!.session.logs).toHaveLength(1);
  const [other] = joinSessions([
    { name: 'dump.json', session: call },
    { name: 'app.log', session: logAt(2, 'checking') },
  ]);
  expect(other!.session.events.filter(({ type }) => type === 'ice_state')).toHaveLength(2);
});

test('what is of another time, or of none, stays alone', () => {
  const documents = [
    { name: 'dump.json', session: call },
    { name: 'yesterday.log', session: logAt(-86_400) },
    { name: 'undated.log', session: { ...logAt(5), clock: 'relative' as const } },
  ];
  expect(joinSessions(documents).map(({ names }) => names)).toEqual([
    ['dump.json'],
    ['yesterday.log'],
    ['undated.log'],
  ]);
});

test('dumps of both ends stand beside each other', () => {
  const [both] = joinSessions([
    { name: 'a.json', session: call },
    { name: 'b.json', session: call },
  ]);
  expect(both!.session.participants.map(({ id }) => id)).toEqual(['p', 'p-2']);
  expect(both!.session.connections.map(({ id, participantId }) => [id, participantId])).toEqual([
    ['c', 'p'],
    ['c-2', 'p-2'],
  ]);
  expect(both!.session.tracks.map(({ id, connectionId }) => [id, connectionId])).toEqual([
    ['t0', 'c'],
    ['t0-2', 'c-2'],
  ]);
});

test('a dump saved twice is one end, and the longer one counts', () => {
  const saved = (count: number, ssrc: number) =>
    callOf({ tracks: [{ direction: 'send', ssrc, rows: seconds(count, { packets: 50 }) }] });
  const [one] = joinSessions([
    { name: 'early.json', session: saved(10, 1) },
    { name: 'late.json', session: saved(30, 1) },
    { name: 'other.json', session: saved(20, 2) },
  ]);
  expect(one!.session.tracks.map(({ ssrc, samples }) => [ssrc, samples.length])).toEqual([
    [1, 30],
    [2, 20],
  ]);
});

test('an archive of a dump and a log is judged as one', async () => {
  const stat = (second: number) => [
    {
      id: 'I',
      type: 'inbound-rtp',
      kind: 'video',
      packetsReceived: second * 100,
      packetsLost: second * 30,
      timestamp: T0 + second * 1_000,
    },
  ];
  const archive = zipSync({
    'stats.json': new TextEncoder().encode(JSON.stringify(Array.from({ length: 30 }, (_, second) => stat(second)))),
    'app.log': new TextEncoder().encode(
      `${new Date(T0 + 9_000).toISOString()} getUserMedia audio NotAllowedError: denied\n`,
    ),
  });
  const documents = [];
  for await (const document of readSessions('case.zip', pieces(archive))) documents.push(document);
  const found = joinSessions(documents);
  expect(found).toHaveLength(1);
  const { causes } = diagnose(found[0]!.session, 'en').verdict;
  expect(causes).toEqual(expect.arrayContaining(['packet-loss', 'permission-denied']));
});
