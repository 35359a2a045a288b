import type { Me } from '@alongside/contracts';
import type { ReactNode } from 'react';
import { CatalogueSettings } from '../catalogue/CatalogueSettings.tsx';
import { EscalationSettings } from '../oncall/EscalationSettings.tsx';
import { CalendarSettings } from '../plans/CalendarSettings.tsx';
import { PlanSettings } from '../plans/PlanSettings.tsx';
import { RoutingSettings } from '../routing/RoutingSettings.tsx';
import { isAdministrator, isLead } from '../session/session.ts';
import { IdentitySettings } from './IdentitySettings.tsx';
import { MailSettings } from './MailSettings.tsx';
import { RecordingSettings } from './RecordingSettings.tsx';
import { TeamSettings } from './TeamSettings.tsx';
import { TopicSettings } from './TopicSettings.tsx';
import { WatchSettings } from './WatchSettings.tsx';
import { WidgetSettings } from './WidgetSettings.tsx';
import { WorkspaceSettings } from './WorkspaceSettings.tsx';

export const SECTION_GROUPS = ['desk', 'service'] as const;

export type Section = {
  /** Its place in the address. */
  id: string;
  group: (typeof SECTION_GROUPS)[number];
  /** Where its `title` and `lead` stand: catalogue and key. */
  words: string;
  /** Leads see it too; what they may change there the server says. */
  forLeads?: true;
  /** Tables and calendars need more room than forms. */
  wide?: true;
  face: () => ReactNode;
};

/** The pages of the settings in their order. */
export const SECTIONS: readonly Section[] = [
  { id: 'workspace', group: 'desk', words: 'console:settings.workspace', face: () => <WorkspaceSettings /> },
  { id: 'topics', group: 'desk', words: 'console:settings.topics', face: () => <TopicSettings /> },
  { id: 'widget', group: 'desk', words: 'console:settings.widget', face: () => <WidgetSettings /> },
  { id: 'identity', group: 'desk', words: 'console:settings.identity', face: () => <IdentitySettings /> },
  {
    id: 'team',
    group: 'desk',
    words: 'console:settings.team',
    forLeads: true,
    wide: true,
    face: () => <TeamSettings />,
  },
  { id: 'mail', group: 'desk', words: 'console:settings.mail', face: () => <MailSettings /> },
  {
    id: 'calendars',
    group: 'service',
    words: 'plans:calendars',
    forLeads: true,
    wide: true,
    face: () => <CalendarSettings />,
  },
  {
    id: 'plans',
    group: 'service',
    words: 'plans:plans',
    forLeads: true,
    wide: true,
    face: () => <PlanSettings />,
  },
  {
    id: 'routing',
    group: 'service',
    words: 'routing:settings',
    forLeads: true,
    wide: true,
    face: () => <RoutingSettings />,
  },
  {
    id: 'escalation',
    group: 'service',
    words: 'oncall:settings',
    forLeads: true,
    wide: true,
    face: () => <EscalationSettings />,
  },
  {
    id: 'recordings',
    group: 'service',
    words: 'console:settings.recording',
    forLeads: true,
    face: () => <RecordingSettings />,
  },
  {
    id: 'watching',
    group: 'service',
    words: 'console:settings.watching',
    forLeads: true,
    face: () => <WatchSettings />,
  },
  {
    id: 'catalogue',
    group: 'service',
    words: 'catalogue:settings',
    forLeads: true,
    wide: true,
    face: () => <CatalogueSettings />,
  },
];

/** The pages somebody may open. */
export function sectionsFor(me: Pick<Me, 'role'>): readonly Section[] {
  return SECTIONS.filter(({ forLeads }) => isAdministrator(me) || (forLeads === true && isLead(me)));
}
