import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNetworkLab, type NetworkLab, networkLabMissing } from './network-lab.ts';
import { until } from './until.ts';

const missing = await networkLabMissing();
if (missing) console.log(`The network lab is not tested: ${missing}.`);

/** Says `ready`, then prints each word as it comes. */
const LISTENER = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('0.0.0.0', 9))
print('ready', flush=True)
while True: print(s.recv(99).decode(), flush=True)
`;
const SPEAKER = `
import socket, sys
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(sys.argv[2].encode(), (sys.argv[1], 9))
`;

let lab: NetworkLab;
beforeAll(async () => {
  if (!missing) lab = await createNetworkLab(['lt-server', 'lt-near', 'lt-far']);
});
afterAll(() => lab?.close());

test.skipIf(missing)('what one host is slowed down by holds up no other, to the same host', async () => {
  let heard = '';
  const listener = lab.spawn('lt-server', 'python3', ['-c', LISTENER]);
  listener.stdout?.on('data', (chunk) => (heard += chunk));
  await until('somebody to listen', async () => heard.includes('ready'));
  const say = async (host: string, word: string) => {
    const speaker = lab.spawn(host, 'python3', ['-c', SPEAKER, lab.address('lt-server'), word]);
    await new Promise((done) => speaker.once('exit', done));
  };
  await lab.impair('lt-far', 'up', { delayMs: 10_000 });
  await say('lt-far', 'early');
  await say('lt-near', 'late');
  await until('both words', async () => heard.includes('early') && heard.includes('late'));
  expect(heard.trim().split('\n')).toEqual(['ready', 'late', 'early']);
});
