import {
  CandidateProtocol,
  ClientConfigSetting,
  DisconnectReason,
  LeaveRequest_Action,
  MuteTrackRequest,
  ParticipantInfo_State,
  SimulateScenario,
  SyncState,
  TrackInfo,
  TrackPublishedResponse,
} from '@livekit/protocol';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { givenUp } from './lost-participants.ts';
import { mayBecome } from './participant-state.ts';
import {
  join,
  last,
  offer,
  openTestRoom,
  pass,
  pipes,
  publishCamera,
  room,
  SLOTS,
  says,
  sink,
  turn,
} from './testing.ts';

beforeEach(openTestRoom);

describe('SFU-8: coming back', () => {
  test('a resume begins with reconnect and tells everything again; a new ufrag restarts ICE only', () => {
    const a = join('a');
    join('b');
    pipes[0]!.setState('connected');
    a.participant.detachSignal(a);
    expect(room.participantCount).toBe(2);
    const again = sink();
    again.participant = a.participant;
    room.resume(a.participant, again);
    expect(again.got.map((response) => response.message.case).slice(0, 3)).toEqual([
      'reconnect',
      'update',
      'roomUpdate',
    ]);
    const restarted = offer(SLOTS(1, 1), 5);
    restarted.sdp = restarted.sdp.replaceAll('a=ice-ufrag:u', 'a=ice-ufrag:new');
    says(again, { case: 'offer', value: restarted });
    expect([pipes[0]!.restarts, last(again, 'answer').id]).toEqual([1, 5]);
    expect(pipes).toHaveLength(2);
  });

  test('SFU-6: a mute by the service that may not have arrived is told again, until the client says how it is', () => {
    const a = join('a');
    pipes[0]!.setState('connected');
    const sid = publishCamera(a);
    a.participant.detachSignal(a);
    a.participant.publications.setMuted(sid, true, true);
    const again = sink();
    again.participant = a.participant;
    room.resume(a.participant, again);
    expect(last(again, 'mute')).toMatchObject({ sid, muted: true });
    const kinds = again.got.map(({ message }) => message.case);
    expect(kinds.indexOf('mute')).toBeGreaterThan(kinds.indexOf('update'));
    // It obeys, and whoever sits there turns it on again.
    for (const muted of [true, false]) says(again, { case: 'mute', value: new MuteTrackRequest({ sid, muted }) });
    const onceMore = sink();
    room.resume(a.participant, onceMore);
    expect(last(onceMore, 'mute')).toBeUndefined();
  });

  test('who left meanwhile is told to be gone, for a minute and a half', () => {
    const a = join('a');
    pipes[0]!.setState('connected');
    join('ghost', { hidden: true });
    for (const name of ['b', 'c']) join(name);
    const toldWhenBack = (): string[] => {
      const again = sink();
      again.participant = a.participant;
      room.resume(a.participant, again);
      return last(again, 'update').participants.map(
        ({ identity, state }) => `${identity} ${ParticipantInfo_State[state]}`,
      );
    };
    a.participant.detachSignal(a);
    for (const name of ['ghost', 'b', 'c']) room.remove(room.byIdentity(name)!, DisconnectReason.CLIENT_INITIATED);
    join('c');
    expect(toldWhenBack()).toEqual(['a ACTIVE', 'c JOINED', 'b DISCONNECTED']);
    pass(91_000);
    expect(toldWhenBack(), 'c never got through').toEqual(['a ACTIVE', 'c DISCONNECTED']);
  });

  test('what waits to be sent is given up while there is no path', () => {
    const a = join('a');
    pipes[0]!.setState('connected');
    const dropped = vi.spyOn(a.participant.peer!.downlink, 'dropHeld');
    pass(20);
    expect(dropped).not.toHaveBeenCalled();
    pipes[0]!.setState('disconnected');
    pass(20);
    expect(dropped).toHaveBeenCalledOnce();
  });

  test('SFU-42: a section that fell silent in an answer that may be lost carries nothing before the next answer', async () => {
    const a = join('a', {}, SLOTS(0, 0));
    publishCamera(a);
    const b = join('b', {}, SLOTS(0, 1));
    const mapOf = (client: typeof b) => Object.keys(last(client, 'answer').midToTrackId);
    expect(mapOf(b)).toEqual(['v0']);
    says(a, { case: 'offer', value: offer(SLOTS(1, 1), 3) });
    says(b, { case: 'offer', value: offer(SLOTS(0, 1), 2) });
    expect(mapOf(b), 'inactive in this answer').toEqual([]);
    const again = sink();
    again.participant = b.participant;
    room.resume(b.participant, again);
    publishCamera(a, 'cam2', 4);
    says(again, { case: 'offer', value: offer(SLOTS(0, 1), 3) });
    expect(mapOf(again), 'inactive once more').toEqual([]);
    await turn();
    expect(again.got.at(-1)!.message.case).toBe('mediaSectionsRequirement');
    says(again, { case: 'offer', value: offer(SLOTS(0, 1), 4) });
    expect(mapOf(again)).toEqual(['v0']);
  });

  test('SFU-41: a way that was asked for holds from the next connection on', () => {
    const simulated = (value: CandidateProtocol) =>
      new SimulateScenario({ scenario: { case: 'switchCandidateProtocol', value } });
    const relay = { urls: ['turn:a:3478?transport=udp', 'turns:a:443?transport=tcp'], username: 'u', credential: 'c' };
    const first = join('a');
    expect([pipes[0]!.protocols, last(first, 'join').clientConfiguration!.forceRelay]).toEqual([undefined, 0]);
    says(first, { case: 'simulate', value: simulated(CandidateProtocol.TCP) });
    const second = join('a');
    expect(pipes[1]!.protocols).toEqual(['tcp']);
    says(second, { case: 'simulate', value: simulated(CandidateProtocol.TLS) });
    const without = join('a');
    expect(last(without, 'join').clientConfiguration!.forceRelay, 'there is no relay to force it to').toBe(0);
    Object.assign(room.host.transport, { iceServers: () => [relay] });
    const third = join('a');
    expect(pipes[3]!.protocols).toBeUndefined();
    expect(last(third, 'join').iceServers.map((server) => server.urls)).toEqual([['turns:a:443?transport=tcp']]);
    expect(last(third, 'join').clientConfiguration!.forceRelay).toBe(ClientConfigSetting.ENABLED);
    says(third, { case: 'simulate', value: simulated(CandidateProtocol.UDP) });
    expect(last(join('a'), 'join').iceServers[0]!.urls).toEqual(relay.urls);
  });

  test('SFU-43: a token at joining, at coming back, and every five minutes', () => {
    const a = join('a');
    pipes[0]!.setState('connected');
    expect(a.refreshed).toBe(1);
    for (let minute = 0; minute < 11; minute++) pass(60_000);
    expect(a.refreshed).toBe(3);
    const again = sink();
    room.resume(a.participant, again);
    expect(again.refreshed).toBe(1);
  });

  test('a client that believes to publish what is not known starts over', () => {
    const a = join('a');
    const track = new TrackInfo({ sid: 'TR_gone' });
    says(a, {
      case: 'syncState',
      value: new SyncState({ publishTracks: [new TrackPublishedResponse({ cid: 'x', track })] }),
    });
    expect(last(a, 'leave').action).toBe(LeaveRequest_Action.RECONNECT);
  });

  test.each([
    ['all there', { signalLostMs: -1, mediaLostMs: -1 }, undefined],
    ['signal gone, media alive, may resume', { signalLostMs: 20_000, mediaLostMs: -1 }, undefined],
    ['signal gone too long', { signalLostMs: 31_000, mediaLostMs: -1 }, DisconnectReason.SIGNAL_CLOSE],
    ['media gone, signal there', { signalLostMs: -1, mediaLostMs: 60_000 }, undefined],
    ['both gone', { signalLostMs: 16_000, mediaLostMs: 16_000 }, DisconnectReason.SIGNAL_CLOSE],
  ])('%s', (_what, absence, reason) => {
    expect(givenUp({ state: 'active', sinceJoinMs: 100_000, ...absence })).toBe(reason);
  });

  test('who never gets a media path is sent away', () => {
    expect(givenUp({ state: 'joined', sinceJoinMs: 61_000, signalLostMs: -1, mediaLostMs: -1 })).toBe(
      DisconnectReason.JOIN_FAILURE,
    );
  });
});

test('the participant’s states go one way', () => {
  expect(mayBecome('joined', 'active')).toBe(true);
  expect(mayBecome('active', 'joined')).toBe(false);
  for (const state of ['joining', 'joined', 'active', 'disconnected'] as const) {
    expect(mayBecome('disconnected', state)).toBe(false);
  }
});
