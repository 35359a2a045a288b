import { CLOSE, type ClientFrame, type ServerFrame } from '@alongside/contracts';
import type { Api } from './api.ts';

/** What the connection is told by the wire beneath it. `onClose` is called exactly once unless closed from here. */
export type TransportEvents = {
  /** The first frame, asked for when it is needed. */
  hello(): ClientFrame;
  /** The wire works and `hello` is on it. */
  onOpen(): void;
  onFrame(frame: ServerFrame): void;
  /** Anything at all arrived: the other side lives. */
  onHeard(): void;
  /** @param code a WebSocket close code; 1006 when there was none */
  onClose(code: number): void;
};

/** One attempt at a wire. */
export type Transport = {
  send(frame: ClientFrame): void;
  /** Silent: no event follows. */
  close(): void;
};

const LOST = 1006;

/** The ordinary wire: a WebSocket, one JSON frame per message. */
export function openWebSocket(url: string, events: TransportEvents): Transport {
  let done = false;
  const socket = new WebSocket(url);
  socket.onopen = () => {
    if (done) return;
    socket.send(JSON.stringify(events.hello()));
    events.onOpen();
  };
  socket.onmessage = (message) => {
    if (done) return;
    events.onHeard();
    const frame = parseFrame(message.data);
    if (frame) events.onFrame(frame);
  };
  socket.onclose = (event) => finish(event.code || LOST);

  function finish(code: number): void {
    if (done) return;
    done = true;
    events.onClose(code);
  }
  return {
    send(frame) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    },
    close() {
      done = true;
      socket.onopen = null;
      socket.onmessage = null;
      socket.onclose = null;
      // Closing one that is still connecting makes the browser complain in its console; it is closed once open.
      if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close(1000);
      else socket.close(1000);
    },
  };
}

/**
 * The wire where WebSockets are blocked: frames come down a streamed reply (server-sent events, read with fetch since
 * EventSource cannot carry the token) and go up by POST, in order, several at once while one is under way.
 * The stream's first event, `open`, names it; the last one, `close`, holds the code a WebSocket would have closed with.
 */
export function openFallback(api: Api, events: TransportEvents): Transport {
  const abort = new AbortController();
  let done = false;
  let stream: string | null = null;
  let queue: ClientFrame[] = [];
  let posting = false;

  function finish(code: number): void {
    if (done) return;
    done = true;
    abort.abort();
    events.onClose(code);
  }

  async function post(frames: readonly ClientFrame[]): Promise<void> {
    const response = await fetch(`${api.baseUrl}/api/socket/send`, {
      method: 'POST',
      headers: { ...api.headers(), 'content-type': 'application/json' },
      credentials: 'include',
      cache: 'no-store',
      signal: abort.signal,
      body: JSON.stringify({ stream, frames }),
    });
    if (!response.ok) finish(closeCodeOf(response.status));
  }

  async function drain(): Promise<void> {
    if (posting || stream === null) return;
    posting = true;
    while (queue.length > 0 && !done) {
      const frames = queue.slice(0, 50);
      queue = queue.slice(frames.length);
      await post(frames).catch(() => finish(LOST));
    }
    posting = false;
  }

  function onServerEvent(name: string, data: string): void {
    if (done) return;
    if (name === 'open') {
      stream = (JSON.parse(data) as { stream: string }).stream;
      queue.unshift(events.hello());
      events.onOpen();
      void drain();
    } else if (name === 'close') {
      finish((JSON.parse(data) as { code: number }).code);
    } else {
      const frame = parseFrame(data);
      if (frame) events.onFrame(frame);
    }
  }

  async function run(): Promise<void> {
    const address = new URL('/api/socket/stream', api.baseUrl || location.href);
    if (api.side) address.searchParams.set('as', api.side);
    const response = await fetch(address, {
      headers: { ...api.headers(), accept: 'text/event-stream' },
      credentials: 'include',
      cache: 'no-store',
      signal: abort.signal,
    });
    if (!response.ok || !response.body) {
      finish(closeCodeOf(response.status));
      return;
    }
    const parse = createEventParser(onServerEvent);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done: ended, value } = await reader.read();
      if (ended || done) break;
      events.onHeard();
      parse(value);
    }
    finish(LOST);
  }

  run().catch(() => finish(LOST));
  return {
    send(frame) {
      if (done) return;
      queue.push(frame);
      void drain();
    },
    close() {
      done = true;
      abort.abort();
    },
  };
}

function closeCodeOf(status: number): number {
  if (status === 401) return CLOSE.unauthenticated;
  return status === 429 ? CLOSE.tooMany : LOST;
}

/**
 * Splits a stream of server-sent events (HTML standard, section 9.2.6), cut anywhere.
 * @param onEvent name ('message' when the stream names none) and data
 */
export function createEventParser(onEvent: (name: string, data: string) => void): (chunk: string) => void {
  let rest = '';
  let name = 'message';
  let data: string[] = [];
  return (chunk) => {
    rest += chunk;
    // A lone CR at the end may be half of a CRLF: it waits for the next chunk.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) onEvent(name, data.join('\n'));
        name = 'message';
        data = [];
      } else if (line.startsWith('event:')) {
        name = line.slice(6).trim();
      } else if (line.startsWith('data:')) {
        data.push(line.slice(line[5] === ' ' ? 6 : 5));
      }
    }
  };
}

function parseFrame(data: unknown): ServerFrame | null {
  if (typeof data !== 'string') return null;
  try {
    // Not validated: a newer server may send frames and fields this page does not know, and they must not break it.
    const frame = JSON.parse(data) as ServerFrame;
    return typeof frame?.t === 'string' ? frame : null;
  } catch {
    return null;
  }
}
