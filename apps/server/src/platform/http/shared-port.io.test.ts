import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharePort } from './shared-port.ts';

const folder = mkdtempSync(join(tmpdir(), 'shared-port-'));
const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
const hasCertificate = makeCertificate();
let server: https.Server;
let port: number;
const streams: Buffer[] = [];

function makeCertificate(): boolean {
  try {
    const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
    const files = ['-keyout', key, '-out', cert, '-subj', '/CN=localhost'];
    execFileSync('openssl', ['req', '-x509', ...kind, ...files], { stdio: 'ignore' });
    return true;
  } catch {
    console.log('There is no openssl program: TURN and HTTPS on one port are not tested.');
    return false;
  }
}

afterAll(() => {
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true });
});

describe.skipIf(!hasCertificate)('one port', () => {
  beforeAll(async () => {
    server = https.createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += chunk));
      request.on('end', () => response.end(`${request.method} ${request.url} ${body.length}`));
    });
    sharePort(server, [
      { matches: () => false },
      {
        matches: () => false,
        handleStream(stream) {
          stream.on('data', (chunk) => {
            streams.push(chunk);
            stream.write(Buffer.from('turned'));
          });
          stream.resume();
        },
      },
    ]);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });

  function talk(first: Buffer, more: Buffer[] = []): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
        socket.write(first);
        for (const chunk of more) socket.write(chunk);
      });
      socket.once('data', (data) => {
        socket.destroy();
        resolve(data);
      });
      socket.once('error', reject);
    });
  }

  test('serves HTTPS as ever, large bodies and connections kept alive too', async () => {
    const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
    const ask = (body: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const request = https.request(
          { host: '127.0.0.1', port, method: 'POST', path: '/x', agent, rejectUnauthorized: false },
          (response) => {
            let text = '';
            response.on('data', (chunk) => (text += chunk));
            response.on('end', () => resolve(text));
          },
        );
        request.on('error', reject);
        request.end(body);
      });
    expect(await ask('short')).toBe('POST /x 5');
    expect(await ask('x'.repeat(3_000_000))).toBe('POST /x 3000000');
    agent.destroy();
  });

  test('hands over what begins like STUN, with its first bytes', async () => {
    const allocate = Buffer.from('000300082112a442000102030405060708090a0b0019000411000000', 'hex');
    expect((await talk(allocate)).toString()).toBe('turned');
    expect(Buffer.concat(streams)).toEqual(allocate);
  });

  test('answers HTTP that comes in pieces', async () => {
    const answer = await talk(Buffer.from('G'), [Buffer.from('ET /pieces HTTP/1.1\r\nhost: a\r\n\r\n')]);
    expect(answer.toString()).toContain('200 OK');
  });
});
