import { DataPacket, PerformRpcRequest, RpcAck, RpcError, RpcResponse } from '@livekit/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ServiceError } from '../service/service-error.ts';
import { join, openTestRoom, pipes, room } from './testing.ts';

beforeEach(() => {
  openTestRoom();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  expect(vi.getTimerCount(), 'no timer is left').toBe(0);
  vi.useRealTimers();
});

const CALL = new PerformRpcRequest({ room: 'r', destinationIdentity: 'callee', method: 'm', payload: 'p' });

function perform(): { outcome: Promise<string>; id: string } {
  const callee = room.byIdentity('callee')!;
  const outcome = room.rpc.perform(callee, CALL).catch((error: ServiceError) => `${error.code}: ${error.message}`);
  const { value } = DataPacket.fromBinary(pipes[0]!.data.at(-1)!.bytes);
  return { outcome, id: value.case === 'rpcRequest' ? value.value.id : '' };
}

function answers(pipe: number, value: DataPacket['value']): void {
  pipes[pipe]!.handlers.onDataMessage?.('_reliable', Buffer.from(new DataPacket({ value }).toBinary()), true);
}

const response = (requestId: string, payload: string): DataPacket['value'] => ({
  case: 'rpcResponse',
  value: new RpcResponse({ requestId, value: { case: 'payload', value: payload } }),
});

describe('SFU-12: a procedure called by the service', () => {
  beforeEach(() => {
    join('callee');
    join('other');
    for (const pipe of pipes) pipe.setState('connected');
  });

  test('is answered by whoever was called, and nobody hears of it', async () => {
    const { outcome, id } = perform();
    answers(1, response(id, 'forged'));
    pipes[1]!.data.length = 0;
    answers(0, { case: 'rpcAck', value: new RpcAck({ requestId: id }) });
    answers(0, response(id, 'mine'));
    answers(0, response(id, 'twice'));
    expect(await outcome).toBe('mine');
    expect(pipes[1]!.data.map(({ bytes }) => DataPacket.fromBinary(bytes).value.case)).not.toContain('rpcAck');
  });

  test('fails with what it was answered', async () => {
    const { outcome, id } = perform();
    const value = { case: 'error' as const, value: new RpcError({ code: 1_400, message: 'no such method' }) };
    answers(0, { case: 'rpcResponse', value: new RpcResponse({ requestId: id, value }) });
    expect(await outcome).toBe('unimplemented: no such method');
  });

  test('fails when it is not acknowledged in seven seconds, or not answered in time', async () => {
    const silent = perform();
    await vi.advanceTimersByTimeAsync(7_000);
    expect(await silent.outcome).toMatch(/^deadline_exceeded: .*acknowledge/);
    const slow = perform();
    answers(0, { case: 'rpcAck', value: new RpcAck({ requestId: slow.id }) });
    await vi.advanceTimersByTimeAsync(15_000);
    expect(await slow.outcome).toMatch(/^deadline_exceeded: .*answer/);
  });

  test('fails at once when whoever was called leaves', async () => {
    const { outcome } = perform();
    room.remove(room.byIdentity('callee')!, 1);
    expect(await outcome).toBe('unavailable: participant left');
  });
});
