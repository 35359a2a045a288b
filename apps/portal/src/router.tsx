import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { NewRequest } from './NewRequest.tsx';
import { NotFound } from './NotFound.tsx';
import { Profile } from './Profile.tsx';
import { ChoosePlan } from './plan/ChoosePlan.tsx';
import { PlanPage } from './plan/PlanPage.tsx';
import { RequestList } from './RequestList.tsx';
import { RequestPage } from './RequestPage.tsx';
import { Shell } from './Shell.tsx';
import { StatementList } from './statements/StatementList.tsx';
import { StatementPage } from './statements/StatementPage.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const list = createRoute({ getParentRoute: () => root, path: '/', component: RequestList });
// A link redeemed while one is signed in already, or a bookmark of that page.
const signIn = createRoute({ getParentRoute: () => root, path: '/sign-in', component: RequestList });
const create = createRoute({ getParentRoute: () => root, path: '/new', component: NewRequest });
const profile = createRoute({ getParentRoute: () => root, path: '/profile', component: Profile });
const request = createRoute({ getParentRoute: () => root, path: '/tickets/$id', component: RequestPage });
const plan = createRoute({ getParentRoute: () => root, path: '/plan', component: PlanPage });
const choosePlan = createRoute({ getParentRoute: () => root, path: '/plan/choose', component: ChoosePlan });
const statements = createRoute({ getParentRoute: () => root, path: '/statements', component: StatementList });
const statement = createRoute({ getParentRoute: () => root, path: '/statements/$month', component: StatementPage });

const routeTree = root.addChildren([list, signIn, create, profile, request, plan, choosePlan, statements, statement]);

/** The portal's pages under /portal. */
export function createPortalRouter() {
  return createRouter({ routeTree, basepath: '/portal', defaultPreload: false, scrollRestoration: true });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPortalRouter>;
  }
}
