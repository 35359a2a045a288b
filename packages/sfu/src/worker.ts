import { parentPort, workerData } from 'node:worker_threads';
import { Engine } from './engine/engine.ts';
import type { EngineLimits, FromEngine, ToEngine } from './engine/messages.ts';
import { raiseThreadPriority } from './engine/thread-priority.ts';
import { openTransport, type TransportOptions } from './transport/open-transport.ts';
import type { PipeFactory } from './transport/pipe.ts';

/** What the front starts a media thread with. */
export interface EngineWorkerData {
  transport: TransportOptions;
  transportModule?: string | undefined;
  limits: EngineLimits;
  recordingFolder?: string | undefined;
}

/** A module whose `openTransport` stands in for ours. */
interface TransportModule {
  openTransport(options: TransportOptions): Promise<PipeFactory>;
}

/** Runs one engine in this thread, until it is told to shut down. */
async function run(port: NonNullable<typeof parentPort>, data: EngineWorkerData): Promise<void> {
  raiseThreadPriority();
  const open =
    data.transportModule === undefined
      ? openTransport
      : ((await import(data.transportModule)) as TransportModule).openTransport;
  const transport = await open(data.transport);
  const post = (message: FromEngine): void => {
    port.postMessage(message);
    // Nothing keeps the thread once its sockets are closed and the last word is said.
    if (message.type === 'closed') port.close();
  };
  const engine = new Engine({ transport, limits: data.limits, recordingFolder: data.recordingFolder, post });
  port.on('message', (message: ToEngine) => engine.handle(message));
}

if (parentPort) await run(parentPort, workerData as EngineWorkerData);
