import type { ClientBase } from 'pg';
import { expect, test } from 'vitest';
import { FeedReader } from './feed-reader.ts';

test('what was read before a look at a gap failed is handed out all the same', async () => {
  const feed = [1, 3].map((position) => ({
    oldest_running: 50,
    position,
    kind: `number ${position}`,
    ticket_id: null,
    payload: {},
    at: new Date(),
  }));
  let isBroken = true;
  const client = {
    async query(_text: string, values?: number[]) {
      if (values) return { rows: feed.filter(({ position }) => position > values[0]!) };
      if (isBroken) throw new Error('the connection broke');
      return { rows: [{ number: 50 }] };
    },
  } as unknown as ClientBase;
  const reader = new FeedReader();
  const batch = await reader.read(client);
  expect(batch).toMatchObject({ rows: [{ position: 1 }], held: true });
  await expect(reader.read(client)).rejects.toThrow('the connection broke');
  isBroken = false;
  expect(await reader.read(client)).toMatchObject({ rows: [{ position: 3 }], held: false });
});
