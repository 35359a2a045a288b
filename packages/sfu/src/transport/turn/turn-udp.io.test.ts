import { Socket } from 'node:dgram';
import { expect, test, vi } from 'vitest';
import { stunMessage } from '../stun-format.ts';
import { TURN_METHOD, turnType } from './turn-message.ts';
import { TurnServer } from './turn-server.ts';
import { TurnUdpSocket } from './turn-udp.ts';

test('SFU-54 a question from port 0 is not answered: nothing can be sent there', async () => {
  const bind = vi.spyOn(Socket.prototype, 'bind');
  const server = new TurnServer({ secret: 's', limits: { allocationsPerParticipant: 1, allocations: 1 } });
  const turn = await TurnUdpSocket.open(server, '127.0.0.1', 0);
  const socket = bind.mock.contexts[0] as Socket;
  bind.mockRestore();
  const question = stunMessage(turnType(TURN_METHOD.binding, 'request'), Buffer.alloc(12, 1), [], undefined);
  try {
    const from = { address: '127.0.0.1', family: 'IPv4', port: 0, size: question.length };
    expect(() => socket.emit('message', question, from)).not.toThrow();
  } finally {
    await turn.close();
    server.close();
  }
});
