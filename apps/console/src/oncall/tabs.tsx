import type { ReactNode } from 'react';
import { DrillsTab } from '../drills/DrillsTab.tsx';
import { MyPagesTab } from './MyPagesTab.tsx';
import { NowTab } from './NowTab.tsx';
import { RotationsTab } from './RotationsTab.tsx';

export type OnCallTab = {
  /** Its place in the address. */
  id: string;
  /** Its name: catalogue and key. */
  title: string;
  /** Only for those who lead. */
  leads?: true;
  face: () => ReactNode;
};

/** The faces of the on-call place in their order. */
export const ON_CALL_TABS: readonly OnCallTab[] = [
  { id: 'now', title: 'oncall:tab.now', face: () => <NowTab /> },
  { id: 'rotations', title: 'oncall:tab.rotations', face: () => <RotationsTab /> },
  { id: 'drills', title: 'drills:tab', leads: true, face: () => <DrillsTab /> },
  { id: 'my-pages', title: 'oncall:tab.myPages', face: () => <MyPagesTab /> },
];
