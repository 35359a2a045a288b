import type { IncomingMessage } from 'node:http';
import type { WebhookEvent } from '@livekit/protocol';
import type { EngineLimits, LogFields, LogLevel } from '../engine/messages.ts';
import type { TurnAccess } from '../transport/ice-servers.ts';
import type { EmbeddedTurnOptions } from './turn-thread.ts';

/** What a media server is started with. */
export interface MediaServerOptions {
  /** API key → secret. At least one; webhooks are signed by the first. */
  keys: Readonly<Record<string, string>>;
  /** Media threads; rooms are spread over them by name. Default 1. */
  workers?: number;
  /** UDP port of the first thread, the next ones take the numbers after it; 0 takes free ones. Default 0. */
  udpPort?: number;
  /** TCP port for clients whose UDP is blocked, numbered like `udpPort`. Default: none. */
  tcpPort?: number;
  /** Addresses to listen on for media. Default: those announced where they are this machine's own, else all. */
  listenAddresses?: readonly string[];
  /** Addresses clients are told for media, best first. Default: this machine's own, and loopback. */
  announcedAddresses?: readonly string[];
  /** A TURN server inside, for networks that let nothing else through. Default: none. */
  turn?: EmbeddedTurnOptions;
  /** TURN servers elsewhere that share a secret with us. */
  turnElsewhere?: readonly TurnAccess[];
  webhookUrls?: readonly string[];
  limits?: Partial<EngineLimits>;
  /** Whom a request comes from, where proxies stand before us. Default: the socket's other end. */
  addressOf?(request: IncomingMessage): string;
  /** Where recordings are written; nothing can be recorded without. */
  recordingFolder?: string;
  /**
   * URL of a module whose `openTransport` each media thread calls in place of ours: another implementation of the pipe,
   * to measure this engine over it. Default: ours.
   */
  transportModule?: string;
  log?(level: LogLevel, message: string, fields: LogFields): void;
  /** Every event that webhooks tell, for an application in the same process. */
  onEvent?(event: WebhookEvent): void;
}
