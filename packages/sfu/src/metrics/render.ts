import type { EngineFigures, RoomFigures, Spread } from './engine-figures.ts';
import { Exposition, type Labels, type MetricType } from './exposition.ts';
import type { Traffic } from './traffic.ts';

const PREFIX = 'alongside_sfu_';

/** What the thread that holds the connections counts itself. */
export interface FrontFigures {
  signalConnections: number;
  webhooksQueued: number;
  webhooksDelivered: number;
  webhooksDropped: number;
  agentWorkers: number;
  agentJobs: number;
  workerRestarts: number;
  /** Joins that never came as far as an engine, by reason. */
  joinsRefused: ReadonlyMap<string, number>;
}

type Counted = readonly [name: string, help: string, value: (traffic: Traffic) => number, labels?: Labels];

const TRAFFIC: readonly Counted[] = [
  ['packets_total', 'RTP and RTCP packets.', (t) => t.packetsReceived, { direction: 'in' }],
  ['packets_total', '', (t) => t.packetsSent, { direction: 'out' }],
  [
    'bytes_total',
    'Bytes of these packets, in as they are unsealed and out as they are sealed.',
    (t) => t.bytesReceived,
    { direction: 'in' },
  ],
  ['bytes_total', '', (t) => t.bytesSent, { direction: 'out' }],
  [
    'packets_refused_total',
    'Received packets that were not authentic, repeated, malformed or too early.',
    (t) => t.packetsRefused,
  ],
  ['sends_dropped_total', 'Packets not sent: no path yet, or a full queue.', (t) => t.sendsDropped],
  [
    'nacks_total',
    'Packets asked for again: in by subscribers, out of publishers.',
    (t) => t.nacksReceived,
    { direction: 'in' },
  ],
  ['nacks_total', '', (t) => t.nacksSent, { direction: 'out' }],
  [
    'key_frame_requests_total',
    'PLI and FIR: in by subscribers, out to publishers.',
    (t) => t.keyFrameRequestsReceived,
    { direction: 'in' },
  ],
  ['key_frame_requests_total', '', (t) => t.keyFrameRequestsSent, { direction: 'out' }],
  ['data_dropped_total', 'Data packets a participant lost because it reads too slowly.', (t) => t.dataDropped],
];

/**
 * The figures of all media threads as Prometheus reads them.
 * @param workers in the threads' order; undefined for one that does not answer
 */
