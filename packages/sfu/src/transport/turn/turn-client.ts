import type { TransportAddress } from '../stun-format.ts';
import type { TurnAllocation } from './turn-allocation.ts';

/** A client as it speaks to one of our ports: a 5-tuple. */
export interface TurnClient {
  readonly address: string;
  readonly port: number;
  /** TCP or TLS: messages are padded, and the address has proved itself by its handshake. */
  readonly isStream: boolean;
  allocation: TurnAllocation | undefined;
  /** False when it was dropped because the client reads too slowly. The bytes are then ours. */
  send(bytes: Buffer): boolean;
  /** Its allocation was made or is gone. */
  onAllocation(): void;
}

/** A media address of this server: as clients are told it, and where it truly is. Nothing else is ever relayed to. */
export interface TurnPeer extends TransportAddress {
  /** `address` in the spelling of `canonicalAddress`. */
  readonly target: TransportAddress;
}
