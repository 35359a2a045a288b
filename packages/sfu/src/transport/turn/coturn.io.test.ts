import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, until } from '@alongside/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { stunAttribute } from '../stun-format.ts';
import { type OpenTurn, openTurn } from './open-turn.ts';
import { openTurnLink, type TurnAnswer, TurnTestClient } from './testing.ts';
import { turnCredentials, turnKey } from './turn-credentials.ts';
import { numberAttribute, TURN_ATTRIBUTE, TURN_METHOD } from './turn-message.ts';

const SECRET = 'a shared secret';
const hasServer = await isThere('turnserver');
const hasClient = await isThere('turnutils_uclient');
if (!hasServer || !hasClient)
  console.log('There is no coturn on this machine: our TURN server is not compared with it.');

async function isThere(program: string): Promise<boolean> {
  return promisify(execFile)('sh', ['-c', `command -v ${program}`]).then(
    () => true,
    () => false,
  );
}

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Sends back what comes. @returns its port */
async function openEcho(): Promise<number> {
  const echo = createSocket('udp4');
  echo.on('message', (data, from) => echo.send(data, from.port, from.address));
  echo.bind(0, '127.0.0.1');
  await once(echo, 'listening');
  closers.push(() => echo.close());
  return echo.address().port;
}

async function openOurs(echoPort: number): Promise<OpenTurn> {
  const turn = await openTurn({ secret: SECRET, udpPort: 0, tcpPort: 0, listenAddresses: ['127.0.0.1'] });
  closers.push(() => turn.close());
  const target = { address: '127.0.0.1', port: echoPort };
  // The second is where RTCP would be: coturn's client binds a channel to it as well.
  turn.setPeers([
    { ...target, target },
    { ...target, port: echoPort + 1, target },
  ]);
  return turn;
}

describe.skipIf(!hasClient)('SFU-36 coturn’s own client', () => {
  test.each([
    ['udp', ['-m', '2']],
    ['tcp', ['-t', '-s']],
  ] as const)('gets all back that it sends by %s %j', async (protocol, more) => {
    const echoPort = await openEcho();
    const turn = await openOurs(echoPort);
    const peer = ['-e', '127.0.0.1', '-r', String(echoPort)];
    const server = ['-p', String(protocol === 'udp' ? turn.udpPort : turn.tcpPort), '-W', SECRET, '-u', 'PA_1'];
    // -c: no channel beside it for RTCP, which nobody has apart any more. Every 5 ms, so that it does not take long.
    const amount = ['-c', '-n', '10', '-z', '5'];
    const args = [...more, ...peer, ...server, ...amount, '127.0.0.1'];
    const { stdout } = await promisify(execFile)('turnutils_uclient', args, { timeout: 30_000 });
    expect(stdout).toContain('Total lost packets 0 (0.000000%)');
    // Over UDP it goes without a word; its time ends by itself.
    if (protocol === 'tcp') await until('nothing left behind', () => turn.allocationCount === 0);
  });
});

describe.skipIf(!hasServer)('SFU-36 our TURN server beside coturn', () => {
  let folder: string;
  let coturn: ChildProcess;
  let coturnPort: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'coturn-'));
    coturnPort = await freePort();
    coturn = spawn(
      'turnserver',
      [
        ...['-n', '--use-auth-secret', `--static-auth-secret=${SECRET}`, '--realm=alongside', '--fingerprint'],
        ...['-L', '127.0.0.1', '-p', String(coturnPort), '--no-tls', '--no-dtls', '--no-cli', '--log-file=stdout'],
        ...['--allow-loopback-peers', '--denied-peer-ip=10.0.0.0-10.255.255.255', `--pidfile=${folder}/pid`],
        ...[`--userdb=${folder}/db`],
      ],
      { cwd: folder, stdio: 'ignore' },
    );
    await until(
      'coturn to answer',
      async () =>
        (await connect(coturnPort, 'probe').then(
          (client) => client.close(),
          () => null,
        )) !== null,
    );
  });
  afterAll(async () => {
    coturn.kill('SIGKILL');
    await once(coturn, 'exit');
    rmSync(folder, { recursive: true });
  });

  async function connect(port: number, participant: string, secret = SECRET): Promise<TurnTestClient> {
    // TCP: a server that is not there yet refuses at once.
    const link = await openTurnLink('tcp', '127.0.0.1', port);
    const credentials = turnCredentials(secret, participant, Date.now(), 600);
    return new TurnTestClient(link, credentials, (realm) => turnKey(secret, realm, credentials.username));
  }

  const said = ({ isSuccess, code, isSigned }: TurnAnswer) => (isSuccess ? `well${isSigned ? ', signed' : ''}` : code);

  /** What a server says to the same requests, in order. */
  async function story(port: number, echoPort: number): Promise<Record<string, unknown>> {
    const udp = numberAttribute(TURN_ATTRIBUTE.requestedTransport, 17 << 24);
    const peer = { address: '127.0.0.1', port: echoPort };
    const told: Record<string, unknown> = {};
    const client = await connect(port, 'PA_1');
    const thief = await connect(port, 'PA_1', 'a guess');
    try {
      told['a guess'] = said(await thief.allocate());
      const bare = await client.request(TURN_METHOD.allocate, [udp], { isBare: true });
      told['nothing to show'] = [said(bare), bare.attributes.has(TURN_ATTRIBUTE.nonce)];
      told['an allocation'] = said(await client.allocate());
      told['a second one'] = said(await client.allocate());
      told['a permission'] = said(await client.permit(peer));
      told['a permission for a network that is denied'] = said(await client.permit({ ...peer, address: '10.0.0.1' }));
      told['a channel'] = said(await client.bind(0x4000, peer));
      told['the same channel again'] = said(await client.bind(0x4000, peer));
      told['another channel for the same peer'] = said(await client.bind(0x4001, peer));
      told['no channel number'] = said(await client.bind(0x3000, peer));
      client.sendOn(0x4000, Buffer.from('through a channel'));
      await until('the echo', () => client.received.length === 1);
      told['an echo'] = [client.received[0]!.channel, client.received[0]!.data.toString()];
      const lifetime = (await client.refresh(1_200)).attributes.get(TURN_ATTRIBUTE.lifetime);
      told['a longer life'] = lifetime?.readUInt32BE(0);
      told['its end'] = said(await client.refresh(0));
      const other = await connect(port, 'PA_2');
      Object.assign(other, { realm: client.realm, nonce: 'not ours at all' });
      told['a nonce of nobody’s'] = said(await other.request(TURN_METHOD.allocate, [udp]));
      other.close();
      const strange = await connect(port, 'PA_3');
      await strange.request(TURN_METHOD.allocate, [udp], { isBare: true }).then((answer) => {
        strange.realm = answer.attributes.get(TURN_ATTRIBUTE.realm)!.toString();
        strange.nonce = answer.attributes.get(TURN_ATTRIBUTE.nonce)!.toString();
      });
      told['no transport'] = said(await strange.request(TURN_METHOD.allocate, []));
      const unknown = await strange.request(TURN_METHOD.allocate, [udp, stunAttribute(0x7777, Buffer.alloc(4))]);
      told['an unknown attribute'] = [said(unknown), unknown.attributes.get(TURN_ATTRIBUTE.unknownAttributes)?.[0]];
      strange.close();
    } finally {
      client.close();
      thief.close();
    }
    return told;
  }

  test('says the same to the same requests', async () => {
    const echoPort = await openEcho();
    const ours = await openOurs(echoPort);
    expect(await story(ours.tcpPort!, echoPort)).toEqual(await story(coturnPort, echoPort));
  });
});