export function renderMetrics(workers: readonly (EngineFigures | undefined)[], front: FrontFigures): string {
  const out = new Exposition();
  const add = (name: string, type: MetricType, help: string, value: number | undefined, labels: Labels = {}): void =>
    out.add(PREFIX + name, type, help, value, labels);
  const spread = (name: string, help: string, values: Spread | undefined, labels: Labels, scale = 1): void => {
    for (const [quantile, value] of [
      [0.5, values?.p50],
      [0.95, values?.p95],
      [1, values?.max],
    ] as const) {
      add(name, 'gauge', help, value === undefined ? undefined : value * scale, { ...labels, quantile });
    }
  };
  workers.forEach((figures, worker) => {
    add('worker_up', 'gauge', 'Whether the media thread answers.', figures ? 1 : 0, { worker });
  });
  workers.forEach((figures, worker) => {
    if (!figures) return;
    const of = { worker };
    add('rooms', 'gauge', 'Rooms.', figures.rooms, of);
    add('participants', 'gauge', 'Participants, hidden ones too.', figures.participants, of);
    add('tracks', 'gauge', 'Published tracks.', figures.publications, of);
    add('subscriptions', 'gauge', 'Tracks on their way to somebody.', figures.subscriptions, of);
    add('joins_total', 'counter', 'Participants let in, without resumes.', figures.joins, of);
    add('signal_messages_total', 'counter', 'Signalling messages of clients.', figures.signalMessages, of);
    add('data_packets_total', 'counter', 'Data packets of clients.', figures.dataPackets, of);
    add(
      'handler_errors_total',
      'counter',
      'Packets whose handling failed; every one is a defect.',
      figures.traffic.handlerErrors,
      of,
    );
    for (const [name, help, value, labels] of TRAFFIC) {
      add(name, 'counter', help, value(figures.traffic), { ...of, ...labels });
    }
    for (const [reason, count] of figures.refusals) {
      add('refusals_total', 'counter', 'What limits refused, by limit.', count, { ...of, reason });
    }
    spread(
      'loss_ratio',
      'Loss over the last second or so, 0 to 1, before repair: of participants in, of tracks out.',
      figures.lossUpRatio,
      { ...of, direction: 'in' },
    );
    spread('loss_ratio', '', figures.lossDownRatio, { ...of, direction: 'out' });
    spread('round_trip_seconds', 'Round trip to participants, by RTCP.', figures.roundTripMs, of, 1e-3);
    spread(
      'event_loop_lag_seconds',
      'How late the thread came to its timers since the last scrape.',
      figures.eventLoopLagMs,
      of,
      1e-3,
    );
    add('cpu_seconds_total', 'counter', 'Processor time of the media thread.', figures.cpuSeconds, of);
    add(
      'thread_nice',
      'gauge',
      'Nice value of the media thread: below 0 it comes before other work.',
      figures.nice,
      of,
    );
    add('heap_bytes', 'gauge', 'JavaScript heap in use.', figures.heapBytes, of);
  });
  addFront(add, front);
  const rooms = workers.flatMap((figures, worker) => (figures?.busiest ?? []).map((room) => ({ room, worker })));
  for (const { room, worker } of rooms) addRoom(add, room, { worker, room: room.name });
  return out.toString();
}

type Add = (name: string, type: MetricType, help: string, value: number | undefined, labels?: Labels) => void;

function addFront(add: Add, front: FrontFigures): void {
  add('signal_connections', 'gauge', 'Signal connections.', front.signalConnections);
  add('webhooks_queued', 'gauge', 'Webhooks that wait for their receiver.', front.webhooksQueued);
  add('webhooks_delivered_total', 'counter', 'Webhooks a receiver took.', front.webhooksDelivered);
  add('webhooks_dropped_total', 'counter', 'Webhooks given up.', front.webhooksDropped);
  add('agent_workers', 'gauge', 'Registered agent workers.', front.agentWorkers);
  add('agent_jobs', 'gauge', 'Jobs agents run.', front.agentJobs);
  add('worker_restarts_total', 'counter', 'Media threads that crashed and were started again.', front.workerRestarts);
  for (const [reason, count] of front.joinsRefused) {
    add('joins_refused_total', 'counter', 'Joins refused at the door, by reason.', count, { reason });
  }
}

function addRoom(add: Add, room: RoomFigures, labels: Labels): void {
  const { traffic } = room;
  add(
    'room_participants',
    'gauge',
    'Participants of a room; the 200 fullest of each worker.',
    room.participants,
    labels,
  );
  add('room_tracks', 'gauge', 'Published tracks of a room.', room.publications, labels);
  const both = [
    ['in', traffic.packetsReceived, traffic.bytesReceived, room.lossUpRatio],
    ['out', traffic.packetsSent, traffic.bytesSent, room.lossDownRatio],
  ] as const;
  for (const [direction, packets, bytes, lossRatio] of both) {
    add('room_packets_total', 'counter', 'RTP and RTCP packets of a room.', packets, { ...labels, direction });
    add('room_bytes_total', 'counter', 'Bytes of these packets.', bytes, { ...labels, direction });
    add('room_loss_ratio', 'gauge', 'Loss of the worst participant.', lossRatio, { ...labels, direction });
  }
  const roundTripSeconds = room.roundTripMs === undefined ? undefined : room.roundTripMs / 1e3;
  add('room_round_trip_seconds', 'gauge', 'Round trip to the farthest participant.', roundTripSeconds, labels);
}
