import {
  AppError,
  CLOSE,
  ClientFrame,
  type Locale,
  type ServerFrame,
  SOCKET_FRAME_MAX_BYTES,
} from '@alongside/contracts';
import type { Caller, Credentials } from '../http/caller.ts';

/** The wire under a connection: a WebSocket, or a streamed reply with posts. */
export type Wire = {
  send(text: string): void;
  /** Orderly, with a reason the client understands. */
  close(code: number, reason: string): void;
  /** At once, for a peer that does not take part any more. */
  terminate(): void;
  /** Written and not yet taken by the network. */
  bufferedBytes(): number;
};

/** What is known of the request that opened a connection. */
export type Origin = {
  address: string;
  /** Empty when a page of another site opened it: its visitor's cookies are not its own. */
  cookies: Record<string, string | undefined>;
  bearer: string | null;
  side?: Credentials['side'];
};

/** What a slow reader may leave untaken before it is closed; it resumes where it was. */
export const BACKLOG_MAX_BYTES = 1_048_576;

/** Client frames: a burst, then a steady rate. Typing, marks and pings stay far below. */
const FRAMES_BURST = 120;
const FRAMES_PER_SECOND = 20;

/** One client at the other end of a wire. Knows nothing of what frames mean. */
export class Connection {
  /** Set once by `hello`. */
  reader: Caller | null = null;
  locale: Locale = 'en';
  closed = false;
  heardAt: number;
  readonly from: Origin;
  readonly #wire: Wire;
  #credit = FRAMES_BURST;
  #creditAt: number;

  /** @param now milliseconds of a clock that does not step */
  constructor(wire: Wire, from: Origin, now: number) {
    this.#wire = wire;
    this.from = from;
    this.heardAt = now;
    this.#creditAt = now;
  }

  /**
   * A client's text as a frame.
   * @returns null after closing the connection because of it
   */
  receive(text: string, now: number): ClientFrame | null {
    this.heardAt = now;
    this.#credit = Math.min(FRAMES_BURST, this.#credit + ((now - this.#creditAt) / 1_000) * FRAMES_PER_SECOND);
    this.#creditAt = now;
    if (this.#credit < 1) return this.#refuse(CLOSE.tooMany, 'too many frames');
    this.#credit -= 1;
    if (text.length > SOCKET_FRAME_MAX_BYTES || Buffer.byteLength(text) > SOCKET_FRAME_MAX_BYTES)
      return this.#refuse(CLOSE.badFrame, 'frame too large');
    const parsed = ClientFrame.safeParse(parseJson(text));
    return parsed.success ? parsed.data : this.#refuse(CLOSE.badFrame, 'frame not understood');
  }

  send(frame: ServerFrame): void {
    if (this.closed) return;
    this.sendText(JSON.stringify(frame));
  }

  /** For one text that goes to many. */
  sendText(text: string): void {
    if (this.closed) return;
    if (this.#wire.bufferedBytes() > BACKLOG_MAX_BYTES) {
      this.close(CLOSE.tooSlow, 'reads too slowly');
      return;
    }
    this.#wire.send(text);
  }

  refuse(error: unknown, id?: number): void {
    const known = error instanceof AppError ? error : new AppError('internal', { requestId: '–' });
    const { error: body } = known.toReply(this.locale);
    this.send({ t: 'refused', ...(id === undefined ? {} : { id }), error: body });
  }

  close(code: number, reason: string): void {
    if (this.closed) return;
    this.closed = true;
    this.#wire.close(code, reason);
  }

  terminate(): void {
    this.closed = true;
    this.#wire.terminate();
  }

  #refuse(code: number, reason: string): null {
    this.close(code, reason);
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
