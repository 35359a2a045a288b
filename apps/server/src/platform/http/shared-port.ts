import type https from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { Doors } from './doors.ts';

/** A connection that has said nothing by then is closed, ms. */
const FIRST_WORD_MS = 10_000;

/**
 * Lets TURN and HTTPS live on one port, so that calls get through where nothing but 443 of one address is open: what
 * begins like STUN (a first byte of 0 or 1, which no HTTP method has) goes to the door that takes streams.
 */
export function sharePort(server: https.Server, doors: Doors): void {
  const listeners = server.listeners('secureConnection') as ((socket: TLSSocket) => void)[];
  server.removeAllListeners('secureConnection');
  server.on('secureConnection', (socket: TLSSocket) => {
    const timer = setTimeout(() => socket.destroy(), FIRST_WORD_MS);
    // Until somebody takes it nobody else listens, and an unheard 'error' would end the process.
    socket.on('error', () => {});
    socket.once('close', () => clearTimeout(timer));
    socket.once('data', (head) => {
      clearTimeout(timer);
      socket.pause();
      socket.unshift(head);
      const door = head[0]! <= 1 ? doors.find(({ handleStream }) => handleStream) : undefined;
      if (door) door.handleStream!(socket);
      else for (const listener of listeners) listener.call(server, socket);
      process.nextTick(() => socket.resume());
    });
  });
}
