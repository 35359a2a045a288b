import { SignalRequest, SignalResponse } from '@livekit/protocol';
import { WebSocket } from 'ws';

/** A client's signal connection and nothing else. */
export interface SignalClient {
  readonly got: SignalResponse['message'][];
  /** The close code, once it is closed. */
  readonly closed: Promise<number>;
  /** The first message of this kind, also one that came already. */
  next<C extends SignalResponse['message']['case']>(
    kind: C,
  ): Promise<Extract<SignalResponse['message'], { case: C }>['value']>;
  say(message: SignalRequest['message']): void;
  /** Cuts the line without a word. */
  cut(): void;
}

/**
 * Connects as clients with two peer connections do, whose query needs no offer.
 * @param url of the server, `ws://…`
 * @param resume the participant to come back as
 * @throws Error with the HTTP status when it is refused
 */
export async function openSignal(url: string, token: string, resume = ''): Promise<SignalClient> {
  const query = new URLSearchParams({ access_token: token, protocol: '17', sdk: 'js' });
  if (resume !== '') {
    query.set('reconnect', '1');
    query.set('sid', resume);
  }
  const socket = new WebSocket(`${url}/rtc?${query}`);
  const got: SignalResponse['message'][] = [];
  let wake: (() => void)[] = [];
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.on('message', (data: Buffer) => {
    got.push(SignalResponse.fromBinary(data).message);
    for (const look of wake) look();
    wake = [];
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('unexpected-response', (_request, response) => reject(new Error(String(response.statusCode))));
    socket.once('error', reject);
  });
  return {
    got,
    closed,
    async next(kind) {
      for (;;) {
        const found = got.find((message) => message.case === kind);
        if (found) return found.value as never;
        await Promise.race([
          new Promise<void>((resolve) => wake.push(resolve)),
          closed.then((code) => {
            if (!got.some((message) => message.case === kind)) throw new Error(`closed with ${code} before ${kind}`);
          }),
        ]);
      }
    },
    say: (message) => socket.send(new SignalRequest({ message }).toBinary()),
    cut: () => socket.terminate(),
  };
}
