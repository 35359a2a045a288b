import { parentPort, workerData } from 'node:worker_threads';
import { Engine } from './engine/engine.ts';
import type { EngineLimits, FromEngine, ToEngine } from './engine/messages.ts';
import { openTransport, type TransportOptions } from './transport/open-transport.ts';

/** What the front starts a media thread with. */
export interface EngineWorkerData {
  transport: TransportOptions;
  limits: EngineLimits;
  recordingFolder?: string | undefined;
}

/** Runs one engine in this thread, until it is told to shut down. */
async function run(port: NonNullable<typeof parentPort>, data: EngineWorkerData): Promise<void> {
  const transport = await openTransport(data.transport);
  const post = (message: FromEngine): void => {
    port.postMessage(message);
    // Nothing keeps the thread once its sockets are closed and the last word is said.
    if (message.type === 'closed') port.close();
  };
  const engine = new Engine({ transport, limits: data.limits, recordingFolder: data.recordingFolder, post });
  port.on('message', (message: ToEngine) => engine.handle(message));
}

if (parentPort) await run(parentPort, workerData as EngineWorkerData);
