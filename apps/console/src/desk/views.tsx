import type { QueueView } from '@alongside/contracts';
import { CircleCheck, CirclePause, Hourglass, Inbox, Layers, UserRound, UserRoundX } from 'lucide-react';
import type { ReactNode } from 'react';

/** The views in the order of the rail; the queue is where the day begins. */
export const VIEWS = [
  'queue',
  'mine',
  'unassigned',
  'waiting',
  'on_hold',
  'solved',
  'all',
] as const satisfies readonly QueueView[];

const ICONS: Record<QueueView, typeof Inbox> = {
  queue: Inbox,
  mine: UserRound,
  unassigned: UserRoundX,
  waiting: Hourglass,
  on_hold: CirclePause,
  solved: CircleCheck,
  all: Layers,
};

export function viewIcon(view: QueueView): ReactNode {
  const Icon = ICONS[view];
  return <Icon size={17} strokeWidth={1.9} aria-hidden />;
}

/** The view an address names; the queue when it names none of ours. */
export function viewOf(name: string | undefined): QueueView {
  return VIEWS.find((view) => view === name) ?? 'queue';
}
