import { until } from '@alongside/testkit';
import { percentile } from '../figures.ts';
import { WARNED_AFTER_MS, type World } from './desk-world.ts';

export type Timers = { due: number; open: number; p50Ms: number; p99Ms: number; maxMs: number };

/** All of them come due within this. */
const WINDOW_MS = 60_000;
/** So far ahead that the desk learns of them the way it learns of any others. */
const AHEAD_MS = 150_000;

/**
 * Many clocks with something to say within one minute, beside all the others that run: how late an engineer's console
 * hears of each, from its instant to the frame on the socket.
 * @param others clocks that run and say nothing meanwhile
 */
export async function measureTimers(world: World, due: number, others: number): Promise<Timers> {
  const firstMs = Date.now() + AHEAD_MS;
  const moments = Array.from({ length: due }, (_, n) => firstMs + Math.round((n * WINDOW_MS) / due));
  const heard = new Map<string, number>();
  const socket = await listen(world, ({ id, number, updatedAt }) => {
    const momentMs = Date.parse(updatedAt);
    // The first word of each, at its very instant.
    if (momentMs >= firstMs && !heard.has(id) && number > 0) heard.set(id, Date.now() - momentMs);
  });
  try {
    await world.writeTickets(moments.map((momentMs) => momentMs - WARNED_AFTER_MS));
    await until('all clocks to speak', () => heard.size >= due, AHEAD_MS + WINDOW_MS + 120_000);
  } finally {
    socket.close();
  }
  const lateMs = [...heard.values()];
  return {
    due,
    open: due + others,
    p50Ms: percentile(lateMs, 0.5),
    p99Ms: percentile(lateMs, 0.99),
    maxMs: Math.max(...lateMs),
  };
}

type Head = { id: string; number: number; updatedAt: string };

function listen({ server, cookie }: World, onHead: (head: Head) => void): Promise<WebSocket> {
  // Node's WebSocket takes headers, the DOM's type does not know it.
  const options = { headers: { cookie, origin: server.origin } } as unknown as string[];
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/api/socket`, options);
  return new Promise((resolve, reject) => {
    socket.onerror = () => reject(new Error('the socket failed'));
    socket.onopen = () => socket.send(JSON.stringify({ t: 'hello', protocol: 1, locale: 'en' }));
    const pinging = setInterval(() => socket.send(JSON.stringify({ t: 'ping', sentAt: 0 })), 10_000);
    socket.onclose = () => clearInterval(pinging);
    socket.onmessage = ({ data }) => {
      const frame = JSON.parse(String(data)) as { t: string; ticket?: Head };
      if (frame.t === 'welcome') socket.send(JSON.stringify({ t: 'subscribe', id: 1, topic: 'inbox', since: 0 }));
      else if (frame.t === 'live' || frame.t === 'reset') resolve(socket);
      else if (frame.t === 'refused') reject(new Error(String(data)));
      else if (frame.t === 'inbox' && frame.ticket) onHead(frame.ticket);
    };
  });
}
