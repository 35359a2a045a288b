import { readFileSync } from 'node:fs';
import { DataPacket, UserPacket } from '@livekit/protocol';
import { beforeEach, expect, test } from 'vitest';
import { events, join, openTestRoom, pipes, publishCamera, room, says } from '../room/testing.ts';
import { EngineMeter, spreadOf } from './engine-figures.ts';
import { Exposition } from './exposition.ts';
import { type FrontFigures, renderMetrics } from './render.ts';

const FRONT: FrontFigures = {
  signalConnections: 2,
  webhooksQueued: 0,
  webhooksDelivered: 9,
  webhooksDropped: 1,
  agentWorkers: 3,
  agentJobs: 4,
  workerRestarts: 0,
  joinsRefused: new Map([['address', 5]]),
};

beforeEach(openTestRoom);

function sample(text: string, series: string): number | undefined {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

test('the text is what Prometheus reads: one head for each family, labels escaped, nothing that is no number', () => {
  const out = new Exposition();
  out.add('a_total', 'counter', 'Things.', 1, { room: 'q"uo\\te\nline' });
  out.add('b', 'gauge', 'Other.', 2);
  out.add('a_total', 'counter', 'Things.', 3, { room: 'x' });
  out.add('b', 'gauge', 'Other.', Number.NaN, { room: 'x' });
  expect(out.toString()).toBe(
    '# HELP a_total Things.\n# TYPE a_total counter\na_total{room="q\\"uo\\\\te\\nline"} 1\na_total{room="x"} 3\n' +
      '# HELP b Other.\n# TYPE b gauge\nb 2\n',
  );
});

test('SFU-52: counters do not go back when somebody leaves; rooms are told one by one', () => {
  const meter = new EngineMeter();
  const read = (): string => renderMetrics([meter.read([room], room.host.counters), undefined], FRONT);
  const ana = join('ana');
  const ben = join('ben');
  pipes[0]!.setState('connected');
  pipes[1]!.setState('connected');
  publishCamera(ana);
  Object.assign(pipes[0]!.stats, { packetsReceived: 700, bytesReceived: 70_000, packetsSent: 5 });
  Object.assign(pipes[1]!.stats, { packetsReceived: 30 });
  const packet = new DataPacket({ value: { case: 'user', value: new UserPacket({ payload: Buffer.from('x') }) } });
  pipes[0]!.handlers.onDataMessage?.('_lossy', Buffer.from(packet.toBinary()), true);
  const before = read();
  expect(sample(before, 'alongside_sfu_packets_total{worker="0",direction="in"}')).toBe(730);
  expect(sample(before, 'alongside_sfu_room_packets_total{worker="0",room="r",direction="in"}')).toBe(730);
  expect(sample(before, 'alongside_sfu_participants{worker="0"}')).toBe(2);
  expect(sample(before, 'alongside_sfu_tracks{worker="0"}')).toBe(1);
  expect(sample(before, 'alongside_sfu_data_packets_total{worker="0"}')).toBe(1);
  expect(sample(before, 'alongside_sfu_worker_up{worker="1"}'), 'a thread that does not answer').toBe(0);
  says(ana, { case: 'leave', value: undefined as never });
  room.remove(ana.participant, 0);
  ben.participant.close();
  const after = read();
  expect(sample(after, 'alongside_sfu_packets_total{worker="0",direction="in"}')).toBe(730);
  expect(sample(after, 'alongside_sfu_room_bytes_total{worker="0",room="r",direction="in"}')).toBe(70_000);
  expect(sample(after, 'alongside_sfu_participants{worker="0"}')).toBe(1);
  expect(sample(after, 'alongside_sfu_joins_total{worker="0"}')).toBe(2);
  expect(sample(after, 'alongside_sfu_webhooks_dropped_total')).toBe(1);
  expect(sample(after, 'alongside_sfu_joins_refused_total{reason="address"}')).toBe(5);
  expect(events.length).toBeGreaterThan(0);
  meter.close();
});

test('every family has a unit or counts, says what it is, and is told once', () => {
  const meter = new EngineMeter();
  join('ana');
  room.host.counters.refused('tracks');
  const text = renderMetrics([meter.read([room], room.host.counters)], FRONT);
  const heads = text.split('\n').filter((line) => line.startsWith('# HELP '));
  const names = heads.map((line) => line.split(' ')[2]!);
  expect(new Set(names).size).toBe(names.length);
  for (const head of heads) expect(head).toMatch(/^# HELP alongside_sfu_[a-z_]+ [A-Z].+\.$/);
  const types = new Map(
    text
      .split('\n')
      .flatMap((line) => (line.startsWith('# TYPE ') ? [line.split(' ').slice(2) as [string, string]] : [])),
  );
  for (const [name, type] of types) expect(name.endsWith('_total'), name).toBe(type === 'counter');
  expect(sample(text, 'alongside_sfu_cpu_seconds_total{worker="0"}')).toBeGreaterThan(0);
  meter.close();
});

test('a spread is of nothing, of one, of many', () => {
  expect(spreadOf([])).toBeUndefined();
  expect(spreadOf([7])).toEqual({ p50: 7, p95: 7, max: 7 });
  expect(spreadOf(Array.from({ length: 100 }, (_, i) => i))).toEqual({ p50: 50, p95: 95, max: 99 });
});

test.each(['operations.md', 'operations.zh-CN.md'])('every family is explained in docs/guides/%s', (file) => {
  const meter = new EngineMeter();
  join('ana');
  pipes[0]!.setState('connected');
  room.host.counters.refused('tracks');
  const text = renderMetrics([meter.read([room], room.host.counters)], FRONT);
  const guide = readFileSync(new URL(`../../../../docs/guides/${file}`, import.meta.url), 'utf8');
  for (const [, name] of text.matchAll(/^# TYPE alongside_sfu_(\w+) /gm)) expect(guide).toContain(`\`${name}\``);
  meter.close();
});
