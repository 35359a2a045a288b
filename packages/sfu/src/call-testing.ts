import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { AccessToken, type VideoGrant } from 'livekit-server-sdk';
import { DEV_KEYS } from './dev.ts';

/** A web server with one page: the unmodified livekit-client and call.page.js beside it. */
export async function serveCallPage(): Promise<{ origin: string; close(): void }> {
  const require = createRequire(import.meta.url);
  const files: Record<string, string> = {
    '/livekit-client.js': readFileSync(require.resolve('livekit-client'), 'utf8'),
    '/page.js': readFileSync(new URL('./call.page.js', import.meta.url), 'utf8'),
  };
  const web = createServer((request, response) => {
    const file = files[request.url ?? ''];
    response.setHeader('content-type', file ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(
      file ?? '<!doctype html><body><script src="/livekit-client.js"></script><script src="/page.js"></script>',
    );
  });
  web.listen(0, '127.0.0.1');
  await once(web, 'listening');
  return {
    origin: `http://127.0.0.1:${(web.address() as AddressInfo).port}/`,
    close() {
      web.closeAllConnections();
      web.close();
    },
  };
}

/** A token of the development server's own key. */
export async function devToken(room: string, identity: string, grant: VideoGrant = {}): Promise<string> {
  const [key, secret] = Object.entries(DEV_KEYS)[0]!;
  const access = new AccessToken(key, secret, { identity });
  access.addGrant({ roomJoin: true, room, ...grant });
  return access.toJwt();
}
