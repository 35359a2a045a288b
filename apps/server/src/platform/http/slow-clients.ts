import type { RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';

/** Bodies are small where they are no uploads: who needs longer than this holds a connection and sends nothing. */
export const BODY_MAX_MS = 60_000;
/** An upload may take days, but not without a single byte for so long; it resumes where it was. */
export const UPLOAD_SILENCE_MS = 120_000;
/** Somebody who was refused gets this long to read why. */
const REFUSAL_MS = 2_000;

/**
 * Cuts off clients whose request never ends: Node watches over the headers only, since its own limit knows no uploads.
 * @param isUpload whether the body of a request for this path may take as long as it grows
 */
export function withBodyDeadline(
  isUpload: (path: string) => boolean,
  next: RequestListener,
  { bodyMaxMs = BODY_MAX_MS, silenceMs = UPLOAD_SILENCE_MS } = {},
): RequestListener {
  return (request, response) => {
    const { headers, url = '/' } = request;
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
    if (hasBody && isUpload(url)) {
      request.setTimeout(silenceMs, () => request.destroy());
      // What is done with a body that has arrived may take longer.
      request.once('end', () => request.setTimeout(0));
    } else if (hasBody) {
      const deadline = setTimeout(() => {
        if (!request.complete) request.destroy();
      }, bodyMaxMs);
      deadline.unref();
      request.once('close', () => clearTimeout(deadline));
    }
    next(request, response);
  };
}

/** Answers an upgrade that is refused. A peer that never closes its half would otherwise keep the connection open. */
export function refuseUpgrade(socket: Duplex, answer: string): void {
  if (socket.destroyed) return;
  setTimeout(() => socket.destroy(), REFUSAL_MS).unref();
  socket.resume();
  socket.end(answer);
}
