import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { until } from '@alongside/testkit';
import { AccessToken, type VideoGrant } from 'livekit-server-sdk';
import { DEV_KEYS } from './dev.ts';

/** What `received()` of the page tells of one remote track. */
export interface Received {
  identity: string;
  sid: string;
  source: string;
  kind: 'audio' | 'video';
  muted: boolean;
  subscribed: boolean;
  framesDecoded?: number;
  frameWidth?: number;
  totalAudioEnergy?: number;
  packetsReceived?: number;
}

/** A browser's page, whoever drives it. */
export interface CallPage {
  evaluate(expression: string): Promise<unknown>;
}

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

export const received = (page: CallPage): Promise<Received[]> => page.evaluate('received()') as Promise<Received[]>;

export const publish = (page: CallPage): Promise<unknown> =>
  page.evaluate('call.room.localParticipant.enableCameraAndMicrophone().then(() => true)');

export async function track(page: CallPage, identity: string, source: string): Promise<Received | undefined> {
  return (await received(page)).find((row) => row.identity === identity && row.source === source);
}

/** Waits until the page decodes new frames of this source: not a still picture, not one already counted. */
export async function seesMoving(page: CallPage, identity: string, source = 'camera'): Promise<void> {
  const first = await until(`${identity}'s ${source} decoded`, async () => {
    const row = await track(page, identity, source);
    return row?.subscribed && (row.framesDecoded ?? 0) > 0 ? row : undefined;
  });
  await until(`${identity}'s ${source} moving`, async () => {
    const row = await track(page, identity, source);
    return row !== undefined && row.sid === first.sid && row.framesDecoded! > first.framesDecoded! + 5;
  });
}

/** The fake microphone beeps: energy grows only while its sound is decoded. */
export async function hears(page: CallPage, identity: string): Promise<void> {
  const first = await until(`${identity}'s sound subscribed`, async () => {
    const row = await track(page, identity, 'microphone');
    return row?.subscribed && row.totalAudioEnergy !== undefined ? row : undefined;
  });
  await until(`${identity}'s sound heard`, async () => {
    const row = await track(page, identity, 'microphone');
    return row && row.totalAudioEnergy! > first.totalAudioEnergy! + 0.01;
  });
}
