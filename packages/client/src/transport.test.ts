import { describe, expect, it } from 'vitest';
import { createEventParser } from './transport.ts';

const STREAM =
  'event: open\r\ndata: {"stream":"a"}\r\n\r\n: comment\n\ndata: one\ndata: two\n\ndata:three\r\rid: 7\nevent: close\ndata: {"code":4401}\n\n';
const EXPECTED = [
  ['open', '{"stream":"a"}'],
  ['message', 'one\ntwo'],
  ['message', 'three'],
  ['close', '{"code":4401}'],
];

describe('createEventParser', () => {
  it('reads the same events wherever the stream is cut', () => {
    for (let size = 1; size <= STREAM.length; size += 1) {
      const events: string[][] = [];
      const parse = createEventParser((name, data) => events.push([name, data]));
      for (let at = 0; at < STREAM.length; at += size) parse(STREAM.slice(at, at + size));
      expect(events, `cut every ${size}`).toEqual(EXPECTED);
    }
  });
});
