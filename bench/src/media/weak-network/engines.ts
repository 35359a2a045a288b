import { findLiveKitServer } from '@alongside/testkit';
import { type Network, startLiveKit } from '../../networks.ts';
import { findJanus, startLabJanus } from '../janus.ts';
import { LAB_KEYS, startOurs } from '../lab.ts';
import { SERVER_NAMES } from '../run.ts';
import { serverMissing } from '../servers.ts';

export type EngineName = (typeof SERVER_NAMES)[number];

/** A media server on the server's host; `keys` sign the tokens of those of LiveKit's protocol. */
export type Engine = { name: EngineName; url: string; keys: typeof LAB_KEYS };

/** The servers to measure, and of every other one why it is not, in one sentence. */
export type Engines = { started: Engine[]; absent: Map<EngineName, string> };

const PORT = 17_780;

/** The servers `WEAK_NETWORK_SERVERS` names, with commas between; without it all. @throws Error when there is no such */
export function chosenServers(): readonly EngineName[] {
  const names = (process.env.WEAK_NETWORK_SERVERS ?? '').split(',').filter((name) => name !== '');
  const unknown = names.find((name) => !SERVER_NAMES.some((known) => known === name));
  if (unknown !== undefined) throw new Error(`No server “${unknown}”. There are: ${SERVER_NAMES.join(', ')}.`);
  return names.length === 0 ? SERVER_NAMES : SERVER_NAMES.filter((name) => names.includes(name));
}

/** Starts what was chosen and this machine has, and prints what it has not. @throws Error when one does not come up */
export async function startEngines(network: Network, chosen: readonly EngineName[]): Promise<Engines> {
  const engines: Engines = { started: [], absent: new Map() };
  for (const name of SERVER_NAMES) {
    if (!chosen.includes(name)) {
      engines.absent.set(name, `WEAK_NETWORK_SERVERS leaves ${name} out.`);
      continue;
    }
    const missing = await serverMissing(name);
    if (missing) {
      console.log(missing);
      engines.absent.set(name, missing);
      continue;
    }
    engines.started.push({ name, url: await startEngine(network, name), keys: LAB_KEYS });
  }
  return engines;
}

/** @returns where it is */
async function startEngine(network: Network, name: EngineName): Promise<string> {
  if (name === 'alongside') return startOurs(network, PORT);
  const port = PORT + (name === 'livekit' ? 10 : 20);
  if (name === 'livekit') await startLiveKit(network, findLiveKitServer()!, port, LAB_KEYS);
  else await startLabJanus(network, findJanus()!, port);
  return `ws://${network.host}:${port}`;
}
