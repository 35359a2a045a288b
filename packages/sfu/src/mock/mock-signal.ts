import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  JoinResponse,
  LeaveRequest,
  ParticipantInfo,
  Pong,
  ReconnectResponse,
  Room,
  SignalRequest,
  SignalResponse,
} from '@livekit/protocol';
import { type WebSocket, WebSocketServer } from 'ws';
import { bearerToken, refuseUpgrade, replyText, requestUrl, setCors } from '../front/http.ts';
import { serverInfo } from '../room/server-info.ts';
import { type AccessClaims, verifyToken } from '../service/tokens.ts';
import { decodeJoinRequest, joinRequestFromQuery } from '../signal/join-request.ts';
import { type MockControl, mockControlOf, mockRefusal } from './mock-modes.ts';

/** Short, so that tests of timeouts are. */
const PING_INTERVAL_S = 1;
const PING_TIMEOUT_S = 3;
/** The client takes itself for connected before anything happens to it. */
const CONNECTED_DELAY_MS = 200;
const CLOSE_DELAY_MS = 50;
const INTERNAL_ERROR = 1011;

/**
 * A signal connection that misbehaves as a token asks it to, for the signalling tests of livekit-client. Stands in front
 * of the development server only (`alongside sfu --dev --mock`): a media server made otherwise has nothing of it.
 */
export class MockSignal {
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #keys: Readonly<Record<string, string>>;

  constructor(keys: Readonly<Record<string, string>>) {
    this.#keys = keys;
  }

  /** Takes a `validate` whose token asks for a mode; false: not ours. */
  async handleRequest(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const url = requestUrl(request);
    if (!url?.pathname.endsWith('/validate') || request.method === 'OPTIONS') return false;
    const asked = await this.#asked(request, url);
    const refusal = asked && mockRefusal(asked.control.mode);
    if (!refusal) return false;
    setCors(request, response);
    replyText(response, refusal.status, refusal.text);
    return true;
  }

  /** Takes an upgrade whose token asks for a mode; false: not ours. */
  async handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<boolean> {
    // Until somebody takes it over nobody else listens, and an unheard 'error' would end the process.
    socket.on('error', () => {});
    const url = requestUrl(request);
    const asked = url && (await this.#asked(request, url));
    if (!asked) return false;
    const { control, claims } = asked;
    const refusal = mockRefusal(control.mode);
    const isResume = reconnects(url);
    if (refusal) refuseUpgrade(socket, refusal.status, refusal.text);
    else if (control.mode === 'happy' && !isResume) return false;
    else this.#server.handleUpgrade(request, socket, head, (client) => run(client, control, claims, isResume));
    return true;
  }

  async #asked(
    request: IncomingMessage,
    url: URL,
  ): Promise<{ control: MockControl; claims: AccessClaims } | undefined> {
    try {
      const claims = await verifyToken(bearerToken(request, url), this.#keys);
      const control = mockControlOf(claims);
      return control && { control, claims };
    } catch {
      return undefined;
    }
  }

  close(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }
}

function reconnects(url: URL): boolean {
  const parameter = url.searchParams.get('join_request');
  try {
    return (parameter === null ? joinRequestFromQuery(url.searchParams) : decodeJoinRequest(parameter)).reconnect;
  } catch {
    return false;
  }
}

function run(client: WebSocket, control: MockControl, claims: AccessClaims, isResume: boolean): void {
  const { mode, leaveAction } = control;
  const send = (message: SignalResponse['message']): void => {
    client.send(new SignalResponse({ message }).toBinary());
  };
  const later = (afterMs: number, act: () => void): void => {
    const timer = setTimeout(act, afterMs);
    client.once('close', () => clearTimeout(timer));
  };
  const leave = (): void => send({ case: 'leave', value: new LeaveRequest({ action: leaveAction }) });
  client.on('error', () => {});
  if (mode === 'no_first_message') return;
  if (mode === 'close_before_join') {
    later(CLOSE_DELAY_MS, () => client.close(INTERNAL_ERROR));
    return;
  }
  if (mode === 'leave_first_message' || (mode === 'leave_during_reconnect' && isResume)) {
    leave();
    return;
  }
  if (isResume) send({ case: 'reconnect', value: new ReconnectResponse({ serverInfo: serverInfo() }) });
  else send({ case: 'join', value: joinResponse(claims) });
  if (mode === 'close_when_connected') later(CONNECTED_DELAY_MS, () => client.close(INTERNAL_ERROR, mode));
  else if (mode === 'drop_when_connected') later(CONNECTED_DELAY_MS, () => client.terminate());
  else if (mode === 'leave_when_connected') later(CONNECTED_DELAY_MS, leave);
  client.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary && mode !== 'no_pong') answer(data, send, client);
  });
}

function answer(data: Buffer, send: (message: SignalResponse['message']) => void, client: WebSocket): void {
  let request: SignalRequest;
  try {
    request = SignalRequest.fromBinary(data);
  } catch {
    return;
  }
  const timestamp = BigInt(Date.now());
  if (request.message.case === 'ping') send({ case: 'pong', value: timestamp });
  else if (request.message.case === 'pingReq') {
    const lastPingTimestamp = request.message.value.timestamp;
    send({ case: 'pongResp', value: new Pong({ lastPingTimestamp, timestamp }) });
  } else if (request.message.case === 'leave') client.close(1000);
}

function joinResponse(claims: AccessClaims): JoinResponse {
  const info = serverInfo();
  return new JoinResponse({
    room: new Room({ sid: 'RM_mock', name: claims.video.room }),
    participant: new ParticipantInfo({ sid: 'PA_mock', identity: claims.identity, name: claims.name }),
    serverInfo: info,
    serverVersion: info.version,
    pingInterval: PING_INTERVAL_S,
    pingTimeout: PING_TIMEOUT_S,
  });
}
