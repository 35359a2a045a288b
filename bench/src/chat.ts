import { randomUUID } from 'node:crypto';
import { launchChromium, startServer } from '@alongside/testkit';
import { percentile, printTable } from './figures.ts';

/**
 * Open widgets on one server and customers who write: from the customer's send to the engineer's screen.
 *
 * Every widget is a session with its live connection and a ticket of its own. The engineer's console is open in a
 * real browser on the list of all tickets; a message counts as seen when its text stands in the page. A plain socket beside it
 * shows how much of that is the browser's.
 */
export async function benchChat(options: {
  widgets: number;
  messagesPerSecond: number;
  seconds: number;
}): Promise<void> {
  const server = await startServer({ args: ['--empty'], env: { RATE_LIMIT_SCALE: '100000', LOG_LEVEL: 'warn' } });
  const browser = await launchChromium();
  const sockets: WebSocket[] = [];
  try {
    const setUp = await post(server.origin, '/api/setup', {
      workspaceName: 'Bench',
      name: 'Engineer',
      email: 'engineer@bench.test',
      password: randomUUID(),
      locale: 'en',
    });
    const cookie = setUp.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const seenBySocket = new Map<string, number>();
    sockets.push(await subscribeInbox(server.origin, { cookie }, (text) => seenBySocket.set(text, performance.now())));

    const widgets = await inGroups(options.widgets, 25, async () => {
      const { token } = (await (await post(server.origin, '/api/widget/session', { locale: 'en' })).json()) as {
        token: string;
      };
      const id = randomUUID();
      await post(
        server.origin,
        '/api/tickets',
        { id, channel: 'widget', message: { id: randomUUID(), body: 'It stutters.' } },
        { authorization: `Bearer ${token}` },
      );
      sockets.push(await subscribeInbox(server.origin, { token }, () => {}));
      return { token, ticketId: id };
    });

    const context = await browser.newContext();
    await context.addCookies(
      cookie
        .split('; ')
        .map((pair) => ({ name: pair.split('=')[0]!, value: pair.slice(pair.indexOf('=') + 1), url: server.origin })),
    );
    const page = await context.newPage();
    // The view in which what changed last comes first: there every message shows.
    await page.goto(`${server.origin}/console/views/all`);
    await page.getByText('It stutters.').first().waitFor();
    const seenByScreen = new Map<string, number>();
    await page.exposeFunction('benchSeen', (texts: string[]) => {
      for (const text of texts) if (!seenByScreen.has(text)) seenByScreen.set(text, performance.now());
    });
    await page.evaluate(watchScreen);

    const sentAt = new Map<string, number>();
    const intervalMs = 1000 / options.messagesPerSecond;
    const total = options.messagesPerSecond * options.seconds;
    const sending: Promise<unknown>[] = [];
    const began = performance.now();
    for (let number = 0; number < total; number += 1) {
      const waitMs = began + number * intervalMs - performance.now();
      if (waitMs > 0) await new Promise((next) => setTimeout(next, waitMs));
      const { token, ticketId } = widgets[number % widgets.length]!;
      const text = `bench-${number}-end`;
      sentAt.set(text, performance.now());
      sending.push(
        post(
          server.origin,
          `/api/tickets/${ticketId}/messages`,
          { message: { id: randomUUID(), body: text } },
          { authorization: `Bearer ${token}` },
        ),
      );
    }
    await Promise.all(sending);
    await new Promise((settled) => setTimeout(settled, 2_000));
    report(options, sentAt, { 'engineer’s socket': seenBySocket, 'engineer’s screen': seenByScreen });
  } finally {
    for (const socket of sockets) socket.close();
    await browser.close();
    await server.close();
  }
}

function report(
  options: { widgets: number; messagesPerSecond: number },
  sentAt: Map<string, number>,
  seen: Record<string, Map<string, number>>,
): void {
  const rows = Object.entries(seen).map(([where, at]) => {
    const latencies = [...sentAt].flatMap(([text, sent]) => (at.has(text) ? [at.get(text)! - sent] : []));
    const figures = {
      sent: sentAt.size,
      seen: latencies.length,
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
    };
    console.log(
      JSON.stringify({
        case: `chat ${options.widgets} widgets ${options.messagesPerSecond}/s`,
        metric: where,
        ...figures,
      }),
    );
    return [where, String(figures.sent), String(figures.seen), figures.p50Ms.toFixed(1), figures.p99Ms.toFixed(1)];
  });
  printTable(
    `Chat: ${options.widgets} open widgets, ${options.messagesPerSecond} messages a second (ms from the customer’s send)`,
    ['', 'sent', 'seen', 'p50', 'p99'],
    rows,
  );
}

async function post(
  origin: string,
  path: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Response> {
  const reply = await fetch(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-alongside': '1', ...headers },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  return reply;
}

// A message may be one of several that reached the ticket's head before the frame was made: all that shows counts.
function subscribeInbox(
  origin: string,
  who: { cookie?: string; token?: string },
  onPreview: (text: string) => void,
): Promise<WebSocket> {
  const options = who.cookie ? { headers: { cookie: who.cookie, origin } } : {};
  // Node's WebSocket takes headers, the DOM's type does not know it.
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/socket`, options as unknown as string[]);
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error('a socket failed'));
    socket.onopen = () =>
      socket.send(
        JSON.stringify({ t: 'hello', protocol: 1, locale: 'en', ...(who.token ? { token: who.token } : {}) }),
      );
    const pinging = setInterval(() => socket.send(JSON.stringify({ t: 'ping', sentAt: 0 })), 10_000);
    socket.onclose = () => clearInterval(pinging);
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as { t: string; ticket?: { lastMessage: { preview: string } | null } };
      if (frame.t === 'welcome') socket.send(JSON.stringify({ t: 'subscribe', id: 1, topic: 'inbox', since: 0 }));
      else if (frame.t === 'live' || frame.t === 'reset') resolve(socket);
      else if (frame.t === 'refused') reject(new Error(String(data)));
      else if (frame.t === 'inbox' && frame.ticket?.lastMessage) onPreview(frame.ticket.lastMessage.preview);
    };
  });
}

async function inGroups<T>(count: number, size: number, make: () => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  while (made.length < count)
    made.push(...(await Promise.all(Array.from({ length: Math.min(size, count - made.length) }, make))));
  return made;
}

// Runs in the page: tells which bench messages stand on the screen, after each change of it.
function watchScreen(): void {
  const tell = (window as unknown as { benchSeen: (texts: string[]) => void }).benchSeen;
  // Only what was added or rewritten is read: reading the whole list each time would be the slowest part of it all.
  new MutationObserver((records) => {
    const texts = new Set<string>();
    for (const { type, target, addedNodes } of records) {
      const changed = type === 'characterData' ? [target] : [...addedNodes];
      for (const node of changed) for (const text of node.textContent?.match(/bench-\d+-end/g) ?? []) texts.add(text);
    }
    if (texts.size > 0) tell([...texts]);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}
