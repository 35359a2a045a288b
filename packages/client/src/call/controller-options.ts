import type { Call, Me } from '@alongside/contracts';
import type { Api } from '../api.ts';
import type { RingingCall } from '../inbox-feed.ts';
import type { Store } from '../store.ts';

/** What the call of a page has to know of the rest of it. */
export type CallControllerOptions = {
  api: Api;
  me: Pick<Me, 'id' | 'name' | 'role'>;
  /** Follows one call of a ticket as the server tells of it. Returns how to stop. */
  followCall(ticketId: string, callId: string, onCall: (call: Call) => void): () => void;
  /** Server's clock minus this machine's, ms. */
  clockOffsetMs(): number;
  /** Tells whenever the server can be reached again. Returns how to stop. */
  onReached(listener: () => void): () => void;
  /** The calls that ring here now. */
  ringing: Store<readonly RingingCall[]>;
  /** A ring was answered or declined here: it need not ring on this page any more. */
  onAnswered(callId: string): void;
};
