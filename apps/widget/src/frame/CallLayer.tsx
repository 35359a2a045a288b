import type { ReactNode } from 'react';
import type { HostState } from '../protocol.ts';
import type { HostLink } from './host-link.ts';

export type CallLayerProps = {
  link: HostLink;
  host: HostState;
  /** The conversation one is in. */
  ticketId: string | null;
  onOpenTicket: (ticketId: string) => void;
  children: ReactNode;
};

/** TODO with ui/call */
export function CallLayer({ children }: CallLayerProps) {
  return children;
}
