import type { ReactNode } from 'react';

/** TODO with ui/call */
export function CallLayer({ children }: { children: ReactNode }) {
  return children;
}
