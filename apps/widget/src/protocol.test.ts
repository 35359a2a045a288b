import { describe, expect, it } from 'vitest';
import { seal, type ToHost, unseal } from './protocol.ts';

describe('unseal', () => {
  const frame = { postMessage() {} } as unknown as MessageEventSource;
  const other = { postMessage() {} } as unknown as MessageEventSource;
  const origin = 'https://desk.example';
  const data = seal({ type: 'unread', count: 2 } satisfies ToHost);

  it('lets through what the one window sends from the one origin', () => {
    expect(unseal<ToHost>({ data, origin, source: frame }, frame, origin)).toMatchObject({ type: 'unread', count: 2 });
  });

  it.each([
    ['another window', { data, origin, source: other }],
    ['no window', { data, origin, source: null }],
    ['the right window on another origin', { data, origin: 'https://desk.example.evil.test', source: frame }],
    ['another scheme', { data, origin: 'http://desk.example', source: frame }],
    ['another port', { data, origin: 'https://desk.example:8443', source: frame }],
    ['no seal', { data: { type: 'unread', count: 2 }, origin, source: frame }],
    ['another version', { data: { ...data, alongside: 2 }, origin, source: frame }],
    ['no type', { data: { alongside: 1 }, origin, source: frame }],
    ['text', { data: '{"alongside":1,"type":"close"}', origin, source: frame }],
    ['nothing', { data: null, origin, source: frame }],
  ])('drops a message with %s', (_, event) => {
    expect(unseal<ToHost>(event, frame, origin)).toBeNull();
  });

  it('drops everything while there is no window yet', () => {
    expect(unseal<ToHost>({ data, origin, source: null }, undefined, origin)).toBeNull();
    expect(unseal<ToHost>({ data, origin, source: null }, null, origin)).toBeNull();
  });

  it('never trusts the opaque origin, even when it is the one expected', () => {
    expect(unseal<ToHost>({ data, origin: 'null', source: frame }, frame, 'null')).toBeNull();
  });
});
