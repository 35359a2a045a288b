import type { TicketStore } from '@alongside/client';
import type { TicketView } from '@alongside/contracts';
import { IconButton, Menu, type MenuEntry } from '@alongside/ui';
import {
  BellPlus,
  CircleSlash,
  Combine,
  FileStack,
  MoreHorizontal,
  RotateCcw,
  Split,
  SquareCheck,
  TriangleAlert,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { PageDialog } from '../oncall/PageSomeone.tsx';
import { ExclusionDialog } from './ExclusionDialog.tsx';
import { MergeDialog } from './MergeDialog.tsx';
import { PlanDialog } from './PlanDialog.tsx';
import { RecalculationDialog } from './RecalculationDialog.tsx';
import { SplitDialog } from './SplitDialog.tsx';

type Deed = 'page' | 'merge' | 'split' | 'spam' | 'lead' | 'back' | 'plan' | 'recalculate';

/** What one does to a ticket now and then: merge, split, count or not, judge it otherwise. */
export function TicketMenu({ ticketView, store }: { ticketView: TicketView; store: TicketStore }) {
  const { t } = useTranslation('clock');
  const [deed, setDeed] = useState<Deed | null>(null);
  const { ticket, may } = ticketView;
  const close = () => setDeed(null);
  const { excluded } = ticket;
  const mayTakeBack = excluded === 'spam' ? may.exclude : excluded === 'lead' && may.excludeByChoice;

  const item = (id: Deed, icon: ReactNode, label: string, is: boolean): MenuEntry[] =>
    is ? [{ id, icon, label, onSelect: () => setDeed(id) }] : [];
  const groups = [
    [...item('page', <BellPlus size={15} aria-hidden />, t('oncall:byHand.action'), may.page)],
    [
      ...item('merge', <Combine size={15} aria-hidden />, t('menu.merge'), may.merge),
      ...item('split', <Split size={15} aria-hidden />, t('menu.split'), may.split),
    ],
    [
      ...item('spam', <TriangleAlert size={15} aria-hidden />, t('menu.spam'), excluded === null && may.exclude),
      ...item(
        'lead',
        <CircleSlash size={15} aria-hidden />,
        t('menu.exclude'),
        excluded === null && may.excludeByChoice,
      ),
      ...item('back', <SquareCheck size={15} aria-hidden />, t('menu.include'), mayTakeBack),
    ],
    [
      ...item('plan', <FileStack size={15} aria-hidden />, t('menu.plan'), may.setPlan),
      ...item('recalculate', <RotateCcw size={15} aria-hidden />, t('menu.recalculate'), may.recalculate),
    ],
  ].filter((group) => group.length > 0);
  if (groups.length === 0) return null;
  const entries = groups.flatMap((group, index): MenuEntry[] =>
    index === 0 ? group : [{ kind: 'separator', id: `line${index}` }, ...group],
  );

  return (
    <>
      <Menu
        align="end"
        entries={entries}
        trigger={<IconButton label={t('menu.open')} icon={<MoreHorizontal size={18} aria-hidden />} tooltip={false} />}
      />
      {deed === 'page' ? <PageDialog store={store} onClose={close} /> : null}
      {deed === 'merge' ? <MergeDialog ticket={ticket} store={store} onClose={close} /> : null}
      {deed === 'split' ? <SplitDialog ticketView={ticketView} onClose={close} /> : null}
      {deed === 'spam' || deed === 'lead' || deed === 'back' ? (
        <ExclusionDialog deed={deed} ticket={ticket} store={store} onClose={close} />
      ) : null}
      {deed === 'plan' ? <PlanDialog ticket={ticket} store={store} onClose={close} /> : null}
      {deed === 'recalculate' ? <RecalculationDialog ticket={ticket} store={store} onClose={close} /> : null}
    </>
  );
}
