import { parentPort, workerData } from 'node:worker_threads';
import { raiseThreadPriority } from './engine/thread-priority.ts';
import { openTurn, type TurnOptions } from './transport/turn/open-turn.ts';
import type { TurnPeer } from './transport/turn/turn-client.ts';

/** From the front to the TURN thread. */
export type ToTurn = { type: 'peers'; peers: TurnPeer[] } | { type: 'shutdown' };

/** From the TURN thread to the front. */
export type FromTurn = {
  type: 'ready';
  udpPort: number | undefined;
  tcpPort: number | undefined;
  tlsPort: number | undefined;
  innerPort: number | undefined;
};

/** Runs the TURN server in this thread, beside the media threads, so that relayed media waits for no web page. */
async function run(port: NonNullable<typeof parentPort>, options: TurnOptions): Promise<void> {
  raiseThreadPriority();
  const turn = await openTurn(options);
  port.on('message', (message: ToTurn) => {
    if (message.type === 'peers') turn.setPeers(message.peers);
    else void turn.close().then(() => port.close());
  });
  const { udpPort, tcpPort, tlsPort, innerPort } = turn;
  port.postMessage({ type: 'ready', udpPort, tcpPort, tlsPort, innerPort } satisfies FromTurn);
}

if (parentPort) await run(parentPort, workerData as TurnOptions);
