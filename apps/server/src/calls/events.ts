import { AppError } from '@alongside/contracts';
import { arrived, type CallsDeps, departed } from './actions.ts';
import type { MediaEvent } from './media.ts';

/** Takes what the media server reports, one call's reports in their order. */
export function createMediaEvents(deps: CallsDeps): (event: MediaEvent) => Promise<void> {
  const tails = new Map<string, Promise<void>>();
  return (event) => {
    const done = (tails.get(event.callId) ?? Promise.resolve()).then(() => take(deps, event));
    const tail = done.catch(() => {});
    tails.set(event.callId, tail);
    void tail.then(() => {
      if (tails.get(event.callId) === tail) tails.delete(event.callId);
    });
    return done;
  };
}

async function take(deps: CallsDeps, { type, callId, participant }: MediaEvent): Promise<void> {
  try {
    await (type === 'joined' ? arrived : departed)(deps, callId, participant);
  } catch (error) {
    // A room of somebody else's on a shared media server.
    if (error instanceof AppError && error.code === 'not_found') return;
    throw error;
  }
}
