import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import type { QueryClient } from "@tanstack/react-query";
import { enterWorkspace } from "@/api/client";
import { ApiError, isLoggedOut } from "@/api/errors";
import { countsQuery, meQuery, setUpQuery } from "@/api/queries";
import { texts } from "@/app/search";
import { Shell } from "@/app/Shell";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { Missing } from "@/parts/Missing";
import { readLabels } from "@/pages/labels/search";
import { readLibrary } from "@/pages/library/search";
import { readMap } from "@/pages/map/search";
import { readReview } from "@/pages/review/search";

interface Context {
  client: QueryClient;
}

const root = createRootRouteWithContext<Context>()({
  component: Outlet,
  notFoundComponent: Missing,
});

/** Where somebody who just came in belongs: setting up, logging in, or their workspace. */
const door = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: async ({ context: { client } }) => {
    enterWorkspace(null);
    const { needed } = await client.fetchQuery(setUpQuery);
    if (needed) throw redirect({ to: "/setup" });
    try {
      const me = await client.fetchQuery(meQuery());
      if (me.workspace) throw redirect({ to: "/w/$ws", params: { ws: me.workspace } });
      throw redirect({ to: "/nowhere" });
    } catch (error) {
      if (isLoggedOut(error)) throw redirect({ to: "/login" });
      throw error;
    }
  },
});

const setup = createRoute({
  getParentRoute: () => root,
  path: "/setup",
  beforeLoad: () => enterWorkspace(null),
  validateSearch: (search: Record<string, unknown>) => texts(search, "token"),
  component: lazyRouteComponent(() => import("@/pages/entry/SetUp"), "SetUp"),
});

const login = createRoute({
  getParentRoute: () => root,
  path: "/login",
  beforeLoad: () => enterWorkspace(null),
  validateSearch: (search: Record<string, unknown>) => texts(search, "goal", "error"),
  component: lazyRouteComponent(() => import("@/pages/entry/LogIn"), "LogIn"),
});

/** The token of an invitation stands behind `#`, so that no server logs it. */
const invitation = createRoute({
  getParentRoute: () => root,
  path: "/invitation",
  beforeLoad: () => enterWorkspace(null),
  component: lazyRouteComponent(() => import("@/pages/entry/Invitation"), "Invitation"),
});

const nowhere = createRoute({
  getParentRoute: () => root,
  path: "/nowhere",
  beforeLoad: () => enterWorkspace(null),
  component: lazyRouteComponent(() => import("@/pages/entry/Nowhere"), "Nowhere"),
});

const workspace = createRoute({
  getParentRoute: () => root,
  path: "/w/$ws",
  beforeLoad: async ({ context: { client }, params, location }) => {
    enterWorkspace(params.ws);
    try {
      await client.ensureQueryData(meQuery());
    } catch (error) {
      // Whether there is one is its members' business.
      if (error instanceof ApiError && error.status === 404) throw notFound();
      if (!isLoggedOut(error)) throw error;
      throw redirect({ to: "/login", search: { goal: location.href } });
    }
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => workspace,
  path: "/",
  beforeLoad: async ({ context: { client }, params }) => {
    const { total } = await client.fetchQuery(countsQuery());
    const to = total === 0 ? "/w/$ws/start" : "/w/$ws/library";
    throw redirect({ to, params });
  },
});

const start = createRoute({
  getParentRoute: () => workspace,
  path: "/start",
  component: lazyRouteComponent(() => import("@/pages/start/Start"), "Start"),
});

const library = createRoute({
  getParentRoute: () => workspace,
  path: "/library",
  validateSearch: readLibrary,
  component: lazyRouteComponent(() => import("@/pages/library/Library"), "Library"),
});

const review = createRoute({
  getParentRoute: () => workspace,
  path: "/review",
  validateSearch: readReview,
  component: lazyRouteComponent(() => import("@/pages/review/Review"), "Review"),
});

const labels = createRoute({
  getParentRoute: () => workspace,
  path: "/labels",
  validateSearch: readLabels,
  component: lazyRouteComponent(() => import("@/pages/labels/Labels"), "Labels"),
});

const taxonomies = createRoute({
  getParentRoute: () => workspace,
  path: "/taxonomies",
  component: lazyRouteComponent(() => import("@/pages/taxonomy/Taxonomies"), "Taxonomies"),
});

const taxonomy = createRoute({
  getParentRoute: () => workspace,
  path: "/taxonomies/$taxonomy",
  validateSearch: (search: Record<string, unknown>) => texts(search, "concept"),
  component: lazyRouteComponent(() => import("@/pages/taxonomy/TaxonomyPage"), "TaxonomyPage"),
});

const models = createRoute({
  getParentRoute: () => workspace,
  path: "/models",
  component: lazyRouteComponent(() => import("@/pages/models/Models"), "Models"),
});

const model = createRoute({
  getParentRoute: () => workspace,
  path: "/models/$taxonomy/$version",
  component: lazyRouteComponent(() => import("@/pages/models/ModelPage"), "ModelPage"),
});

const compare = createRoute({
  getParentRoute: () => workspace,
  path: "/models/$taxonomy/compare/$a/$b",
  component: lazyRouteComponent(() => import("@/pages/models/Compare"), "Compare"),
});

const map = createRoute({
  getParentRoute: () => workspace,
  path: "/map",
  validateSearch: readMap,
  component: lazyRouteComponent(() => import("@/pages/map/MapPage"), "MapPage"),
});

const jobs = createRoute({
  getParentRoute: () => workspace,
  path: "/jobs",
  component: lazyRouteComponent(() => import("@/pages/jobs/Jobs"), "Jobs"),
});

const activity = createRoute({
  getParentRoute: () => workspace,
  path: "/activity",
  component: lazyRouteComponent(() => import("@/pages/activity/Activity"), "Activity"),
});

const settings = createRoute({
  getParentRoute: () => workspace,
  path: "/settings",
  validateSearch: (search: Record<string, unknown>) => texts(search, "tab"),
  component: lazyRouteComponent(() => import("@/pages/settings/Settings"), "Settings"),
});

const help = createRoute({
  getParentRoute: () => workspace,
  path: "/help",
  component: lazyRouteComponent(() => import("@/pages/help/Help"), "Help"),
});

const tree = root.addChildren([
  door,
  setup,
  login,
  invitation,
  nowhere,
  workspace.addChildren([
    home,
    start,
    library,
    review,
    labels,
    taxonomies,
    taxonomy,
    models,
    model,
    compare,
    map,
    jobs,
    activity,
    settings,
    help,
  ]),
]);

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: "intent",
    defaultPendingComponent: Loading,
    defaultErrorComponent: ({ error, reset }) => <Failure error={error} retry={reset} />,
    defaultNotFoundComponent: Missing,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
