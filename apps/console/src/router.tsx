import { Month } from '@alongside/contracts';
import { createRootRoute, createRoute, createRouter, redirect } from '@tanstack/react-router';
import { ContactPage } from './customers/ContactPage.tsx';
import { CustomersPage } from './customers/CustomersPage.tsx';
import { OrganisationPage } from './customers/OrganisationPage.tsx';
import { DeskLayout } from './desk/DeskLayout.tsx';
import { LostPage } from './desk/LostPage.tsx';
import { DrillPage } from './drills/DrillPage.tsx';
import { OnCallPage } from './oncall/OnCallPage.tsx';
import { ReportPage } from './reports/ReportPage.tsx';
import { ReportTicketsPage } from './reports/ReportTicketsPage.tsx';
import { readReportSearch } from './reports/report-search.ts';
import { StatementPage } from './reports/StatementPage.tsx';
import { StatementsPage } from './reports/StatementsPage.tsx';
import { ProfilePage } from './routing/ProfilePage.tsx';
import { SettingsPage } from './settings/SettingsPage.tsx';
import { TicketsPage } from './tickets/TicketsPage.tsx';

const root = createRootRoute({ component: DeskLayout, notFoundComponent: LostPage });

const toQueue = () => {
  throw redirect({ to: '/views/$view', params: { view: 'queue' } });
};

const index = createRoute({ getParentRoute: () => root, path: '/', beforeLoad: toQueue });
/** Where the start link points; once signed in there is nothing to do here. */
const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', beforeLoad: toQueue });

const view = createRoute({ getParentRoute: () => root, path: '/views/$view', component: TicketsPage });
const viewTicket = createRoute({ getParentRoute: () => view, path: '/$number' });
/** The short address of a ticket, for mails and mentions. */
const ticket = createRoute({
  getParentRoute: () => root,
  path: '/tickets/$number',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/views/$view/$number', params: { view: 'all', number: params.number } });
  },
});

const customers = createRoute({ getParentRoute: () => root, path: '/customers', component: CustomersPage });
const contact = createRoute({
  getParentRoute: () => root,
  path: '/customers/people/$contactId',
  component: ContactPage,
});
const organisation = createRoute({
  getParentRoute: () => root,
  path: '/customers/organisations/$organisationId',
  component: OrganisationPage,
});

const onCall = createRoute({ getParentRoute: () => root, path: '/on-call', component: OnCallPage });
const drill = createRoute({ getParentRoute: () => root, path: '/on-call/drills/$drillId', component: DrillPage });
const onCallTab = createRoute({ getParentRoute: () => root, path: '/on-call/$tab', component: OnCallPage });

const report = createRoute({
  getParentRoute: () => root,
  path: '/reports',
  component: ReportPage,
  validateSearch: readReportSearch,
});
const reportTickets = createRoute({
  getParentRoute: () => root,
  path: '/reports/tickets',
  component: ReportTicketsPage,
  validateSearch: readReportSearch,
});
const statements = createRoute({
  getParentRoute: () => root,
  path: '/reports/statements',
  component: StatementsPage,
  validateSearch: (search): { month?: string } => {
    const month = Month.safeParse(search.month).data;
    return month === undefined ? {} : { month };
  },
});
const statement = createRoute({
  getParentRoute: () => root,
  path: '/reports/statements/$organisationId/$month',
  component: StatementPage,
});

const ownProfile = createRoute({ getParentRoute: () => root, path: '/profile', component: ProfilePage });
const profile = createRoute({ getParentRoute: () => root, path: '/profile/$staffId', component: ProfilePage });
const settings = createRoute({ getParentRoute: () => root, path: '/settings/$section', component: SettingsPage });
/** One thing of a section, such as a calendar. */
const settingsItem = createRoute({
  getParentRoute: () => root,
  path: '/settings/$section/$item',
  component: SettingsPage,
});

export const router = createRouter({
  basepath: '/console',
  routeTree: root.addChildren([
    index,
    signIn,
    view.addChildren([viewTicket]),
    ticket,
    customers,
    contact,
    organisation,
    onCall,
    onCallTab,
    drill,
    report,
    reportTickets,
    statements,
    statement,
    ownProfile,
    profile,
    settings,
    settingsItem,
  ]),
  defaultPreload: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
