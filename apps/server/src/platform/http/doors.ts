import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuseUpgrade } from './slow-clients.ts';

/** Takes bare requests before the routes do: WebSockets, and the media protocol, which has its own rules. */
export type Door = {
  /** Whether this path is the door's. */
  matches(path: string): boolean;
  /** Absent: plain requests go on to the routes. */
  handleRequest?(request: IncomingMessage, response: ServerResponse): void;
  /** Absent: upgrades are refused. */
  handleUpgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Takes connections that speak no HTTP at all, where the port is shared; see `sharePort`. */
  handleStream?(socket: Duplex): void;
};

/** The doors, in order; features add theirs before the server listens. */
export type Doors = Door[];

/** Asks the doors before the routes. */
export function withDoors(doors: Doors, next: RequestListener): RequestListener {
  return (request, response) => {
    const door = doorOf(doors, request);
    if (door?.handleRequest) door.handleRequest(request, response);
    else next(request, response);
  };
}

/** Leads upgrade requests to their doors and refuses the others. */
export function attachUpgrades(server: Server, doors: Doors): void {
  server.on('upgrade', (request, socket, head) => {
    // A client that resets while we look must not end the process.
    socket.on('error', () => {});
    const door = doorOf(doors, request);
    if (door?.handleUpgrade) door.handleUpgrade(request, socket, head);
    else refuseUpgrade(socket, 'HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });
}

function doorOf(doors: Doors, request: IncomingMessage): Door | undefined {
  const path = request.url?.split('?', 1)[0] ?? '/';
  return doors.find((door) => door.matches(path));
}
